package io.convergence.compact;

import io.convergence.store.internal.PageFile;
import java.util.List;
import java.util.zip.CRC32;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;

/**
 * A column chunk of an output, ready to be written.
 *
 * @param dictionary compressed; empty if there is none
 */
record StitchedChunk(
        CompressionCodecName codec, byte[] dictionary, int dictionaryBytes, int entries, List<StitchedPage> pages) {
    StitchedChunk {
        pages = List.copyOf(pages);
    }

    /**
     * Writes the chunk.
     *
     * @param firstRow of the row group in the output
     * @param written folds pages and dictionary as they are stored, just before they are written
     */
    void write(long firstRow, CellFold written, PageFile target) {
        target.startColumn(codec);
        if (entries > 0) {
            target.dictionary(dictionary, dictionaryBytes, entries);
        }
        long row = firstRow;
        for (StitchedPage page : pages) {
            if (page.copied()) {
                written.page(row, page.checksum(), page.checksumOfLevels(), page);
            } else {
                written.made(page.rows(), page.checksum());
            }
            target.page(page.toWrite());
            row += page.rows();
        }
        if (entries > 0) {
            written.made(entries, checksum(dictionary));
        }
    }

    static int checksum(byte[] bytes) {
        CRC32 checksum = new CRC32();
        checksum.update(bytes);
        return (int) checksum.getValue();
    }
}
