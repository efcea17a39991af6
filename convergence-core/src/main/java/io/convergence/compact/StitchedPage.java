package io.convergence.compact;

import io.convergence.store.internal.FilePage;
import io.convergence.store.internal.pages.LevelRuns;
import java.util.zip.CRC32;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.statistics.Statistics;
import org.jspecify.annotations.Nullable;

/**
 * A data page of an output, ready to be written. Of version 2 if its levels stand outside of the body.
 *
 * @param levels null for a page of version 1, whose body holds them
 * @param size of the body, uncompressed
 * @param copied whether the body is as a source stores it
 * @param statistics null if they are not known
 */
record StitchedPage(
        int rows,
        int nulls,
        Encoding encoding,
        byte @Nullable [] levels,
        byte[] bytes,
        int start,
        int length,
        int size,
        boolean compressed,
        boolean copied,
        @Nullable Statistics<?> statistics) {
    FilePage toWrite() {
        return new FilePage(rows, nulls, encoding, levels, bytes, start, length, size, compressed, statistics);
    }

    /** Of the body as it will be written. */
    int checksum() {
        CRC32 checksum = new CRC32();
        checksum.update(bytes, start, length);
        return (int) checksum.getValue();
    }

    /** Of the levels as they will be written, if they stand outside of the body. */
    long checksumOfLevels() {
        if (levels == null) {
            return 0;
        }

        LevelRuns runs = new LevelRuns();
        runs.read(levels, 0, levels.length, rows);
        return CellFold.hash(runs);
    }
}
