package io.convergence.change;

import static io.convergence.change.CsvFixture.lines;
import static io.convergence.change.CsvFixture.shape;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convergence.schema.Bytes;
import io.convergence.schema.DataType;
import io.convergence.target.OpColumn;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each text form DMS writes, or may write, of each type. */
class CsvTextTest {
    private final CsvFixture files = new CsvFixture();

    @ParameterizedTest
    @CsvSource({
        "int1, -128, -128",
        "int2, 32767, 32767",
        "int4, -2147483648, -2147483648",
        "int8, -9223372036854775808, -9223372036854775808",
        "int8, +9223372036854775807, 9223372036854775807",
        "int4, 007, 7",
        "uint1, 255, 255",
        "uint2, 65535, 65535",
        "uint4, 4294967295, 4294967295",
        "uint8, 18446744073709551615, 18446744073709551615",
        "uint8, 0, 0",
        "'numeric(10,2)', 85100.00, 85100.00",
        "'numeric(10,2)', 0.00, 0.00",
        "'numeric(10,2)', -12345678.9, -12345678.90",
        "'numeric(10,2)', 1.500, 1.50",
        "'numeric(18,0)', 999999999999999999, 999999999999999999",
        "'numeric(18,10)', 12345678.0000000001, 12345678.0000000001",
        "'numeric(38,4)', -9999999999999999999999999999999999.9999, -9999999999999999999999999999999999.9999",
        "'numeric(28,6)', 0.611111, 0.611111",
        "'numeric(10,2)', 1e3, 1000.00",
        "'numeric(38,10)', 1E-3, 0.0010000000",
        "real4, +3.23800011e+01, 32.38",
        "real4, +0.00000000e+00, 0.0",
        "real4, -1.5, -1.5",
        "real4, NaN, NaN",
        "real4, -inf, -Infinity",
        "real8, +5.0656000000000000e+05, 506560.0",
        "real8, -Infinity, -Infinity",
        "real8, inf, Infinity",
        "real8, +nan, NaN",
        "boolean, true, true",
        "boolean, f, false",
        "boolean, 1, true",
        "boolean, FALSE, false",
        "date, 2024-02-29, 2024-02-29",
        "date, 9999-12-31 00:00:00, 9999-12-31",
        "date, 4713-01-01 BC, -4712-01-01",
        "time(6), 10:30:27, 10:30:27",
        "time(6), 10:30:27.362108, 10:30:27.362108",
        "time(3), 10:30:27.362000, 10:30:27.362",
        "datetime, 2024-06-12 10:30:27.362108, 2024-06-12T10:30:27.362108",
        "datetime, 2024-06-12 10:30:27, 2024-06-12T10:30:27",
        "datetime, 2024-06-12T10:30:27Z, 2024-06-12T10:30:27",
        "datetime, 2024-06-12 10:30:27+00, 2024-06-12T10:30:27",
        "datetime, 1969-12-31 23:59:59.999999, 1969-12-31T23:59:59.999999",
        "datetime, 4713-01-01 00:00:00.000000 BC, -4712-01-01T00:00",
        "datetime(9), 2024-06-12 10:30:27.123456789, 2024-06-12T10:30:27.123456789",
        "datetime(3), 2024-06-12 10:30:27.362000, 2024-06-12T10:30:27.362",
        "blob, 0001fF, 0001ff",
        "blob, 0x0a, 0a",
        "blob, \\xCafe, cafe",
        "bytes(2), \\x, ''",
        "'string(36)', Carine , Carine",
        "clob, +612 9411 1555, +612 9411 1555"
    })
    void formIsRead(String type, String text, String value) {
        Object read = read(type, text);

        assertThat(read.getClass()).isEqualTo(DataType.parse(type).kind().valueClass());
        assertThat(read).isEqualTo(expected(DataType.parse(type), value));
    }

    private static Object expected(DataType type, String value) {
        return switch (type.kind()) {
            case BOOLEAN -> Boolean.valueOf(value);
            case INT1, INT2, INT4, INT8, UINT1, UINT2, UINT4 -> Long.valueOf(value);
            case UINT8 -> new BigInteger(value);
            case NUMERIC -> new BigDecimal(value);
            case REAL4 -> Float.valueOf(value);
            case REAL8 -> Double.valueOf(value);
            case STRING, WSTRING, CLOB, NCLOB -> value;
            case BYTES, BLOB -> Bytes.of(java.util.HexFormat.of().parseHex(value));
            case DATE -> LocalDate.parse(value);
            case TIME -> LocalTime.parse(value);
            case DATETIME -> LocalDateTime.parse(value);
        };
    }

    @ParameterizedTest
    @CsvSource({
        "int1, 128, it does not fit the type",
        "int4, 2147483648, it does not fit the type",
        "int8, 9223372036854775808, it does not fit the type",
        "int8, 99999999999999999999999, it does not fit the type",
        "uint1, -1, it does not fit the type",
        "uint4, 4294967296, it does not fit the type",
        "uint8, 18446744073709551616, it does not fit the type",
        "uint8, -1, it does not fit the type",
        "int4, 1.0, it is no whole number",
        "int4, ' 1', it is no whole number",
        "int4, -, it is no whole number",
        "'numeric(5,2)', 1000.00, it does not fit the type",
        "'numeric(5,2)', 1.005, it has more than 2 fraction digits",
        "'numeric(5,2)', ., it is no decimal number",
        "'numeric(5,2)', NaN, it is no decimal number",
        "'numeric(5,2)', 1e999999999, it does not fit the type",
        "'numeric(38,2)', 1e-2147483647, it does not fit the type",
        "real4, 1e39, it does not fit the type",
        "real8, 1e309, it does not fit the type",
        "real8, 1f, it is no number",
        "real8, 1d, it is no number",
        "real8, 0x1p3, it is no number",
        "real8, ' 1', it is no number",
        "boolean, yes, 'it is none of true, false, t, f, 1, 0'",
        "date, 2023-02-29, there is no such day",
        "date, 24-02-01, a digit is missing in its date or time",
        "date, 2024-02-01 10:00:00, it is not of the form yyyy-MM-dd",
        "time(3), 10:30:27.362108, it has more than 3 fraction digits of a second",
        "time(6), 24:00:00, there is no such time of day",
        "time(6), 10:30, ''':'' is missing in its date or time'",
        "datetime, 2024-06-12 10:30:27+02, it is not of the form yyyy-MM-dd HH:mm:ss.SSSSSS",
        "datetime(0), 2024-06-12 10:30:27.1, it has more than 0 fraction digits of a second",
        "datetime, 2024-06-12 10:30:27., it is not of the form HH:mm:ss.SSSSSS",
        "blob, 0, it is no hexadecimal text of whole bytes",
        "blob, zz, it is no hexadecimal text of whole bytes"
    })
    void anythingElseIsRefusedWithItsPlace(String type, String text, String reason) {
        assertThatThrownBy(() -> read(type, text))
                .isInstanceOfSatisfying(RawFileException.class, e -> {
                    assertThat(e.row()).hasValue(0);
                    assertThat(e.byteOffset()).hasValue(4);
                })
                .hasMessage("Cannot read '" + CsvFixture.CDC_KEY + "' row 0 (byte 4): column 'value' ("
                        + DataType.parse(type) + "): " + reason
                        + ". The file is damaged or not DMS's: restore it or reload the table.");
    }

    @Test
    void invalidUtf8IsRefusedWithTheByte() {
        byte[] file = "I,1,abc\n".getBytes(UTF_8);
        file[5] = (byte) 0xC3;

        assertThatThrownBy(() -> files.read(
                        files.cdc(file), shape(CsvFixture.schema("id int4 not null", "value clob"), c -> {})))
                .isInstanceOfSatisfying(
                        RawFileException.class, e -> assertThat(e.byteOffset()).hasValue(5))
                .hasMessageContaining("column 'value' (clob): it is no valid UTF-8.");
    }

    @ParameterizedTest
    @CsvSource({"C080", "E08080", "EDA080", "F0808080", "F4908080", "F5808080", "80", "C3", "E282", "FF"})
    void utf8IsReadStrictly(String hex) {
        byte[] bytes = java.util.HexFormat.of().parseHex("61" + hex);

        assertThat(Utf8.firstInvalid(bytes, 0, bytes.length)).isEqualTo(1);
    }

    @Test
    void textOfAllPlanesIsValid() {
        byte[] bytes = "a\u0000ß\u0800\uD7FF\uE000\uFFFD\uD800\uDC00\uDBFF\uDFFF".getBytes(UTF_8);

        assertThat(Utf8.firstInvalid(bytes, 0, bytes.length)).isEqualTo(-1);
    }

    @Test
    void anUnquotedEmptyFieldIsNullForEachType() {
        String[] types = {"int4", "numeric(30,2)", "real8", "boolean", "date", "datetime", "blob", "clob"};
        String[] columns = new String[types.length + 1];
        columns[0] = "id int4 not null";
        for (int i = 0; i < types.length; i++) {
            columns[i + 1] = "c" + i + " " + types[i];
        }

        assertThat(lines(files.read(files.cdc("I,1,,,,,,,,\n"), shape(CsvFixture.schema(columns), c -> {}))))
                .containsExactly("I [1]" + " [NULL]".repeat(types.length));
    }

    private Object read(String type, String text) {
        var shape = shape(CsvFixture.schema("id int4 not null", "value " + type), c -> c.cdcOp(OpColumn.PRESENT));
        return files.read(files.cdc("I,1," + text + "\n"), shape).get(0).image().value(1);
    }
}
