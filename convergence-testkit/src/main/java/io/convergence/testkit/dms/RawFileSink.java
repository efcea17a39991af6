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
    private final List<ParquetColumn> columns;
    private final RawFileWriter writer;
    private long rows;

    /** DMS overwrites what has the same name: no condition. */
    RawFileSink(ObjectStore store, String key, List<ParquetColumn> columns, FileForm form) {
        this.columns = columns;
        this.object = ObjectWriter.open(store, key, WriteCondition.none());
        try {
            this.writer = form.open(columns, new ObjectOutput(object));
        } catch (IOException e) {
            throw failed(e);
        }
    }

    long rows() {
        return rows;
    }

    long bytes() {
        return writer.bytes();
    }

    /** A row of the columns the file was opened with. */
    void write(@Nullable Object[] row) {
        write(columns, row);
    }

    void write(List<ParquetColumn> rowColumns, @Nullable Object[] row) {
        try {
            writer.write(rowColumns, row);
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
