package io.convergence.testkit.dms;

import io.convergence.store.ObjectStore;
import io.convergence.store.ObjectWriter;
import io.convergence.store.WriteCondition;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One file being written. Closing it without {@link #commit} leaves no object. */
final class RawFileSink implements AutoCloseable {
    private final ObjectWriter object;
    private final DmsParquetWriter writer;
    private long rows;

    /** DMS overwrites what has the same name: no condition. */
    RawFileSink(ObjectStore store, String key, List<ParquetColumn> columns, ParquetOptions options) {
        this.object = ObjectWriter.open(store, key, WriteCondition.none());
        try {
            this.writer = new DmsParquetWriter(columns, options, new ObjectOutput(object));
        } catch (IOException e) {
            throw failed(e);
        }
    }

    long rows() {
        return rows;
    }

    void write(@Nullable Object[] row) {
        try {
            writer.write(row);
        } catch (IOException e) {
            throw failed(e);
        }
        rows++;
    }

    void commit() {
        try {
            writer.finish();
        } catch (IOException e) {
            throw failed(e);
        }
        object.commit();
    }

    private StandInException failed(IOException cause) {
        return new StandInException(
                "Cannot write file '" + object.key() + "' after " + rows + " rows: " + cause.getMessage()
                        + ". See the cause.",
                cause);
    }

    @Override
    public void close() {
        object.close();
    }
}
