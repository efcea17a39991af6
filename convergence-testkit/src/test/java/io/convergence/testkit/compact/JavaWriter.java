package io.convergence.testkit.compact;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Random;
import org.apache.parquet.column.ParquetProperties.WriterVersion;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;

/** Files as parquet-java writes them, or wrote them before it knew indexes. */
final class JavaWriter {
    private static final List<CompressionCodecName> CODECS = List.of(
            CompressionCodecName.UNCOMPRESSED,
            CompressionCodecName.SNAPPY,
            CompressionCodecName.GZIP,
            CompressionCodecName.ZSTD);

    /** Settings of the writer; a set whose files share them is what one task of DMS would leave. */
    record Style(
            CompressionCodecName codec,
            WriterVersion version,
            boolean dictionaries,
            boolean byteStreamSplit,
            int dictionaryBytes,
            int pageRows,
            int groupRows,
            boolean checksums,
            boolean statistics,
            boolean indexes) {
        static Style random(Random random) {
            return new Style(
                    CODECS.get(random.nextInt(CODECS.size())),
                    random.nextBoolean() ? WriterVersion.PARQUET_1_0 : WriterVersion.PARQUET_2_0,
                    random.nextInt(4) > 0,
                    random.nextInt(4) == 0,
                    random.nextInt(3) == 0 ? 64 + random.nextInt(400) : 1 << 20,
                    RandomFileSet.skewed(random),
                    RandomFileSet.skewed(random),
                    random.nextBoolean(),
                    random.nextInt(6) > 0,
                    random.nextInt(3) > 0);
        }

        /** Pages that are worth copying. */
        Style large(int rowsOfPage, Random random) {
            return new Style(
                    random.nextBoolean() ? CompressionCodecName.GZIP : CompressionCodecName.ZSTD,
                    version,
                    dictionaries && random.nextInt(4) == 0,
                    false,
                    random.nextBoolean() ? dictionaryBytes : 1 << 20,
                    rowsOfPage,
                    100_000,
                    checksums,
                    statistics,
                    indexes);
        }

        /** DuckDB splits the bytes of numbers only. */
        Style withoutByteStreamSplit() {
            return new Style(
                    codec,
                    version,
                    dictionaries,
                    false,
                    dictionaryBytes,
                    pageRows,
                    groupRows,
                    checksums,
                    statistics,
                    indexes);
        }
    }

    private JavaWriter() {}

    static byte[] write(Style style, MessageType schema, List<Object[]> rows) {
        var bytes = new ByteArrayOutputStream();
        var builder = ExampleParquetWriter.builder(new RandomFiles.Memory(bytes))
                .withConf(new PlainParquetConfiguration())
                .withType(schema)
                .withCompressionCodec(style.codec())
                .withWriterVersion(style.version())
                .withDictionaryEncoding(style.dictionaries())
                .withDictionaryPageSize(style.dictionaryBytes())
                .withRowGroupRowCountLimit(Math.max(style.groupRows(), rows.size() / RandomFileSet.MOST_GROUPS))
                .withPageRowCountLimit(Math.max(style.pageRows(), rows.size() / RandomFileSet.MOST_PAGES))
                .withPageWriteChecksumEnabled(style.checksums())
                .withStatisticsEnabled(style.statistics());
        if (style.byteStreamSplit()) {
            schema.getFields().stream()
                    .map(field -> field.asPrimitiveType())
                    .filter(type -> type.getPrimitiveTypeName() != PrimitiveTypeName.BINARY
                            && type.getPrimitiveTypeName() != PrimitiveTypeName.BOOLEAN
                            && type.getPrimitiveTypeName() != PrimitiveTypeName.INT96)
                    .forEach(type -> builder.withByteStreamSplitEncoding(type.getName(), true));
        }
        try (ParquetWriter<Group> writer = builder.build()) {
            for (Object[] row : rows) {
                writer.write(group(schema, row));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }

        return style.indexes() ? bytes.toByteArray() : withoutIndexes(bytes.toByteArray());
    }

    private static byte[] withoutIndexes(byte[] file) {
        ParquetPages pages = ParquetPages.parse(file);
        pages.groups.forEach(group -> group.forEach(chunk -> {
            chunk.columnIndex = null;
            chunk.offsetIndex = null;
        }));
        return pages.bytes();
    }

    private static Group group(MessageType schema, Object[] row) {
        Group group = new SimpleGroup(schema);
        for (int i = 0; i < row.length; i++) {
            if (row[i] instanceof Boolean value) {
                group.add(i, value);
            } else if (row[i] instanceof Integer value) {
                group.add(i, value);
            } else if (row[i] instanceof Long value) {
                group.add(i, value);
            } else if (row[i] instanceof Float value) {
                group.add(i, value);
            } else if (row[i] instanceof Double value) {
                group.add(i, value);
            } else if (row[i] instanceof Binary value) {
                group.add(i, value);
            }
        }

        return group;
    }
}
