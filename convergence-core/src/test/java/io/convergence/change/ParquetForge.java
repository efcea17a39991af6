package io.convergence.change;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.PageHeader;
import org.apache.parquet.format.RowGroup;
import org.apache.parquet.format.Util;

/** Changes what Parquet files say of themselves, so that they lie in one point and are sound in all others. */
final class ParquetForge {
    /**
     * A page of a file.
     *
     * @param column place of its column
     * @param data where its bytes begin, after its header
     */
    record Page(int group, int column, int start, int data, int end, PageHeader header) {}

    private ParquetForge() {}

    static FileMetaData footer(byte[] file) {
        try {
            return Util.readFileMetaData(new ByteArrayInputStream(file, footerStart(file), footerLength(file)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static int footerLength(byte[] file) {
        return ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getInt(file.length - 8);
    }

    static int footerStart(byte[] file) {
        return file.length - 8 - footerLength(file);
    }

    /** The file with another footer. */
    static byte[] withFooter(byte[] file, Consumer<FileMetaData> change) {
        FileMetaData footer = footer(file);
        change.accept(footer);
        var bytes = new ByteArrayOutputStream();
        try {
            Util.writeFileMetaData(footer, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }

        return withFooter(file, bytes.toByteArray());
    }

    /** The file with these bytes for a footer, and their length. */
    static byte[] withFooter(byte[] file, byte[] footer) {
        int start = footerStart(file);
        return ByteBuffer.allocate(start + footer.length + 8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(file, 0, start)
                .put(footer)
                .putInt(footer.length)
                .put(file, file.length - 4, 4)
                .array();
    }

    static ColumnMetaData chunk(FileMetaData footer, int group, int column) {
        return footer.getRow_groups().get(group).getColumns().get(column).getMeta_data();
    }

    static List<Page> pages(byte[] file) {
        List<Page> pages = new ArrayList<>();
        FileMetaData footer = footer(file);
        for (int group = 0; group < footer.getRow_groupsSize(); group++) {
            RowGroup rows = footer.getRow_groups().get(group);
            for (int column = 0; column < rows.getColumnsSize(); column++) {
                ColumnMetaData chunk = rows.getColumns().get(column).getMeta_data();
                long start = chunk.isSetDictionary_page_offset() && chunk.getDictionary_page_offset() > 0
                        ? chunk.getDictionary_page_offset()
                        : chunk.getData_page_offset();
                long end = start + chunk.getTotal_compressed_size();
                for (int at = (int) start;
                        at < end;
                        at = pages.get(pages.size() - 1).end()) {
                    pages.add(page(file, group, column, at));
                }
            }
        }

        return pages;
    }

    private static Page page(byte[] file, int group, int column, int at) {
        var in = new ByteArrayInputStream(file, at, file.length - at);
        try {
            PageHeader header = Util.readPageHeader(in);
            int data = file.length - in.available();
            return new Page(group, column, at, data, data + header.getCompressed_page_size(), header);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The file with another header before a page; all that follows it moves, and the footer with it. */
    static byte[] withHeader(byte[] file, Page page, Consumer<PageHeader> change) {
        PageHeader header = page.header().deepCopy();
        change.accept(header);
        var bytes = new ByteArrayOutputStream();
        try {
            Util.writePageHeader(header, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }

        return replaced(file, page.start(), page.data(), bytes.toByteArray());
    }

    /** The file with other bytes in a place, offsets and sizes in the footer corrected. */
    static byte[] replaced(byte[] file, int from, int to, byte[] bytes) {
        int moved = bytes.length - (to - from);
        byte[] changed = new byte[file.length + moved];
        System.arraycopy(file, 0, changed, 0, from);
        System.arraycopy(bytes, 0, changed, from, bytes.length);
        System.arraycopy(file, to, changed, from + bytes.length, file.length - to);
        return withFooter(changed, footer -> {
            for (RowGroup group : footer.getRow_groups()) {
                for (ColumnChunk column : group.getColumns()) {
                    move(column.getMeta_data(), from, moved);
                }
            }
        });
    }

    private static void move(ColumnMetaData chunk, int from, int moved) {
        boolean dictionary = chunk.isSetDictionary_page_offset() && chunk.getDictionary_page_offset() > 0;
        long start = dictionary ? chunk.getDictionary_page_offset() : chunk.getData_page_offset();
        if (start <= from && from < start + chunk.getTotal_compressed_size()) {
            chunk.setTotal_compressed_size(chunk.getTotal_compressed_size() + moved);
            chunk.setTotal_uncompressed_size(Math.max(0, chunk.getTotal_uncompressed_size() + moved));
        }
        if (dictionary && chunk.getDictionary_page_offset() > from) {
            chunk.setDictionary_page_offset(chunk.getDictionary_page_offset() + moved);
        }
        if (chunk.getData_page_offset() > from) {
            chunk.setData_page_offset(chunk.getData_page_offset() + moved);
        }
    }

    static byte[] withByte(byte[] file, int at, int value) {
        byte[] changed = Arrays.copyOf(file, file.length);
        changed[at] = (byte) value;
        return changed;
    }
}
