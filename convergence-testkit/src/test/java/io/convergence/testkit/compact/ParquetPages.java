package io.convergence.testkit.compact;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.ColumnIndex;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.OffsetIndex;
import org.apache.parquet.format.PageHeader;
import org.apache.parquet.format.PageLocation;
import org.apache.parquet.format.PageType;
import org.apache.parquet.format.RowGroup;
import org.apache.parquet.format.Util;

/**
 * A Parquet file taken apart down to its pages, from the format's thrift structs alone. Can be put together again after changes, with
 * offsets and sizes made to fit.
 */
final class ParquetPages {
    private static final byte[] MAGIC = "PAR1".getBytes(StandardCharsets.US_ASCII);
    private static final int END = 8;

    final FileMetaData footer;
    final List<List<Chunk>> groups = new ArrayList<>();

    ParquetPages(FileMetaData footer) {
        this.footer = footer;
    }

    /** A column in a row group. */
    static final class Chunk {
        final ColumnChunk chunk;
        final List<Page> pages = new ArrayList<>();
        ColumnIndex columnIndex;
        OffsetIndex offsetIndex;

        Chunk(ColumnChunk chunk) {
            this.chunk = chunk;
        }

        ColumnMetaData metadata() {
            return chunk.getMeta_data();
        }

        boolean hasDictionary() {
            return !pages.isEmpty() && pages.get(0).isDictionary();
        }

        List<Page> dataPages() {
            return pages.stream().filter(page -> !page.isDictionary()).toList();
        }
    }

    static final class Page {
        PageHeader header;
        byte[] body;
        /** Where the page began and how long its header was when the file was read. */
        final long offset;

        final int headerLength;

        Page(PageHeader header, byte[] body) {
            this(header, body, -1, -1);
        }

        Page(PageHeader header, byte[] body, long offset, int headerLength) {
            this.header = header;
            this.body = body;
            this.offset = offset;
            this.headerLength = headerLength;
        }

        boolean isDictionary() {
            return header.getType() == PageType.DICTIONARY_PAGE;
        }

        boolean isV2() {
            return header.getType() == PageType.DATA_PAGE_V2;
        }

        int values() {
            return isV2()
                    ? header.getData_page_header_v2().getNum_values()
                    : header.getData_page_header().getNum_values();
        }

        int checksum() {
            var crc = new CRC32();
            crc.update(body);
            return (int) crc.getValue();
        }

        void replaceBody(byte[] changed, int uncompressedSize) {
            body = changed;
            header.setCompressed_page_size(changed.length);
            header.setUncompressed_page_size(uncompressedSize);
            if (header.isSetCrc()) {
                header.setCrc(checksum());
            }
        }
    }

    /** @throws IllegalArgumentException if offsets and sizes contradict each other */
    static ParquetPages parse(byte[] file) {
        try {
            int end = file.length - END;
            int length = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getInt(end);
            FileMetaData footer = Util.readFileMetaData(new ByteArrayInputStream(file, end - length, length));
            var pages = new ParquetPages(footer);
            for (RowGroup group : footer.getRow_groups()) {
                List<Chunk> chunks = new ArrayList<>();
                for (ColumnChunk chunk : group.getColumns()) {
                    chunks.add(chunk(file, chunk));
                }
                pages.groups.add(chunks);
            }

            return pages;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Chunk chunk(byte[] file, ColumnChunk description) throws IOException {
        var chunk = new Chunk(description);
        ColumnMetaData metadata = description.getMeta_data();
        boolean dictionary = metadata.isSetDictionary_page_offset() && metadata.getDictionary_page_offset() > 0;
        long start = dictionary ? metadata.getDictionary_page_offset() : metadata.getData_page_offset();
        long end = start + metadata.getTotal_compressed_size();
        int position = Math.toIntExact(start);
        while (position < end) {
            var in = new ByteArrayInputStream(file, position, file.length - position);
            PageHeader header = Util.readPageHeader(in);
            int headerLength = file.length - position - in.available();
            int bodyStart = position + headerLength;
            int bodyEnd = bodyStart + header.getCompressed_page_size();
            if (bodyEnd > end) {
                throw new IllegalArgumentException("Cannot read the page at " + position + " of column "
                        + metadata.getPath_in_schema() + ": it ends at " + bodyEnd + ", its chunk at " + end + ".");
            }
            chunk.pages.add(new Page(header, Arrays.copyOfRange(file, bodyStart, bodyEnd), position, headerLength));
            position = bodyEnd;
        }
        if (description.isSetColumn_index_offset()) {
            chunk.columnIndex = Util.readColumnIndex(new ByteArrayInputStream(
                    file, Math.toIntExact(description.getColumn_index_offset()), description.getColumn_index_length()));
        }
        if (description.isSetOffset_index_offset()) {
            chunk.offsetIndex = Util.readOffsetIndex(new ByteArrayInputStream(
                    file, Math.toIntExact(description.getOffset_index_offset()), description.getOffset_index_length()));
        }

        return chunk;
    }

    byte[] bytes() {
        try {
            var out = new ByteArrayOutputStream();
            out.write(MAGIC);
            for (int i = 0; i < groups.size(); i++) {
                write(footer.getRow_groups().get(i), groups.get(i), out);
            }
            for (List<Chunk> group : groups) {
                for (Chunk chunk : group) {
                    writeIndexes(chunk, out);
                }
            }
            int start = out.size();
            Util.writeFileMetaData(footer, out);
            byte[] length = new byte[Integer.BYTES];
            ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN).putInt(out.size() - start);
            out.write(length);
            out.write(MAGIC);
            return out.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(RowGroup group, List<Chunk> chunks, ByteArrayOutputStream out) throws IOException {
        int groupStart = out.size();
        long uncompressedGroup = 0;
        for (Chunk chunk : chunks) {
            ColumnMetaData metadata = chunk.metadata();
            metadata.unsetDictionary_page_offset();
            metadata.unsetBloom_filter_offset();
            metadata.unsetBloom_filter_length();
            int start = out.size();
            long uncompressed = 0;
            List<PageLocation> locations = new ArrayList<>();
            boolean first = true;
            for (Page page : chunk.pages) {
                int offset = out.size();
                Util.writePageHeader(page.header, out);
                int headerLength = out.size() - offset;
                out.write(page.body);
                uncompressed += headerLength + page.header.getUncompressed_page_size();
                if (page.isDictionary()) {
                    metadata.setDictionary_page_offset(offset);
                } else {
                    if (first) {
                        metadata.setData_page_offset(offset);
                    }
                    first = false;
                    locations.add(new PageLocation(offset, out.size() - offset, 0));
                }
            }
            metadata.setTotal_compressed_size(out.size() - start);
            metadata.setTotal_uncompressed_size(uncompressed);
            chunk.chunk.setFile_offset(start);
            uncompressedGroup += uncompressed;
            if (chunk.offsetIndex != null) {
                List<PageLocation> old = chunk.offsetIndex.getPage_locations();
                for (int i = 0; i < Math.min(old.size(), locations.size()); i++) {
                    old.get(i).setOffset(locations.get(i).getOffset());
                    old.get(i).setCompressed_page_size(locations.get(i).getCompressed_page_size());
                }
            }
        }
        group.setTotal_byte_size(uncompressedGroup);
        group.setFile_offset(groupStart);
        group.setTotal_compressed_size(out.size() - groupStart);
    }

    private static void writeIndexes(Chunk chunk, ByteArrayOutputStream out) throws IOException {
        chunk.chunk.unsetColumn_index_offset();
        chunk.chunk.unsetColumn_index_length();
        chunk.chunk.unsetOffset_index_offset();
        chunk.chunk.unsetOffset_index_length();
        if (chunk.columnIndex != null) {
            int start = out.size();
            Util.writeColumnIndex(chunk.columnIndex, out);
            chunk.chunk.setColumn_index_offset(start);
            chunk.chunk.setColumn_index_length(out.size() - start);
        }
        if (chunk.offsetIndex != null) {
            int start = out.size();
            Util.writeOffsetIndex(chunk.offsetIndex, out);
            chunk.chunk.setOffset_index_offset(start);
            chunk.chunk.setOffset_index_length(out.size() - start);
        }
    }
}
