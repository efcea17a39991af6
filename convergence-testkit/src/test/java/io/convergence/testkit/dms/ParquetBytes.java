package io.convergence.testkit.dms;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.PageHeader;
import org.apache.parquet.format.Util;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.api.ReadSupport;
import org.apache.parquet.hadoop.example.GroupReadSupport;
import org.apache.parquet.io.DelegatingSeekableInputStream;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.io.SeekableInputStream;

/** A Parquet file in memory, read by parquet-java and by its thrift structs. */
record ParquetBytes(byte[] content) {
    static ParquetBytes write(List<ParquetColumn> columns, ParquetOptions options, List<Object[]> rows)
            throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        DmsParquetWriter writer = new DmsParquetWriter(columns, options, out);
        for (Object[] row : rows) {
            writer.write(row);
        }
        writer.finish();
        return new ParquetBytes(out.toByteArray());
    }

    int footerLength() {
        return ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN).getInt(content.length - 8);
    }

    FileMetaData footer() throws IOException {
        int length = footerLength();
        return Util.readFileMetaData(new ByteArrayInputStream(content, content.length - 8 - length, length));
    }

    /** Whether the chunk's metadata is also written at its file offset. */
    boolean metadataIsRepeated(ColumnChunk chunk) throws IOException {
        ByteArrayOutputStream expected = new ByteArrayOutputStream();
        Util.writeColumnMetaData(chunk.getMeta_data(), expected, null, null);
        return Arrays.equals(expected.toByteArray(), slice(chunk.getFile_offset(), expected.size()));
    }

    /** The headers of all pages of a chunk in order. */
    List<PageHeader> pages(ColumnChunk chunk) throws IOException {
        ColumnMetaData metadata = chunk.getMeta_data();
        long offset = metadata.isSetDictionary_page_offset()
                ? metadata.getDictionary_page_offset()
                : metadata.getData_page_offset();
        long end = chunk.getFile_offset();
        List<PageHeader> pages = new ArrayList<>();
        while (offset < end) {
            ByteArrayInputStream in = new ByteArrayInputStream(content, (int) offset, (int) (end - offset));
            int before = in.available();
            PageHeader header = Util.readPageHeader(in);
            pages.add(header);
            offset += before - in.available() + header.getCompressed_page_size();
        }
        if (offset != end) {
            throw new IOException("pages end at " + offset + ", not at " + end);
        }
        return pages;
    }

    byte[] slice(long offset, int length) {
        return Arrays.copyOfRange(content, (int) offset, (int) offset + length);
    }

    List<Group> rows() throws IOException {
        List<Group> rows = new ArrayList<>();
        try (ParquetReader<Group> reader = new Builder(new BytesInputFile(content)).build()) {
            for (Group row = reader.read(); row != null; row = reader.read()) {
                rows.add(row);
            }
        }
        return rows;
    }

    private static final class Builder extends ParquetReader.Builder<Group> {
        Builder(InputFile file) {
            super(file, new PlainParquetConfiguration());
        }

        @Override
        protected ReadSupport<Group> getReadSupport() {
            return new GroupReadSupport();
        }
    }

    private record BytesInputFile(byte[] content) implements InputFile {
        @Override
        public long getLength() {
            return content.length;
        }

        @Override
        public SeekableInputStream newStream() {
            Positioned in = new Positioned(content);
            return new DelegatingSeekableInputStream(in) {
                @Override
                public long getPos() {
                    return in.position();
                }

                @Override
                public void seek(long newPos) {
                    in.seek(newPos);
                }
            };
        }
    }

    private static final class Positioned extends InputStream {
        private final ByteBuffer content;

        Positioned(byte[] content) {
            this.content = ByteBuffer.wrap(content);
        }

        long position() {
            return content.position();
        }

        void seek(long position) {
            content.position((int) position);
        }

        @Override
        public int read() {
            return content.hasRemaining() ? content.get() & 0xFF : -1;
        }

        @Override
        public int read(byte[] target, int offset, int length) {
            if (length == 0) {
                return 0;
            }
            if (!content.hasRemaining()) {
                return -1;
            }
            int count = Math.min(length, content.remaining());
            content.get(target, offset, count);
            return count;
        }
    }
}
