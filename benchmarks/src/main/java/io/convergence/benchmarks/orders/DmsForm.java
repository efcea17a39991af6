package io.convergence.benchmarks.orders;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.ColumnIndex;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.PageHeader;
import org.apache.parquet.format.RowGroup;
import org.apache.parquet.format.Statistics;
import org.apache.parquet.format.Type;
import org.apache.parquet.format.Util;

/**
 * Makes of a file without dictionaries what the real DMS file looks like: {@code AWS} as writer, statistics in the page headers
 * instead of column and offset indexes, none of decimals in fixed-length bytes, no key-value metadata.
 */
final class DmsForm {
    private static final byte[] MAGIC = "PAR1".getBytes(StandardCharsets.US_ASCII);
    private static final int TAIL_BYTES = 8;

    private final byte[] before;
    private final ByteArrayOutputStream after;

    private DmsForm(byte[] before) {
        this.before = before;
        this.after = new ByteArrayOutputStream(before.length);
    }

    static void give(Path file) throws IOException {
        Files.write(file, new DmsForm(Files.readAllBytes(file)).made());
    }

    private byte[] made() throws IOException {
        int length = ByteBuffer.wrap(before).order(ByteOrder.LITTLE_ENDIAN).getInt(before.length - TAIL_BYTES);
        FileMetaData footer = Util.readFileMetaData(in(before.length - TAIL_BYTES - length, length));
        footer.setCreated_by("AWS");
        footer.unsetKey_value_metadata();
        after.writeBytes(MAGIC);
        for (RowGroup group : footer.getRow_groups()) {
            int start = after.size();
            for (ColumnChunk chunk : group.getColumns()) {
                rewrite(chunk);
            }
            group.setFile_offset(start);
            group.setTotal_compressed_size(after.size() - start);
            group.setTotal_byte_size(group.getColumns().stream()
                    .mapToLong(chunk -> chunk.getMeta_data().getTotal_uncompressed_size())
                    .sum());
        }

        int end = after.size();
        Util.writeFileMetaData(footer, after);
        after.writeBytes(ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(after.size() - end)
                .array());
        after.writeBytes(MAGIC);
        return after.toByteArray();
    }

    private void rewrite(ColumnChunk chunk) throws IOException {
        ColumnMetaData column = chunk.getMeta_data();
        ColumnIndex index =
                Util.readColumnIndex(in((int) chunk.getColumn_index_offset(), chunk.getColumn_index_length()));
        int from = (int) column.getData_page_offset();
        int size = (int) column.getTotal_compressed_size();
        int start = after.size();
        ByteArrayInputStream pages = in(from, size);
        for (int page = 0; pages.available() > 0; page++) {
            PageHeader header = Util.readPageHeader(pages);
            Statistics statistics = statistics(column, index, page);
            if (header.isSetData_page_header()) {
                header.getData_page_header().setStatistics(statistics);
            } else {
                header.getData_page_header_v2().setStatistics(statistics);
            }
            Util.writePageHeader(header, after);
            after.writeBytes(pages.readNBytes(header.getCompressed_page_size()));
        }

        int grown = after.size() - start - size;
        column.setData_page_offset(start);
        column.setTotal_compressed_size(size + (long) grown);
        column.setTotal_uncompressed_size(column.getTotal_uncompressed_size() + grown);
        column.unsetSize_statistics();
        if (column.getType() == Type.FIXED_LEN_BYTE_ARRAY) {
            column.unsetStatistics();
        }
        chunk.unsetColumn_index_offset();
        chunk.unsetColumn_index_length();
        chunk.unsetOffset_index_offset();
        chunk.unsetOffset_index_length();
    }

    private static Statistics statistics(ColumnMetaData column, ColumnIndex index, int page) {
        Statistics statistics = new Statistics();
        if (column.getType() == Type.FIXED_LEN_BYTE_ARRAY) {
            return statistics;
        }

        statistics.setNull_count(index.getNull_counts().get(page));
        if (!index.getNull_pages().get(page)) {
            statistics.setMin(index.getMin_values().get(page));
            statistics.setMax(index.getMax_values().get(page));
        }
        return statistics;
    }

    private ByteArrayInputStream in(int from, int length) {
        return new ByteArrayInputStream(before, from, length);
    }
}
