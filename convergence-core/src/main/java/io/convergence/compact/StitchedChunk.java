package io.convergence.compact;

import java.io.IOException;
import java.util.List;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.page.DictionaryPage;
import org.apache.parquet.hadoop.ParquetFileWriter;
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
     * @param written folds the pages that are copied, just before they are written
     */
    void write(ColumnDescriptor column, long firstRow, CellFold written, ParquetFileWriter target) throws IOException {
        target.startColumn(column, pages.stream().mapToLong(StitchedPage::rows).sum(), codec);
        if (entries > 0) {
            target.writeDictionaryPage(
                    new DictionaryPage(BytesInput.from(dictionary), dictionaryBytes, entries, Encoding.PLAIN));
        }
        long row = firstRow;
        for (StitchedPage page : pages) {
            if (page.copied()) {
                written.page(row, page.checksum(), page.checksumOfLevels(), page);
            }
            page.write(target);
            row += page.rows();
        }
        target.endColumn();
    }
}
