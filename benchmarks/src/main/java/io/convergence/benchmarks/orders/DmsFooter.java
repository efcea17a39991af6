package io.convergence.benchmarks.orders;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.RowGroup;
import org.apache.parquet.format.Type;
import org.apache.parquet.format.Util;

/**
 * Makes a footer what the real DMS file has: {@code AWS} as writer, no column and offset indexes, no statistics of
 * decimals in fixed-length bytes, no key-value metadata.
 */
final class DmsFooter {
    private static final int TAIL_BYTES = 8;

    private DmsFooter() {}

    static void give(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        int length = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(bytes.length - TAIL_BYTES);
        int start = bytes.length - TAIL_BYTES - length;
        FileMetaData footer = Util.readFileMetaData(new ByteArrayInputStream(bytes, start, length));
        footer.setCreated_by("AWS");
        footer.unsetKey_value_metadata();
        long end = 0;
        for (RowGroup group : footer.getRow_groups()) {
            for (ColumnChunk chunk : group.getColumns()) {
                chunk.unsetColumn_index_offset();
                chunk.unsetColumn_index_length();
                chunk.unsetOffset_index_offset();
                chunk.unsetOffset_index_length();
                chunk.getMeta_data().unsetSize_statistics();
                if (chunk.getMeta_data().getType() == Type.FIXED_LEN_BYTE_ARRAY) {
                    chunk.getMeta_data().unsetStatistics();
                }
                end = Math.max(
                        end,
                        chunk.getMeta_data().getData_page_offset()
                                + chunk.getMeta_data().getTotal_compressed_size());
            }
        }

        var out = new ByteArrayOutputStream(bytes.length);
        // Without dictionaries a chunk begins with its first data page.
        out.writeBytes(Arrays.copyOf(bytes, Math.toIntExact(end)));
        var written = new ByteArrayOutputStream();
        Util.writeFileMetaData(footer, written);
        out.writeBytes(written.toByteArray());
        out.writeBytes(ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(written.size())
                .array());
        out.writeBytes("PAR1".getBytes(StandardCharsets.US_ASCII));
        Files.write(file, out.toByteArray());
    }
}
