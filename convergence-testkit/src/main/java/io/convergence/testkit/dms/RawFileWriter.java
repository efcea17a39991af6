package io.convergence.testkit.dms;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes one file's rows in one of DMS's formats. The stream belongs to the caller; without {@link #finish} what was written is no file. */
interface RawFileWriter {
    /**
     * @param columns those of the row; a format with one schema for the file takes only those it was opened with
     * @param row a value per column in order; see {@link PlainValues} for their classes
     */
    void write(List<ParquetColumn> columns, @Nullable Object[] row) throws IOException;

    /** Bytes written so far, without rows that are still held. */
    long bytes();

    void finish() throws IOException;
}
