package io.convergence.testkit.compact;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.CompressionCodec;
import org.apache.parquet.format.DataPageHeader;
import org.apache.parquet.format.DataPageHeaderV2;
import org.apache.parquet.format.DictionaryPageHeader;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.OffsetIndex;
import org.apache.parquet.format.PageHeader;
import org.apache.parquet.format.PageLocation;
import org.apache.parquet.format.PageType;
import org.apache.parquet.format.RowGroup;
import org.apache.parquet.format.Type;
import org.apache.parquet.format.converter.ParquetMetadataConverter;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
import org.apache.parquet.internal.column.columnindex.ColumnIndexBuilder;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.Type.Repetition;

/**
 * Writes Parquet in every way the format allows and no one library does: any encoding on either page version, another one on each
 * page, dictionaries with entries nobody refers to or that occur twice, ids wider than needed, v2 pages left uncompressed.
 */
final class OddWriter {
    private static final List<String> WRITERS = Arrays.asList(
            "AWS", "parquet-mr version 1.13.1 (build abc)", "parquet-cpp version 1.5.1-SNAPSHOT", "odd", null);
    private static final int INDEX_LENGTH = 64;

    /** Pages asked to be at least so large are. */
    private static final int FIXED_FROM = 2_000;

    private final Style style;
    private final MessageType schema;
    private final Random random;

    /** What holds for a whole file. A set whose files share a style lets pages be copied as they are. */
    record Style(
            CompressionCodec codec,
            boolean secondVersion,
            boolean dictionaries,
            boolean mixedEncodings,
            boolean pageStatistics,
            boolean chunkStatistics,
            boolean indexes,
            boolean checksums,
            boolean oddDictionaries,
            boolean packedLevels,
            int pageRows,
            int groupRows,
            String createdBy) {
        static Style random(Random random) {
            return new Style(
                    List.of(
                                    CompressionCodec.UNCOMPRESSED,
                                    CompressionCodec.GZIP,
                                    CompressionCodec.SNAPPY,
                                    CompressionCodec.ZSTD)
                            .get(random.nextInt(4)),
                    random.nextBoolean(),
                    random.nextInt(3) > 0,
                    random.nextInt(3) == 0,
                    random.nextBoolean(),
                    random.nextInt(4) > 0,
                    random.nextBoolean(),
                    random.nextBoolean(),
                    random.nextInt(4) == 0,
                    random.nextInt(25) == 0,
                    RandomFileSet.skewed(random),
                    RandomFileSet.skewed(random),
                    WRITERS.get(random.nextInt(WRITERS.size())));
        }

        /** Pages that are worth copying. */
        Style large(int rowsOfPage, Random random) {
            return new Style(
                    random.nextBoolean() ? CompressionCodec.GZIP : CompressionCodec.ZSTD,
                    secondVersion,
                    dictionaries,
                    mixedEncodings,
                    pageStatistics,
                    chunkStatistics,
                    indexes,
                    checksums,
                    oddDictionaries,
                    packedLevels,
                    rowsOfPage,
                    100_000,
                    createdBy);
        }
    }

    private OddWriter(Style style, MessageType schema, Random random) {
        this.style = style;
        this.schema = schema;
        this.random = random;
    }

    static byte[] write(Style style, MessageType schema, List<Object[]> rows, Random random) {
        return new OddWriter(style, schema, random).write(rows);
    }

    private byte[] write(List<Object[]> rows) {
        var description = new org.apache.parquet.hadoop.metadata.FileMetaData(schema, Map.of(), "odd");
        FileMetaData footer = new ParquetMetadataConverter()
                .toParquetMetadata(1 + random.nextInt(2), new ParquetMetadata(description, List.of()));
        footer.setCreated_by(style.createdBy());
        footer.setNum_rows(rows.size());
        var pages = new ParquetPages(footer);
        List<RowGroup> groups = new ArrayList<>();
        int groupRows = Math.max(style.groupRows(), rows.size() / RandomFileSet.MOST_GROUPS);
        for (int from = 0; from < rows.size(); from += groupRows) {
            List<Object[]> group = rows.subList(from, Math.min(rows.size(), from + groupRows));
            List<ParquetPages.Chunk> chunks = new ArrayList<>();
            for (int column = 0; column < schema.getFieldCount(); column++) {
                int at = column;
                chunks.add(chunk(
                        schema.getType(column).asPrimitiveType(),
                        group.stream().map(row -> row[at]).toList().toArray()));
            }
            pages.groups.add(chunks);
            groups.add(new RowGroup(chunks.stream().map(chunk -> chunk.chunk).toList(), 0, group.size()));
        }
        footer.setRow_groups(groups);
        return pages.bytes();
    }

    private ParquetPages.Chunk chunk(PrimitiveType type, Object[] cells) {
        var metadata = new ColumnMetaData(
                physical(type), new ArrayList<>(), List.of(type.getName()), style.codec(), cells.length, 0, 0, 0);
        var chunk = new ParquetPages.Chunk(new ColumnChunk(0));
        chunk.chunk.setMeta_data(metadata);
        Map<Object, Integer> dictionary = new HashMap<>();
        List<Object> entries = new ArrayList<>();
        boolean useDictionary = style.dictionaries()
                && type.getPrimitiveTypeName() != PrimitiveType.PrimitiveTypeName.BOOLEAN
                && random.nextInt(6) > 0;
        int fallBackAt = useDictionary && random.nextInt(4) == 0 ? random.nextInt(cells.length + 1) : Integer.MAX_VALUE;
        List<Encoding> encodings = PageEncodings.of(type);
        Encoding encoding = encodings.get(random.nextInt(encodings.size()));
        Statistics<?> whole = Statistics.createStats(type);
        var index = ColumnIndexBuilder.getBuilder(type, INDEX_LENGTH);
        List<PageLocation> locations = new ArrayList<>();

        int pageRows = Math.max(style.pageRows(), cells.length / RandomFileSet.MOST_PAGES);
        int at = 0;
        while (at < cells.length) {
            int most = pageRows < FIXED_FROM ? 1 + random.nextInt(pageRows) : pageRows;
            int size = Math.min(cells.length - at, most);
            Object[] page = Arrays.copyOfRange(cells, at, at + size);
            boolean ofDictionary = useDictionary && at < fallBackAt;
            if (style.mixedEncodings()) {
                encoding = encodings.get(random.nextInt(encodings.size()));
            }
            Statistics<?> statistics = statistics(type, page);
            whole.mergeStatistics(statistics);
            index.add(statistics);
            locations.add(new PageLocation(0, 0, at));
            chunk.pages.add(dataPage(type, page, ofDictionary ? dictionary : null, entries, encoding, statistics));
            at += size;
        }

        if (useDictionary) {
            chunk.pages.add(0, dictionaryPage(type, entries));
        }
        for (ParquetPages.Page page : chunk.pages) {
            noteEncodings(page, metadata.getEncodings());
        }
        if (style.chunkStatistics()) {
            metadata.setStatistics(ParquetMetadataConverter.toParquetStatistics(whole));
        }
        if (style.indexes()) {
            chunk.columnIndex = ParquetMetadataConverter.toParquetColumnIndex(type, index.build());
            chunk.offsetIndex = new OffsetIndex(locations);
        }

        return chunk;
    }

    private static void noteEncodings(ParquetPages.Page page, List<Encoding> known) {
        Encoding values = page.isDictionary()
                ? page.header.getDictionary_page_header().getEncoding()
                : page.isV2()
                        ? page.header.getData_page_header_v2().getEncoding()
                        : page.header.getData_page_header().getEncoding();
        for (Encoding one : page.isDictionary() ? List.of(values) : List.of(values, Encoding.RLE)) {
            if (!known.contains(one)) {
                known.add(one);
            }
        }
    }

    private static Type physical(PrimitiveType type) {
        return type.getPrimitiveTypeName() == PrimitiveType.PrimitiveTypeName.BINARY
                ? Type.BYTE_ARRAY
                : Type.valueOf(type.getPrimitiveTypeName().name());
    }

    static Statistics<?> statistics(PrimitiveType type, Object[] cells) {
        Statistics<?> statistics = Statistics.createStats(type);
        for (Object cell : cells) {
            if (cell == null) {
                statistics.incrementNumNulls();
                continue;
            }
            switch (type.getPrimitiveTypeName()) {
                case BOOLEAN -> statistics.updateStats((Boolean) cell);
                case INT32 -> statistics.updateStats((int) (Integer) cell);
                case INT64 -> statistics.updateStats((long) (Long) cell);
                case FLOAT -> statistics.updateStats((float) (Float) cell);
                case DOUBLE -> statistics.updateStats((double) (Double) cell);
                case INT96, BINARY, FIXED_LEN_BYTE_ARRAY -> statistics.updateStats((Binary) cell);
            }
        }

        return statistics;
    }

    private ParquetPages.Page dictionaryPage(PrimitiveType type, List<Object> entries) {
        List<Object> all = new ArrayList<>(entries);
        if (style.oddDictionaries() && !entries.isEmpty()) {
            // Nobody refers to these; a reader must not take them for more than they are.
            all.addAll(entries.subList(0, 1 + random.nextInt(entries.size())));
        }
        byte[] plain = PageEncodings.values(type, Encoding.PLAIN, all);
        byte[] stored = PageEncodings.compress(style.codec(), plain);
        var header = new PageHeader(PageType.DICTIONARY_PAGE, plain.length, stored.length);
        header.setDictionary_page_header(new DictionaryPageHeader(
                all.size(), style.secondVersion() ? Encoding.PLAIN : Encoding.PLAIN_DICTIONARY));
        return sealed(new ParquetPages.Page(header, stored));
    }

    private ParquetPages.Page dataPage(
            PrimitiveType type,
            Object[] cells,
            Map<Object, Integer> dictionary,
            List<Object> entries,
            Encoding encoding,
            Statistics<?> statistics) {
        List<Object> values = new ArrayList<>();
        List<Integer> levels = new ArrayList<>();
        for (Object cell : cells) {
            levels.add(cell == null ? 0 : 1);
            if (cell != null) {
                values.add(cell);
            }
        }
        Encoding used = encoding;
        byte[] body;
        if (dictionary == null) {
            body = PageEncodings.values(type, encoding, values);
        } else {
            used = style.secondVersion() ? Encoding.RLE_DICTIONARY : Encoding.PLAIN_DICTIONARY;
            body = ids(values, dictionary, entries);
        }

        boolean optional = type.isRepetition(Repetition.OPTIONAL);
        return style.secondVersion()
                ? secondVersion(body, used, optional, levels, values.size(), statistics)
                : firstVersion(body, used, optional, levels, statistics);
    }

    private byte[] ids(List<Object> values, Map<Object, Integer> dictionary, List<Object> entries) {
        List<Integer> ids = new ArrayList<>();
        for (Object value : values) {
            Integer id = dictionary.get(value);
            if (id == null || style.oddDictionaries() && random.nextInt(30) == 0) {
                id = entries.size();
                entries.add(value);
                dictionary.put(value, id);
            }
            ids.add(id);
        }
        int highest = ids.isEmpty() ? 0 : Collections.max(ids);
        int width = Integer.SIZE - Integer.numberOfLeadingZeros(highest);
        return PageEncodings.ids(width + (style.oddDictionaries() ? random.nextInt(3) : 0), ids);
    }

    private ParquetPages.Page firstVersion(
            byte[] values, Encoding encoding, boolean optional, List<Integer> levels, Statistics<?> statistics) {
        var body = new ByteArrayOutputStream();
        boolean packed = optional && style.packedLevels();
        if (packed) {
            body.writeBytes(PageEncodings.packedLevels(levels));
        } else if (optional) {
            byte[] runs = PageEncodings.runs(1, levels);
            body.writeBytes(ByteBuffer.allocate(Integer.BYTES)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putInt(runs.length)
                    .array());
            body.writeBytes(runs);
        }
        body.writeBytes(values);
        byte[] stored = PageEncodings.compress(style.codec(), body.toByteArray());
        var header = new PageHeader(PageType.DATA_PAGE, body.size(), stored.length);
        var data =
                new DataPageHeader(levels.size(), encoding, packed ? Encoding.BIT_PACKED : Encoding.RLE, Encoding.RLE);
        if (style.pageStatistics()) {
            data.setStatistics(ParquetMetadataConverter.toParquetStatistics(statistics));
        }
        header.setData_page_header(data);
        return sealed(new ParquetPages.Page(header, stored));
    }

    private ParquetPages.Page secondVersion(
            byte[] values,
            Encoding encoding,
            boolean optional,
            List<Integer> levels,
            int present,
            Statistics<?> statistics) {
        byte[] runs = optional ? PageEncodings.runs(1, levels) : new byte[0];
        boolean compressed = random.nextInt(5) > 0;
        byte[] stored = compressed ? PageEncodings.compress(style.codec(), values) : values;
        byte[] body = Arrays.copyOf(runs, runs.length + stored.length);
        System.arraycopy(stored, 0, body, runs.length, stored.length);
        var header = new PageHeader(PageType.DATA_PAGE_V2, runs.length + values.length, body.length);
        var data =
                new DataPageHeaderV2(levels.size(), levels.size() - present, levels.size(), encoding, runs.length, 0);
        data.setIs_compressed(compressed);
        if (style.pageStatistics()) {
            data.setStatistics(ParquetMetadataConverter.toParquetStatistics(statistics));
        }
        header.setData_page_header_v2(data);
        return sealed(new ParquetPages.Page(header, body));
    }

    private ParquetPages.Page sealed(ParquetPages.Page page) {
        if (style.checksums()) {
            page.header.setCrc(page.checksum());
        }

        return page;
    }
}
