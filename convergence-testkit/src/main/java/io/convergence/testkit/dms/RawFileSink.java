package io.convergence.testkit.dms;

import io.convergence.store.ObjectStore;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One file being written. Closing it without {@link #commit} leaves no object. */
final class RawFileSink implements AutoCloseable {
    private final String key;
    private final ObjectOutput output;
    private final DmsParquetWriter writer;
    private long rows;

    RawFileSink(ObjectStore store, String key, List<ParquetColumn> columns, ParquetOptions options) {
        this.key = key;
        this.output = new ObjectOutput(store, key);
        try {
            this.writer = new DmsParquetWriter(columns, options, output);
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
        output.commit();
    }

    private StandInException failed(IOException cause) {
        return new StandInException(
                "Cannot write file '" + key + "' after " + rows + " rows: " + cause.getMessage() + ". See the cause.", cause);
    }

    @Override
    public void close() {
        output.close();
    }
}
