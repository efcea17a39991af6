package io.convergence.store.internal;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.ColumnOrder;
import org.apache.parquet.format.CompressionCodec;
import org.apache.parquet.format.ConvertedType;
import org.apache.parquet.format.DateType;
import org.apache.parquet.format.DecimalType;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.FieldRepetitionType;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.IntType;
import org.apache.parquet.format.KeyValue;
import org.apache.parquet.format.LogicalType;
import org.apache.parquet.format.MicroSeconds;
import org.apache.parquet.format.MilliSeconds;
import org.apache.parquet.format.NanoSeconds;
import org.apache.parquet.format.PageEncodingStats;
import org.apache.parquet.format.PageType;
import org.apache.parquet.format.RowGroup;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.Statistics;
import org.apache.parquet.format.StringType;
import org.apache.parquet.format.TimeType;
import org.apache.parquet.format.TimeUnit;
import org.apache.parquet.format.TimestampType;
import org.apache.parquet.format.Type;
import org.apache.parquet.format.TypeDefinedOrder;
import org.apache.parquet.format.Util;
import org.apache.parquet.format.converter.ParquetMetadataConverter;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
import org.apache.parquet.schema.MessageType;

/** Footers of flat files in the forms that writers of fifteen years gave them, written by parquet-java's Thrift classes. */
final class RandomFooter {
    private static final List<String> WRITERS = List.of(
            "AWS",
            "parquet-mr version 1.13.1 (build db4183109d5b734ec5930d870cdae161e408ddba)",
            "parquet-mr version 1.5.0",
            "parquet-cpp-arrow version 14.0.1",
            "impala version 2.6.0",
            "");

    private final Random random;

    private RandomFooter(Random random) {
        this.random = random;
    }

    static byte[] bytes(Random random) throws IOException {
        return write(of(random));
    }

    static byte[] write(FileMetaData footer) throws IOException {
        var bytes = new ByteArrayOutputStream();
        Util.writeFileMetaData(footer, bytes);
        return bytes.toByteArray();
    }

    /** Of a file without rows. */
    static FileMetaData empty(MessageType schema) {
        var description = new org.apache.parquet.hadoop.metadata.FileMetaData(schema, Map.of("a", "b"), "me");
        return new ParquetMetadataConverter().toParquetMetadata(1, new ParquetMetadata(description, List.of()));
    }

    static FileMetaData of(Random random) {
        return new RandomFooter(random).footer();
    }

    private FileMetaData footer() {
        List<SchemaElement> schema = new ArrayList<>();
        int columns = 1 + random.nextInt(20);
        schema.add(new SchemaElement("schema").setNum_children(columns));
        for (int i = 0; i < columns; i++) {
            schema.add(column("column_" + i + (random.nextInt(5) == 0 ? "_é" : "")));
        }
        List<RowGroup> groups = new ArrayList<>();
        long rows = 0;
        for (int i = 0; i < random.nextInt(4); i++) {
            groups.add(group(schema.subList(1, columns + 1), i));
            rows += groups.get(i).getNum_rows();
        }
        FileMetaData footer = new FileMetaData(1 + random.nextInt(2), schema, rows, groups);
        if (random.nextInt(6) > 0) {
            footer.setCreated_by(WRITERS.get(random.nextInt(WRITERS.size())));
        }
        if (random.nextBoolean()) {
            footer.setColumn_orders(new ArrayList<>());
            for (int i = 0; i < columns; i++) {
                var order = new ColumnOrder();
                order.setTYPE_ORDER(new TypeDefinedOrder());
                footer.addToColumn_orders(order);
            }
        }
        for (int i = 0; i < random.nextInt(3); i++) {
            KeyValue entry = new KeyValue("key " + i);
            if (random.nextBoolean()) {
                entry.setValue("value " + random.nextInt());
            }
            footer.addToKey_value_metadata(entry);
        }
        return footer;
    }

    private SchemaElement column(String name) {
        SchemaElement element = new SchemaElement(name);
        element.setRepetition_type(random.nextBoolean() ? FieldRepetitionType.OPTIONAL : FieldRepetitionType.REQUIRED);
        if (random.nextInt(4) == 0) {
            element.setField_id(random.nextInt(100));
        }
        switch (random.nextInt(14)) {
            case 0 -> element.setType(Type.BOOLEAN);
            case 1 -> element.setType(Type.INT32);
            case 2 -> element.setType(Type.INT64);
            case 3 -> element.setType(Type.INT96);
            case 4 -> element.setType(Type.FLOAT);
            case 5 -> element.setType(Type.DOUBLE);
            case 6 -> element.setType(Type.BYTE_ARRAY);
            case 7 -> element.setType(Type.FIXED_LEN_BYTE_ARRAY).setType_length(1 + random.nextInt(20));
            case 8 ->
                annotated(element.setType(Type.BYTE_ARRAY), ConvertedType.UTF8, LogicalType.STRING(new StringType()));
            case 9 -> decimal(element);
            case 10 -> annotated(element.setType(Type.INT32), ConvertedType.DATE, LogicalType.DATE(new DateType()));
            case 11 -> timestamp(element);
            case 12 -> time(element);
            default -> integer(element);
        }
        return element;
    }

    /** The older form, the newer one, or both. */
    private void annotated(SchemaElement element, ConvertedType older, LogicalType newer) {
        int form = random.nextInt(3);
        if (form != 0) {
            element.setConverted_type(older);
        }
        if (form != 1) {
            element.setLogicalType(newer);
        }
    }

    private void decimal(SchemaElement element) {
        int form = random.nextInt(3);
        // parquet-java warns of 64 bits where 32 would do.
        int precision = (form == 1 ? 10 : 1) + random.nextInt(9);
        int scale = random.nextInt(precision + 1);
        switch (form) {
            case 0 -> element.setType(Type.INT32);
            case 1 -> element.setType(Type.INT64);
            default -> element.setType(Type.FIXED_LEN_BYTE_ARRAY).setType_length(5 + random.nextInt(12));
        }
        annotated(element, ConvertedType.DECIMAL, LogicalType.DECIMAL(new DecimalType(scale, precision)));
        if (element.isSetConverted_type()) {
            element.setScale(scale).setPrecision(precision);
        }
    }

    private void timestamp(SchemaElement element) {
        boolean millis = random.nextBoolean();
        var unit = millis ? TimeUnit.MILLIS(new MilliSeconds()) : TimeUnit.MICROS(new MicroSeconds());
        element.setType(Type.INT64);
        if (random.nextInt(4) == 0) {
            element.setLogicalType(
                    LogicalType.TIMESTAMP(new TimestampType(random.nextBoolean(), TimeUnit.NANOS(new NanoSeconds()))));
        } else {
            annotated(
                    element,
                    millis ? ConvertedType.TIMESTAMP_MILLIS : ConvertedType.TIMESTAMP_MICROS,
                    LogicalType.TIMESTAMP(new TimestampType(random.nextBoolean(), unit)));
        }
    }

    private void time(SchemaElement element) {
        boolean millis = random.nextBoolean();
        var unit = millis ? TimeUnit.MILLIS(new MilliSeconds()) : TimeUnit.MICROS(new MicroSeconds());
        annotated(
                element.setType(millis ? Type.INT32 : Type.INT64),
                millis ? ConvertedType.TIME_MILLIS : ConvertedType.TIME_MICROS,
                LogicalType.TIME(new TimeType(random.nextBoolean(), unit)));
    }

    private void integer(SchemaElement element) {
        List<ConvertedType> signed =
                List.of(ConvertedType.INT_8, ConvertedType.INT_16, ConvertedType.INT_32, ConvertedType.INT_64);
        List<ConvertedType> unsigned =
                List.of(ConvertedType.UINT_8, ConvertedType.UINT_16, ConvertedType.UINT_32, ConvertedType.UINT_64);
        int width = random.nextInt(4);
        boolean sign = random.nextBoolean();
        annotated(
                element.setType(width == 3 ? Type.INT64 : Type.INT32),
                (sign ? signed : unsigned).get(width),
                LogicalType.INTEGER(new IntType((byte) (8 << width), sign)));
    }

    private RowGroup group(List<SchemaElement> columns, int ordinal) {
        long rows = random.nextInt(100_000);
        List<ColumnChunk> chunks = new ArrayList<>();
        for (SchemaElement column : columns) {
            chunks.add(chunk(column, rows));
        }
        RowGroup group = new RowGroup(chunks, random.nextInt(1 << 20), rows);
        if (random.nextBoolean()) {
            group.setOrdinal((short) ordinal).setFile_offset(4).setTotal_compressed_size(99);
        }
        return group;
    }

    private ColumnChunk chunk(SchemaElement column, long rows) {
        List<Encoding> encodings = new ArrayList<>();
        for (Encoding encoding : Encoding.values()) {
            if (random.nextInt(3) == 0 && encoding.getValue() <= 9) {
                encodings.add(encoding);
            }
        }
        var metadata = new ColumnMetaData(
                column.getType(),
                encodings,
                List.of(column.getName()),
                CompressionCodec.values()[random.nextInt(CompressionCodec.values().length)],
                rows,
                random.nextInt(1 << 20),
                random.nextInt(1 << 20),
                4 + random.nextInt(1 << 30));
        if (random.nextBoolean()) {
            metadata.setDictionary_page_offset(4 + random.nextInt(1 << 30));
        }
        if (random.nextInt(4) > 0) {
            metadata.setStatistics(statistics(column));
        }
        if (random.nextBoolean()) {
            metadata.setEncoding_stats(List.of(new PageEncodingStats(PageType.DATA_PAGE, Encoding.PLAIN, 3)));
        }
        ColumnChunk chunk = new ColumnChunk(random.nextInt(1 << 20)).setMeta_data(metadata);
        if (random.nextBoolean()) {
            chunk.setColumn_index_offset(random.nextInt(1 << 30)).setColumn_index_length(random.nextInt(1 << 20));
        }
        if (random.nextBoolean()) {
            chunk.setOffset_index_offset(random.nextInt(1 << 30)).setOffset_index_length(random.nextInt(1 << 20));
        }
        return chunk;
    }

    private Statistics statistics(SchemaElement column) {
        int width = switch (column.getType()) {
            case BOOLEAN -> 1;
            case INT32, FLOAT -> 4;
            case INT64, DOUBLE -> 8;
            case INT96 -> 12;
            case BYTE_ARRAY -> random.nextInt(9);
            case FIXED_LEN_BYTE_ARRAY -> column.getType_length();
        };
        Statistics statistics = new Statistics();
        ByteBuffer min = bytes(width, column.getType());
        ByteBuffer max = random.nextInt(4) == 0 ? min.duplicate() : bytes(width, column.getType());
        if (random.nextInt(3) > 0) {
            statistics.setMin_value(min).setMax_value(max);
        }
        if (random.nextInt(3) > 0) {
            statistics.setMin(min.duplicate()).setMax(max.duplicate());
        }
        if (random.nextInt(3) > 0) {
            statistics.setNull_count(random.nextInt(1000));
        }
        if (random.nextInt(4) == 0) {
            statistics.setDistinct_count(7);
        }
        return statistics;
    }

    private ByteBuffer bytes(int width, Type type) {
        byte[] bytes = new byte[width];
        random.nextBytes(bytes);
        if (type == Type.BOOLEAN) {
            bytes[0] &= 1;
        }
        return ByteBuffer.wrap(bytes);
    }
}
