package io.convergence.change;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convergence.TableId;
import io.convergence.raw.FileContext;
import io.convergence.raw.RawFile;
import io.convergence.raw.RawFormat;
import io.convergence.schema.Bytes;
import io.convergence.schema.Column;
import io.convergence.schema.DataType;
import io.convergence.schema.TableSchema;
import io.convergence.target.RowShape;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Types;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class CellTypesTest {
    private static final TableId TABLE = TableId.of("public", "t");
    private static final Instant FLUSHED = Instant.parse("2024-06-12T10:31:25.108Z");
    private static final FileContext PLACE = new FileContext(FileContext.NO_LOAD, FLUSHED);

    private interface Value {
        void add(Group group);
    }

    static Stream<Arguments> naturalTypes() {
        return Stream.of(
                type("boolean v", "boolean", g -> g.append("v", true), true),
                type("int32 v (INT_8)", "int1", g -> g.append("v", -128), -128L),
                type("int32 v (INT_16)", "int2", g -> g.append("v", -32768), -32768L),
                type("int32 v", "int4", g -> g.append("v", Integer.MIN_VALUE), (long) Integer.MIN_VALUE),
                type("int32 v (INTEGER(32,true))", "int4", g -> g.append("v", 5), 5L),
                type("int64 v", "int8", g -> g.append("v", Long.MIN_VALUE), Long.MIN_VALUE),
                type("int32 v (UINT_8)", "uint1", g -> g.append("v", 255), 255L),
                type("int32 v (UINT_8)", "uint1", g -> g.append("v", -1), 255L),
                type("int32 v (UINT_16)", "uint2", g -> g.append("v", 65535), 65535L),
                type("int32 v (UINT_32)", "uint4", g -> g.append("v", -1), 4294967295L),
                type("int64 v (UINT_64)", "uint8", g -> g.append("v", -1L), new BigInteger("18446744073709551615")),
                type("int64 v (UINT_64)", "uint8", g -> g.append("v", 3L), BigInteger.valueOf(3)),
                type("int32 v (DECIMAL(9,2))", "numeric(9,2)", g -> g.append("v", -12345), new BigDecimal("-123.45")),
                type(
                        "int64 v (DECIMAL(18,0))",
                        "numeric(18,0)",
                        g -> g.append("v", 999999999999999999L),
                        new BigDecimal("999999999999999999")),
                type(
                        "fixed_len_byte_array(7) v (DECIMAL(15,2))",
                        "numeric(15,2)",
                        g -> g.append("v", unscaled("-99999999999999", 7)),
                        new BigDecimal("-999999999999.99")),
                type(
                        "fixed_len_byte_array(16) v (DECIMAL(38,4))",
                        "numeric(38,4)",
                        g -> g.append("v", unscaled("-9".repeat(1) + "9".repeat(37), 16)),
                        new BigDecimal("-" + "9".repeat(34) + ".9999")),
                type(
                        "fixed_len_byte_array(16) v (DECIMAL(10,2))",
                        "numeric(10,2)",
                        g -> g.append("v", unscaled("1", 16)),
                        new BigDecimal("0.01")),
                type(
                        "binary v (DECIMAL(20,3))",
                        "numeric(20,3)",
                        g -> g.append("v", unscaled("-5", 1)),
                        new BigDecimal("-0.005")),
                type(
                        "binary v (DECIMAL(5,0))",
                        "numeric(5,0)",
                        g -> g.append("v", unscaled("128", 2)),
                        new BigDecimal("128")),
                type("float v", "real4", g -> g.append("v", Float.NaN), Float.NaN),
                type("double v", "real8", g -> g.append("v", Double.NEGATIVE_INFINITY), Double.NEGATIVE_INFINITY),
                type("double v", "real8", g -> g.append("v", -0.0), -0.0),
                type("binary v (UTF8)", "string", g -> g.append("v", "Grüße \uD83D\uDE00"), "Grüße \uD83D\uDE00"),
                type("binary v (UTF8)", "string", g -> g.append("v", ""), ""),
                type("binary v (ENUM)", "string", g -> g.append("v", "open"), "open"),
                type("binary v (JSON)", "string", g -> g.append("v", "{}"), "{}"),
                type(
                        "binary v",
                        "blob",
                        g -> g.append("v", Binary.fromConstantByteArray(new byte[] {0, -1})),
                        Bytes.of((byte) 0, (byte) -1)),
                type(
                        "fixed_len_byte_array(2) v",
                        "bytes(2)",
                        g -> g.append("v", Binary.fromConstantByteArray(new byte[] {1, 2})),
                        Bytes.of((byte) 1, (byte) 2)),
                type("int32 v (DATE)", "date", g -> g.append("v", -1), LocalDate.of(1969, 12, 31)),
                type(
                        "int32 v (TIME_MILLIS)",
                        "time(3)",
                        g -> g.append("v", 86_399_999),
                        LocalTime.parse("23:59:59.999")),
                type("int64 v (TIME_MICROS)", "time(6)", g -> g.append("v", 1L), LocalTime.ofNanoOfDay(1000)),
                type(
                        "int64 v (TIMESTAMP_MILLIS)",
                        "datetime(3)",
                        g -> g.append("v", -1L),
                        LocalDateTime.parse("1969-12-31T23:59:59.999")),
                type(
                        "int64 v (TIMESTAMP_MICROS)",
                        "datetime(6)",
                        g -> g.append("v", 253_402_300_799_000_001L),
                        LocalDateTime.parse("9999-12-31T23:59:59.000001")),
                type(
                        "int64 v (TIMESTAMP_MICROS)",
                        "datetime(6)",
                        g -> g.append("v", -210_863_520_000_000_000L),
                        LocalDateTime.of(-4712, 1, 1, 0, 0)),
                type(
                        "int64 v (TIMESTAMP(NANOS,true))",
                        "datetime(9)",
                        g -> g.append("v", 1L),
                        LocalDateTime.parse("1970-01-01T00:00:00.000000001")),
                type(
                        "int96 v",
                        "datetime(9)",
                        g -> g.append("v", int96(2_440_589, 1_000_000_001L)),
                        LocalDateTime.parse("1970-01-02T00:00:01.000000001")));
    }

    @ParameterizedTest(name = "{0} is {1}: {3}")
    @MethodSource("naturalTypes")
    void typeOfTheFileIsTakenWithoutSchema(String field, String type, Value value, Object expected) {
        for (String repetition : List.of("optional ", "required ")) {
            List<ChangeRecord> rows =
                    read(ParquetFixture.of(repetition + field + ";").write(value::add), null);

            RowImage image = rows.get(0).image();
            assertThat(image.columns().get(0).type()).isEqualTo(DataType.parse(type));
            assertThat(image.columns().get(0).nullable()).isEqualTo(repetition.startsWith("optional"));
            assertThat(image.value(0)).isEqualTo(expected);
        }
    }

    /** DMS writes the older annotations only, other writers the newer ones only. */
    @ParameterizedTest(name = "{0} is {1}: {3}")
    @MethodSource("naturalTypes")
    void typeIsTheSameInBothGenerationsOfAnnotations(String field, String type, Value value, Object expected) {
        byte[] both = ParquetFixture.of("optional " + field + ";").write(value::add);
        List<byte[]> files = new java.util.ArrayList<>();
        files.add(ParquetForge.withFooter(
                both, footer -> footer.getSchema().get(1).unsetConverted_type()));
        if (ParquetForge.footer(both).getSchema().get(1).isSetConverted_type()) {
            files.add(ParquetForge.withFooter(
                    both, footer -> footer.getSchema().get(1).unsetLogicalType()));
        }

        for (byte[] file : files) {
            RowImage image = read(file, null).get(0).image();
            assertThat(image.columns().get(0).type()).isEqualTo(DataType.parse(type));
            assertThat(image.value(0)).isEqualTo(expected);
        }
    }

    static Stream<Arguments> widenings() {
        return Stream.of(
                type("int32 v (INT_16)", "int8", g -> g.append("v", -5), -5L),
                type("int32 v (UINT_8)", "int2", g -> g.append("v", 255), 255L),
                type("int32 v (UINT_32)", "uint8", g -> g.append("v", -1), BigInteger.valueOf(4294967295L)),
                type("int64 v", "uint4", g -> g.append("v", 4294967295L), 4294967295L),
                type("int32 v", "numeric(12,2)", g -> g.append("v", -7), new BigDecimal("-7.00")),
                type(
                        "int64 v",
                        "numeric(38,4)",
                        g -> g.append("v", Long.MIN_VALUE),
                        new BigDecimal("-9223372036854775808.0000")),
                type(
                        "int64 v (UINT_64)",
                        "numeric(20,0)",
                        g -> g.append("v", -1L),
                        new BigDecimal("18446744073709551615")),
                type("int32 v (DECIMAL(9,2))", "numeric(30,6)", g -> g.append("v", 1), new BigDecimal("0.010000")),
                type(
                        "fixed_len_byte_array(16) v (DECIMAL(28,6))",
                        "numeric(38,10)",
                        g -> g.append("v", unscaled("-1", 16)),
                        new BigDecimal("-0.0000010000")),
                type("float v", "real8", g -> g.append("v", 1.5f), 1.5d),
                type("boolean v", "string(5)", g -> g.append("v", false), "false"),
                type("binary v (UTF8)", "boolean", g -> g.append("v", "true"), true),
                type("binary v (UTF8)", "boolean", g -> g.append("v", "F"), false),
                type("binary v (UTF8)", "boolean", g -> g.append("v", "1"), true),
                type("binary v (UTF8)", "nclob", g -> g.append("v", "x"), "x"),
                type("int32 v (TIME_MILLIS)", "time(6)", g -> g.append("v", 1), LocalTime.ofNanoOfDay(1_000_000)),
                type(
                        "int64 v (TIMESTAMP_MILLIS)",
                        "datetime(6)",
                        g -> g.append("v", 1L),
                        LocalDateTime.parse("1970-01-01T00:00:00.001")),
                type(
                        "int64 v (TIMESTAMP_MICROS)",
                        "datetime(0)",
                        g -> g.append("v", 5_000_000L),
                        LocalDateTime.parse("1970-01-01T00:00:05")),
                type(
                        "int96 v",
                        "datetime(6)",
                        g -> g.append("v", int96(2_440_588, 1000)),
                        LocalDateTime.parse("1970-01-01T00:00:00.000001")),
                type(
                        "fixed_len_byte_array(4) v",
                        "blob",
                        g -> g.append("v", Binary.fromConstantByteArray(new byte[4])),
                        Bytes.of(new byte[4])));
    }

    @ParameterizedTest(name = "{0} as {1}: {3}")
    @MethodSource("widenings")
    void typeOfTheSchemaIsReadWithoutLossS15(String field, String type, Value value, Object expected) {
        RowImage image = read(ParquetFixture.of("optional " + field + ";").write(value::add), type)
                .get(0)
                .image();

        assertThat(image.columns().get(0).type()).isEqualTo(DataType.parse(type));
        assertThat(image.value(0)).isEqualTo(expected);
    }

    /** Types that are narrower than the file's: a value that fits, what it is read as, and one that does not. */
    static Stream<Arguments> narrowings() {
        return Stream.of(
                narrow(
                        "int32 v",
                        "numeric(12,3)",
                        g -> g.append("v", 999_999_999),
                        "999999999.000",
                        g -> g.append("v", 1_000_000_000)),
                narrow(
                        "int64 v",
                        "int4",
                        g -> g.append("v", -2147483648L),
                        -2147483648L,
                        g -> g.append("v", 2147483648L)),
                narrow("int64 v", "uint4", g -> g.append("v", 4294967295L), 4294967295L, g -> g.append("v", -1L)),
                narrow(
                        "int64 v",
                        "uint8",
                        g -> g.append("v", Long.MAX_VALUE),
                        BigInteger.valueOf(Long.MAX_VALUE),
                        g -> g.append("v", -1L)),
                narrow("int32 v (INT_8)", "uint2", g -> g.append("v", 127), 127L, g -> g.append("v", -1)),
                narrow("int32 v (UINT_32)", "int4", g -> g.append("v", 7), 7L, g -> g.append("v", -1)),
                narrow("int64 v (UINT_64)", "int8", g -> g.append("v", 7L), 7L, g -> g.append("v", -1L)),
                narrow(
                        "int64 v (UINT_64)",
                        "numeric(19,0)",
                        g -> g.append("v", Long.parseUnsignedLong("9999999999999999999")),
                        "9999999999999999999",
                        g -> g.append("v", Long.parseUnsignedLong("10000000000000000000"))),
                narrow(
                        "int64 v",
                        "numeric(20,2)",
                        g -> g.append("v", -999999999999999999L),
                        "-999999999999999999.00",
                        g -> g.append("v", -1000000000000000000L)),
                narrow(
                        "int32 v (DECIMAL(9,2))",
                        "numeric(9,1)",
                        g -> g.append("v", 1230),
                        "12.3",
                        g -> g.append("v", 1234)),
                narrow(
                        "int32 v (DECIMAL(9,2))",
                        "numeric(9,3)",
                        g -> g.append("v", 99999999),
                        "999999.990",
                        g -> g.append("v", -100000000)),
                narrow(
                        "int64 v (DECIMAL(18,2))",
                        "numeric(5,2)",
                        g -> g.append("v", 99999L),
                        "999.99",
                        g -> g.append("v", 100000L)),
                narrow(
                        "fixed_len_byte_array(16) v (DECIMAL(38,6))",
                        "numeric(20,2)",
                        g -> g.append("v", unscaled("-9999999999999999990000", 16)),
                        "-9999999999999999.99",
                        g -> g.append("v", unscaled("-1234567", 16))));
    }

    private static Arguments narrow(String field, String type, Value fits, Object expected, Value misfit) {
        return Arguments.of(
                field, type, fits, expected instanceof String digits ? new BigDecimal(digits) : expected, misfit);
    }

    @ParameterizedTest(name = "{0} as {1}: {3}")
    @MethodSource("narrowings")
    void narrowerTypeOfTheSchemaTakesTheValuesThatFitS15(
            String field, String type, Value fits, Object expected, Value misfit) {
        ParquetFixture file = ParquetFixture.of("optional " + field + ";");

        assertThat(read(file.write(fits::add), type).get(0).image().value(0)).isEqualTo(expected);
        assertThatThrownBy(() -> read(file.write(fits::add, row -> {}, misfit::add), type))
                .isInstanceOfSatisfying(
                        RawFileException.class, e -> assertThat(e.row()).hasValue(2))
                .hasMessageContaining("a value does not fit the expected type " + DataType.parse(type) + ".");
    }

    static Stream<Arguments> mismatches() {
        return Stream.of(
                Arguments.of("int32 v (DECIMAL(9,0))", "int8"),
                Arguments.of("double v", "real4"),
                Arguments.of("int32 v", "real8"),
                Arguments.of("binary v", "string"),
                Arguments.of("binary v (UTF8)", "blob"),
                Arguments.of("binary v (UTF8)", "numeric(9,2)"),
                Arguments.of("int32 v (DATE)", "datetime(3)"),
                Arguments.of("int32 v", "boolean"));
    }

    @ParameterizedTest(name = "{0} as {1}")
    @MethodSource("mismatches")
    void typeThatCouldLoseSomethingIsRefused(String field, String type) {
        byte[] file = ParquetFixture.of("optional " + field + ";").write(row -> {});

        assertThatThrownBy(() -> read(file, type))
                .isInstanceOf(RawFileException.class)
                .hasMessageContaining("column 'v' has type ")
                .hasMessageContaining("cannot be read as the expected " + DataType.parse(type) + " without loss");
    }

    static Stream<Arguments> badValues() {
        return Stream.of(
                bad("int32 v (INT_8)", "int1", g -> g.append("v", 128)),
                bad("int64 v", "uint4", g -> g.append("v", -1L)),
                bad("int32 v (DECIMAL(2,0))", "numeric(2,0)", g -> g.append("v", 100)),
                bad("binary v (DECIMAL(5,0))", "numeric(5,0)", g -> g.append("v", unscaled("1" + "0".repeat(20), 9))),
                bad("binary v (DECIMAL(5,0))", "numeric(5,0)", g -> g.append("v", Binary.EMPTY)),
                bad("binary v (UTF8)", "boolean", g -> g.append("v", "maybe")),
                bad(
                        "binary v (UTF8)",
                        "string",
                        g -> g.append("v", Binary.fromConstantByteArray(new byte[] {(byte) 0xC3, 0x28}))),
                bad("int32 v (TIME_MILLIS)", "time(3)", g -> g.append("v", 86_400_000)),
                bad("int64 v (TIME_MICROS)", "time(6)", g -> g.append("v", Long.MAX_VALUE)),
                bad("int64 v (TIMESTAMP_MICROS)", "datetime(3)", g -> g.append("v", 1L)),
                bad("int96 v", "datetime(6)", g -> g.append("v", int96(2_440_588, 1))),
                bad("int96 v", "datetime(9)", g -> g.append("v", int96(2_440_588, -1))));
    }

    @ParameterizedTest(name = "{0} as {1}")
    @MethodSource("badValues")
    void valueThatDoesNotFitIsRefusedWithItsRow(String field, String type, Value value) {
        byte[] file = ParquetFixture.of("optional " + field + ";").write(row -> {}, row -> {}, value::add);

        assertThatThrownBy(() -> read(file, type))
                .isInstanceOfSatisfying(
                        RawFileException.class, e -> assertThat(e.row()).hasValue(2))
                .hasMessageContaining("row 2: column 'v' (");
    }

    @Test
    void uuidBecomesText() {
        UUID id = UUID.fromString("123e4567-e89b-12d3-a456-426614174000");
        Type field = Types.optional(PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY)
                .length(16)
                .as(LogicalTypeAnnotation.uuidType())
                .named("v");
        byte[] bytes = ByteBuffer.allocate(16)
                .putLong(id.getMostSignificantBits())
                .putLong(id.getLeastSignificantBits())
                .array();
        byte[] file = ParquetFixture.of(new MessageType("schema", field))
                .write(row -> row.append("v", Binary.fromConstantByteArray(bytes)));

        assertThat(read(file, null).get(0).image().textValue(0)).isEqualTo(id.toString());
    }

    private static List<ChangeRecord> read(byte[] file, @Nullable String expectedType) {
        FileStore store = new FileStore();
        RawFile.Cdc raw = new RawFile.Cdc(
                TABLE, store.add("public/t/20240612-103125108.parquet", file, FLUSHED), RawFormat.PARQUET, FLUSHED);
        RowShape shape = expectedType == null
                ? RowShape.plain()
                : RowShape.plain()
                        .withSchema(new TableSchema(
                                TABLE, List.of(Column.nullable("v", DataType.parse(expectedType))), List.of()));
        try (ChangeCursor cursor = ChangeReader.create(store, TABLE, shape, ChangeReadOptions.defaults())
                .open(raw, PLACE)) {
            ChangeBatch batch = cursor.next().orElseThrow();
            return java.util.stream.StreamSupport.stream(batch.spliterator(), false)
                    .toList();
        }
    }

    private static Arguments type(String field, String type, Value value, Object expected) {
        return Arguments.of(field, type, value, expected);
    }

    private static Arguments bad(String field, String type, Value value) {
        return Arguments.of(field, type, value);
    }

    private static Binary unscaled(String digits, int length) {
        byte[] shortest = new BigInteger(digits).toByteArray();
        byte[] padded = new byte[Math.max(length, shortest.length)];
        java.util.Arrays.fill(padded, (byte) (shortest[0] < 0 ? -1 : 0));
        System.arraycopy(shortest, 0, padded, padded.length - shortest.length, shortest.length);
        return Binary.fromConstantByteArray(padded);
    }

    private static Binary int96(int julianDay, long nanos) {
        return Binary.fromConstantByteArray(ByteBuffer.allocate(12)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(nanos)
                .putInt(julianDay)
                .array());
    }
}
