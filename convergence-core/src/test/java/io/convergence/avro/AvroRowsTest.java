package io.convergence.avro;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convergence.TableId;
import io.convergence.change.ChangeReadOptions;
import io.convergence.change.ChangeReader;
import io.convergence.change.ChangeRecord;
import io.convergence.change.RowImage;
import io.convergence.raw.FileContext;
import io.convergence.raw.RawFile;
import io.convergence.raw.RawFormat;
import io.convergence.schema.Bytes;
import io.convergence.schema.Column;
import io.convergence.schema.DataType;
import io.convergence.schema.TableSchema;
import io.convergence.store.InMemoryObjectStore;
import io.convergence.store.WriteCondition;
import io.convergence.target.NullOnUpdate;
import io.convergence.target.RowShape;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.avro.Conversions;
import org.apache.avro.Schema;
import org.apache.avro.data.TimeConversions;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.parquet.avro.AvroParquetWriter;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.io.LocalOutputFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AvroRowsTest {
    private static final TableId ORDERS = TableId.of("public", "orders");
    private static final List<Column> EVERY_TYPE = List.of(
            column("b", "boolean"),
            column("i1", "int1"),
            column("i2", "int2"),
            column("i4", "int4"),
            column("i8", "int8"),
            column("u1", "uint1"),
            column("u2", "uint2"),
            column("u4", "uint4"),
            column("u8", "uint8"),
            column("d", "numeric(38,10)"),
            column("r4", "real4"),
            column("r8", "real8"),
            column("s", "string(10)"),
            column("raw", "blob"),
            column("day", "date"),
            column("t3", "time(3)"),
            column("t6", "time(6)"),
            column("t9", "time(9)"),
            column("at3", "datetime(3)"),
            column("at6", "datetime(6)"),
            column("at9", "datetime(9)"));

    @Test
    void valuesAreThoseAvrosOwnConversionsReadFromItsBinaryForm() throws IOException {
        AvroRows rows = AvroRows.of(ORDERS, EVERY_TYPE);
        List<Object> values = List.of(
                true,
                -128L,
                -32768L,
                -2147483648L,
                Long.MIN_VALUE,
                255L,
                65535L,
                4294967295L,
                new BigInteger("18446744073709551615"),
                new BigDecimal("-1234567890123456789012345678.0000000001"),
                -0.5f,
                1e-300,
                "Grüße",
                Bytes.of((byte) 0, (byte) -1),
                LocalDate.of(1, 1, 1),
                LocalTime.of(23, 59, 59, 999_000_000),
                LocalTime.of(23, 59, 59, 999_999_000),
                LocalTime.of(23, 59, 59, 999_999_999),
                LocalDateTime.of(9999, 12, 31, 23, 59, 59, 999_000_000),
                LocalDateTime.of(1, 1, 1, 0, 0, 0, 1_000),
                LocalDateTime.of(1969, 12, 31, 23, 59, 59, 999_999_999));

        GenericRecord read = throughBinary(rows.record(image(EVERY_TYPE, values)));

        List<Object> expected = new ArrayList<>(values);
        for (int i = 1; i <= 6; i++) {
            if (i != 4) {
                expected.set(i, ((Long) values.get(i)).intValue());
            }
        }
        expected.set(8, new BigDecimal("18446744073709551615"));
        expected.set(13, java.nio.ByteBuffer.wrap(new byte[] {0, -1}));
        expected.set(17, ((LocalTime) values.get(17)).toNanoOfDay());
        for (int i = 0; i < expected.size(); i++) {
            Object value = read.get(i) instanceof CharSequence text ? text.toString() : read.get(i);
            assertThat(value).as(EVERY_TYPE.get(i).name()).isEqualTo(expected.get(i));
        }
    }

    @Test
    void everyRowComesBackEqual() {
        long seed = Long.getLong("convergence.seed", System.nanoTime());
        Random random = new Random(seed);
        AvroRows rows = AvroRows.of(ORDERS, EVERY_TYPE);

        for (int round = 0; round < 2_000; round++) {
            List<Object> values = new ArrayList<>();
            for (Column column : EVERY_TYPE) {
                values.add(random.nextInt(5) == 0 ? null : value(column.type(), random));
            }

            RowImage back = rows.image(rows.record(image(EVERY_TYPE, values)));

            assertThat(new ArrayList<>(back.toMap().values()))
                    .as("seed %d, round %d", seed, round)
                    .isEqualTo(values);
        }
    }

    private static Object value(DataType type, Random random) {
        return switch (type.kind()) {
            case BOOLEAN -> random.nextBoolean();
            case INT1 -> (long) (byte) random.nextInt();
            case INT2 -> (long) (short) random.nextInt();
            case INT4 -> (long) random.nextInt();
            case INT8 -> random.nextLong();
            case UINT1 -> (long) random.nextInt(256);
            case UINT2 -> (long) random.nextInt(65536);
            case UINT4 -> random.nextInt() & 0xFFFFFFFFL;
            case UINT8 -> new BigInteger(64, random);
            case NUMERIC -> new BigDecimal(new BigInteger(120, random).negate(), type.scale());
            case REAL4 -> random.nextFloat();
            case REAL8 -> random.nextGaussian();
            case STRING, WSTRING, CLOB, NCLOB -> "ä" + random.nextInt();
            case BYTES, BLOB -> Bytes.of((byte) random.nextInt(), (byte) 1);
            case DATE -> LocalDate.ofEpochDay(random.nextInt(4_000_000) - 700_000);
            case TIME -> LocalTime.ofNanoOfDay(cut(random.nextLong(86_400_000_000_000L), type.scale()));
            case DATETIME ->
                LocalDateTime.of(1700 + random.nextInt(500), 1, 1, 0, 0)
                        .plusSeconds(random.nextInt(30_000_000))
                        .plusNanos(cut(random.nextInt(1_000_000_000), type.scale()));
        };
    }

    private static long cut(long nanos, int scale) {
        long unit = (long) Math.pow(10, 9 - scale);
        return nanos / unit * unit;
    }

    @Test
    void nameThatAvroForbidsIsReplacedAndKeptAsAProperty() {
        Schema schema = AvroRows.of(
                        TableId.of("my schema", "1st"),
                        List.of(column("order id", "int4"), column("order_id", "int4"), column("Order_ID", "int4")))
                .schema();

        assertThat(schema.getFullName()).isEqualTo("my_schema._1st");
        assertThat(schema.getFields())
                .extracting(Schema.Field::name)
                .containsExactly("order_id", "order_id_2", "Order_ID_3");
        assertThat(schema.getFields())
                .extracting(field -> field.getProp("column"))
                .containsExactly("order id", "order_id", "Order_ID");
    }

    @Test
    void nanosecondsThatDoNotFitAreAnErrorWithTheColumn() {
        List<Column> columns = List.of(column("at", "datetime(9)"));
        AvroRows rows = AvroRows.of(ORDERS, columns);

        assertThatThrownBy(() -> rows.record(image(columns, List.of(LocalDateTime.of(9999, 1, 1, 0, 0)))))
                .isInstanceOf(AvroConversionException.class)
                .hasMessage(
                        "Cannot convert column 'at': its value does not fit the Avro type of datetime(9). Leave the column out, or give it another type.");
    }

    @Test
    void recordOfAnotherSchemaOrTypeIsRefused() {
        AvroRows rows = AvroRows.of(ORDERS, List.of(column("id", "int4")));
        GenericRecord other = new GenericData.Record(
                AvroRows.of(ORDERS, List.of(column("key", "int4"))).schema());
        GenericRecord wrong = new GenericData.Record(rows.schema());
        wrong.put("id", "seven");

        assertThatThrownBy(() -> rows.image(other))
                .hasMessage(
                        "Cannot read the record as a row: it has no field 'id' for column 'id'. Use the schema of this view.");
        assertThatThrownBy(() -> rows.image(wrong))
                .isInstanceOf(AvroConversionException.class)
                .hasMessageContaining("a String is no value of int4");
        assertThatThrownBy(() -> rows.record(image(List.of(column("id", "int8")), List.of(1L))))
                .hasMessageContaining("Cannot write column 'id' of type int8 as int4");
        assertThatThrownBy(() -> rows.record(image(List.of(column("more", "int8")), List.of(1L))))
                .hasMessageContaining("Cannot write column 'more': the view has only [id]");
    }

    @Test
    void changeKeepsUnknownAbsentAndItsPlaceS8(@TempDir java.nio.file.Path folder) throws IOException {
        RowShape shape = RowShape.plain()
                .withTimestampColumn("ts")
                .withSequenceColumn("seq")
                .withBeforeImage("before_", "")
                .withSchema(new TableSchema(
                        ORDERS,
                        List.of(column("id", "int8"), column("note", "string(9)"), column("late", "int4")),
                        List.of("id")))
                .withNullOnUpdate(Map.of("note", NullOnUpdate.UNKNOWN), NullOnUpdate.NULL);
        Schema file = new Schema.Parser().parse("""
                        {"type":"record","name":"r","fields":[
                          {"name":"Op","type":"string"},{"name":"ts","type":"string"},{"name":"id","type":["null","long"]},
                          {"name":"note","type":["null","string"]},{"name":"seq","type":["null","string"]},
                          {"name":"before_id","type":["null","long"]}]}
                        """);
        GenericRecord update = new GenericData.Record(file);
        update.put("Op", "U");
        update.put("ts", "2024-06-12 10:30:27.362108");
        update.put("id", 7L);
        update.put("seq", "20240612103027360000000000000000001");
        update.put("before_id", 6L);

        ChangeRecord change = read(parquet(folder, update), shape);
        AvroChanges changes =
                AvroChanges.of(ORDERS, shape.tableSchema().orElseThrow().columns());
        GenericRecord record = throughBinary(changes.record(change));

        assertThat(record.toString())
                .isEqualTo(
                        "{\"op\": \"U\", \"commitTimestamp\": \"2024-06-12T10:30:27.362108Z\", \"changeSequence\": \"20240612103027360000000000000000001\","
                                + " \"position\": \"" + change.position().encode()
                                + "\", \"file\": \"public/orders/20240612-103125108.parquet\", \"row\": 0,"
                                + " \"image\": {\"id\": 7, \"note\": null, \"late\": null}, \"unknown\": [\"note\"], \"absent\": [\"late\"],"
                                + " \"before\": {\"id\": 6, \"note\": null, \"late\": null}}");
    }

    private static byte[] parquet(java.nio.file.Path folder, GenericRecord row) throws IOException {
        java.nio.file.Path path = folder.resolve("file.parquet");
        try (ParquetWriter<GenericRecord> writer = AvroParquetWriter.<GenericRecord>builder(new LocalOutputFile(path))
                .withConf(new PlainParquetConfiguration())
                .withDataModel(GenericData.get())
                .withSchema(row.getSchema())
                .build()) {
            writer.write(row);
        }
        return java.nio.file.Files.readAllBytes(path);
    }

    private static ChangeRecord read(byte[] content, RowShape shape) {
        var store = new InMemoryObjectStore(() -> Instant.EPOCH);
        var stat = store.put("public/orders/20240612-103125108.parquet", content, WriteCondition.none());
        Instant flushed = Instant.parse("2024-06-12T10:31:25.108Z");
        try (var changes = ChangeReader.create(store, ORDERS, shape, ChangeReadOptions.defaults())
                .open(
                        new RawFile.Cdc(ORDERS, stat, RawFormat.PARQUET, flushed),
                        new FileContext(Instant.EPOCH, flushed))
                .stream()) {
            return changes.findFirst().orElseThrow();
        }
    }

    private static GenericRecord throughBinary(GenericRecord record) throws IOException {
        var bytes = new ByteArrayOutputStream();
        var encoder = EncoderFactory.get().binaryEncoder(bytes, null);
        new GenericDatumWriter<GenericRecord>(record.getSchema()).write(record, encoder);
        encoder.flush();
        var data = new GenericData();
        data.addLogicalTypeConversion(new Conversions.DecimalConversion());
        data.addLogicalTypeConversion(new TimeConversions.DateConversion());
        data.addLogicalTypeConversion(new TimeConversions.TimeMillisConversion());
        data.addLogicalTypeConversion(new TimeConversions.TimeMicrosConversion());
        data.addLogicalTypeConversion(new TimeConversions.TimestampMicrosConversion());
        data.addLogicalTypeConversion(new TimeConversions.LocalTimestampMillisConversion());
        data.addLogicalTypeConversion(new TimeConversions.LocalTimestampMicrosConversion());
        data.addLogicalTypeConversion(new TimeConversions.LocalTimestampNanosConversion());
        return new GenericDatumReader<GenericRecord>(record.getSchema(), record.getSchema(), data)
                .read(null, DecoderFactory.get().binaryDecoder(bytes.toByteArray(), null));
    }

    private static RowImage image(List<Column> columns, List<? extends Object> values) {
        return new AvroImage(columns, values.toArray());
    }

    private static Column column(String name, String type) {
        return Column.nullable(name, DataType.parse(type));
    }
}
