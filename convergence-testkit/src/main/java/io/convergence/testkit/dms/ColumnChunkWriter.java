package io.convergence.testkit.dms;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.bytes.HeapByteBufferAllocator;
import org.apache.parquet.column.values.rle.RunLengthBitPackingHybridEncoder;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.CompressionCodec;
import org.apache.parquet.format.DataPageHeader;
import org.apache.parquet.format.DictionaryPageHeader;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.PageHeader;
import org.apache.parquet.format.PageType;
import org.apache.parquet.format.Statistics;
import org.apache.parquet.format.Type;
import org.apache.parquet.format.Util;
import org.jspecify.annotations.Nullable;

/** One column of one row group: cuts pages while values arrive and keeps their bytes until the row group ends. */
final class ColumnChunkWriter {
    private static final int RLE_INITIAL_BYTES = 64;
    private static final int RLE_PAGE_BYTES = 1024 * 1024;

    private final ParquetColumn column;
    private final ParquetOptions options;
    private final ByteArrayOutputStream pages = new ByteArrayOutputStream();
    private final ColumnStatistics chunkStatistics;
    private final Map<Object, Integer> dictionary = new HashMap<>();
    private final PlainValues dictionaryValues;
    private final PlainValues values;
    private final List<Integer> indices = new ArrayList<>();

    private ColumnStatistics pageStatistics;
    private RunLengthBitPackingHybridEncoder levels;
    private boolean dictionaryOpen;
    private boolean dictionaryUsed;
    private boolean fellBack;
    private int pageRows;
    private long rows;
    private long uncompressedBytes;

    ColumnChunkWriter(ParquetColumn column, ParquetOptions options) {
        this.column = column;
        this.options = options;
        this.chunkStatistics = new ColumnStatistics(column);
        this.pageStatistics = new ColumnStatistics(column);
        this.dictionaryValues = new PlainValues(column);
        this.values = new PlainValues(column);
        this.levels = newLevels();
        // A dictionary of booleans would be larger than they are; parquet-cpp, which DMS's files come from, makes none.
        this.dictionaryOpen = options.values() != ParquetOptions.Values.PLAIN && column.type() != Type.BOOLEAN;
        this.dictionaryUsed = dictionaryOpen;
    }

    void add(@Nullable Object value) throws IOException {
        rows++;
        pageRows++;
        if (value == null) {
            if (column.required()) {
                throw new IllegalArgumentException(
                        "Cannot write null to column '" + column.name() + "': the file declares it REQUIRED.");
            }
            levels.writeInt(0);
            pageStatistics.addNull();
            chunkStatistics.addNull();
        } else {
            if (!column.required()) {
                levels.writeInt(1);
            }
            pageStatistics.add(value);
            chunkStatistics.add(value);
            addValue(value);
        }

        if (pageBytes() >= options.dataPageSize()) {
            endPage();
        }
    }

    private void addValue(Object value) throws IOException {
        if (!dictionaryOpen) {
            values.add(value);
            return;
        }

        Object key = value instanceof byte[] content ? ByteBuffer.wrap(content) : value;
        Integer index = dictionary.get(key);
        if (index == null) {
            index = dictionary.size();
            dictionary.put(key, index);
            dictionaryValues.add(value);
        }
        indices.add(index);
        if (dictionaryValues.size() >= options.dictPageSizeLimit()) {
            endPage();
            dictionaryOpen = false;
            fellBack = true;
        }
    }

    private long pageBytes() {
        return dictionaryOpen ? (long) indices.size() * indexWidth() / 8 : values.size();
    }

    private int indexWidth() {
        return Math.max(1, 32 - Integer.numberOfLeadingZeros(Math.max(0, dictionary.size() - 1)));
    }

    private void endPage() throws IOException {
        if (pageRows == 0) {
            return;
        }

        ByteArrayOutputStream body = new ByteArrayOutputStream();
        if (!column.required()) {
            BytesInput encoded = levels.toBytes();
            body.writeBytes(PlainValues.littleEndian(encoded.size(), Integer.BYTES));
            encoded.writeAllTo(body);
            levels.close();
            levels = newLevels();
        }
        body.writeBytes(dictionaryOpen ? takeIndices() : values.take());

        byte[] plain = body.toByteArray();
        byte[] stored = compress(plain);
        PageHeader header = new PageHeader(PageType.DATA_PAGE, plain.length, stored.length);
        DataPageHeader data = new DataPageHeader(pageRows, valueEncoding(), Encoding.RLE, Encoding.RLE);
        data.setStatistics(
                options.statistics() == ParquetOptions.Statistics.WRITTEN
                        ? pageStatistics.forPage()
                        : new Statistics());
        header.setData_page_header(data);
        uncompressedBytes += append(header, stored, pages) + plain.length;

        pageRows = 0;
        pageStatistics = new ColumnStatistics(column);
    }

    private byte[] takeIndices() throws IOException {
        int width = indexWidth();
        try (RunLengthBitPackingHybridEncoder encoder = new RunLengthBitPackingHybridEncoder(
                width, RLE_INITIAL_BYTES, RLE_PAGE_BYTES, HeapByteBufferAllocator.getInstance())) {
            for (int index : indices) {
                encoder.writeInt(index);
            }
            indices.clear();
            ByteArrayOutputStream encoded = new ByteArrayOutputStream();
            encoded.write(width);
            encoder.toBytes().writeAllTo(encoded);
            return encoded.toByteArray();
        }
    }

    private Encoding valueEncoding() {
        if (!dictionaryOpen) {
            return Encoding.PLAIN;
        }
        return indexEncoding();
    }

    private Encoding indexEncoding() {
        return options.values() == ParquetOptions.Values.PLAIN_DICTIONARY
                ? Encoding.PLAIN_DICTIONARY
                : Encoding.RLE_DICTIONARY;
    }

    private Encoding dictionaryEncoding() {
        return options.values() == ParquetOptions.Values.PLAIN_DICTIONARY ? Encoding.PLAIN_DICTIONARY : Encoding.PLAIN;
    }

    /** Writes the chunk and the copy of its metadata behind it, as old parquet-cpp did; its {@code file_offset} is that copy. */
    ColumnChunk finish(CountingOutputStream out) throws IOException {
        endPage();
        levels.close();
        long start = out.position();
        long dataOffset = start;
        if (dictionaryUsed) {
            byte[] plain = dictionaryValues.take();
            byte[] stored = compress(plain);
            PageHeader header = new PageHeader(PageType.DICTIONARY_PAGE, plain.length, stored.length);
            header.setDictionary_page_header(new DictionaryPageHeader(dictionary.size(), dictionaryEncoding()));
            uncompressedBytes += append(header, stored, out) + plain.length;
            dataOffset = out.position();
        }
        pages.writeTo(out);
        long end = out.position();

        ColumnMetaData metadata = new ColumnMetaData(
                column.type(),
                encodings(),
                List.of(column.name()),
                codec(),
                rows,
                uncompressedBytes,
                end - start,
                dataOffset);
        metadata.setIndex_page_offset(0);
        if (dictionaryUsed) {
            metadata.setDictionary_page_offset(start);
        }
        Statistics statistics =
                options.statistics() == ParquetOptions.Statistics.WRITTEN ? chunkStatistics.forChunk() : null;
        if (statistics != null) {
            metadata.setStatistics(statistics);
        }
        Util.writeColumnMetaData(metadata, out, null, null);

        ColumnChunk chunk = new ColumnChunk(end);
        chunk.setMeta_data(metadata);
        return chunk;
    }

    private List<Encoding> encodings() {
        List<Encoding> encodings = new ArrayList<>();
        if (dictionaryUsed) {
            encodings.add(indexEncoding());
            if (dictionaryEncoding() != indexEncoding()) {
                encodings.add(dictionaryEncoding());
            }
        } else {
            encodings.add(Encoding.PLAIN);
        }
        encodings.add(Encoding.RLE);
        if (fellBack && !encodings.contains(Encoding.PLAIN)) {
            encodings.add(Encoding.PLAIN);
        }
        return encodings;
    }

    private CompressionCodec codec() {
        return switch (options.codec()) {
            case UNCOMPRESSED -> CompressionCodec.UNCOMPRESSED;
            case GZIP -> CompressionCodec.GZIP;
        };
    }

    private byte[] compress(byte[] plain) throws IOException {
        if (options.codec() == ParquetOptions.Codec.UNCOMPRESSED) {
            return plain;
        }

        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(compressed)) {
            gzip.write(plain);
        }
        return compressed.toByteArray();
    }

    /** The length of the header, which counts into both total sizes. */
    private static int append(PageHeader header, byte[] body, OutputStream out) throws IOException {
        ByteArrayOutputStream encoded = new ByteArrayOutputStream();
        Util.writePageHeader(header, encoded);
        encoded.writeTo(out);
        out.write(body);
        return encoded.size();
    }

    private static RunLengthBitPackingHybridEncoder newLevels() {
        return new RunLengthBitPackingHybridEncoder(
                1, RLE_INITIAL_BYTES, RLE_PAGE_BYTES, HeapByteBufferAllocator.getInstance());
    }
}
