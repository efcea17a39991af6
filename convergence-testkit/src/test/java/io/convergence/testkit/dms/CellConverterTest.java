package io.convergence.testkit.dms;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convergence.schema.DataType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CellConverterTest {
    private static final PgType.Mapping DEFAULTS =
            new PgType.Mapping(PgType.BooleanMapping.TEXT, PgType.UnboundedNumericMapping.NUMERIC_28_6);

    private final List<LossyCase> losses = new ArrayList<>();
    private ParquetColumn.TimestampUnit unit = ParquetColumn.TimestampUnit.MICROS;
    private PgType.Mapping mapping = DEFAULTS;

    private Object convert(String type, String text) {
        return convert(new PgType(type, 'b', 'X', -1), text);
    }

    private Object convert(PgType source, String text) {
        DataType type = source.toDms(mapping);
        ParquetColumn column = ParquetColumn.optional("c", type, unit);
        return new CellConverter(source, type, column, unit, 64, losses::add).convert(text);
    }

    private static PgType numeric(int precision, int scale) {
        return new PgType("numeric", 'b', 'N', ((precision << 16) | (scale & 0x7FF)) + 4);
    }

    private static String text(Object value) {
        return new String((byte[]) value, UTF_8);
    }

    private static BigDecimal decimal(Object value, int scale) {
        return new BigDecimal(new BigInteger((byte[]) value), scale);
    }

    @ParameterizedTest
    @CsvSource({
        "12,2,'numeric(12,2)'",
        "5,-2,'numeric(7,0)'",
        "3,5,'numeric(5,5)'",
        "38,0,'numeric(38,0)'",
        "39,2,'string(41)'"
    })
    void numericTypesKeepTheirDigits(int precision, int scale, String expected) {
        assertThat(numeric(precision, scale).toDms(DEFAULTS)).hasToString(expected);
    }

    @Test
    @DisplayName("S19: NUMERIC without precision becomes (28,6), rounded half up, and says so only where digits go")
    void unboundedNumericIsRounded() {
        assertThat(decimal(convert("numeric", "0.611111104488373"), 6)).isEqualTo("0.611111");
        assertThat(losses).containsExactly(LossyCase.NUMERIC_ROUNDED);
        assertThat(decimal(convert("numeric", "-0.0000005"), 6)).isEqualTo("-0.000001");
        assertThat(losses).hasSize(2);
        assertThat(decimal(convert("numeric", "12.5"), 6)).isEqualTo("12.500000");
        assertThat(decimal(convert("numeric", "1.50000000"), 6)).isEqualTo("1.500000");
        assertThat(losses).hasSize(2);
        assertThat(convert("numeric", "10000000000000000000000")).isNull();
        assertThat(convert("numeric", "NaN")).isNull();
        assertThat(convert("numeric", "-Infinity")).isNull();
        assertThat(losses.subList(2, 5))
                .containsExactly(
                        LossyCase.NUMERIC_OUT_OF_RANGE, LossyCase.NUMERIC_NOT_FINITE, LossyCase.NUMERIC_NOT_FINITE);
    }

    @Test
    void moneyAndDeclaredNumericsAreExact() {
        assertThat(decimal(convert("money", "-$92,233,720,368,547,758.08"), 4)).isEqualTo("-92233720368547758.0800");
        assertThat(decimal(convert(numeric(15, 2), "-0.01"), 2)).isEqualTo("-0.01");
        assertThat((byte[]) convert(numeric(15, 2), "-0.01")).containsExactly(-1, -1, -1, -1, -1, -1, -1);
        assertThat(decimal(convert(numeric(5, -2), "-12300"), 0)).isEqualTo("-12300");
        assertThat(losses).isEmpty();
    }

    @Test
    @DisplayName("S19: booleans become text by default, BOOLEAN with MapBooleanAsBoolean")
    void booleans() {
        assertThat(text(convert("bool", "t"))).isEqualTo("true");
        assertThat(text(convert("bool", "f"))).isEqualTo("false");
        assertThat(losses).containsExactly(LossyCase.BOOLEAN_AS_TEXT, LossyCase.BOOLEAN_AS_TEXT);

        mapping = new PgType.Mapping(PgType.BooleanMapping.BOOLEAN, PgType.UnboundedNumericMapping.TEXT);
        assertThat(convert("bool", "t")).isEqualTo(true);
        assertThat(text(convert("numeric", "0.611111104488373"))).isEqualTo("0.611111104488373");
        assertThat(losses).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource({
        "2024-06-12 10:30:27.362108, 2024-06-12T10:30:27.362108",
        "2024-06-12 10:30:27.36, 2024-06-12T10:30:27.36",
        "0044-03-15 12:00:00 BC, -0043-03-15T12:00:00",
        "0001-12-31 23:59:59 BC, 0000-12-31T23:59:59",
        "10000-01-01 00:00:00, +10000-01-01T00:00:00",
        "1969-12-31 23:59:59.999999, 1969-12-31T23:59:59.999999"
    })
    void timestampsAreMicrosecondsOfUtc(String text, LocalDateTime expected) {
        assertThat(convert("timestamp", text)).isEqualTo(micros(expected));
        assertThat(convert("timestamptz", text.endsWith(" BC") ? text.replace(" BC", "+00 BC") : text + "+00"))
                .isEqualTo(micros(expected));
        assertThat(losses).isEmpty();
    }

    private static long micros(LocalDateTime time) {
        return time.toEpochSecond(ZoneOffset.UTC) * 1_000_000 + time.getNano() / 1000;
    }

    @Test
    void timestampsWithZoneAreTakenToUtc() {
        assertThat(convert("timestamptz", "2024-06-12 10:30:00+05:30"))
                .isEqualTo(micros(LocalDateTime.parse("2024-06-12T05:00:00")));
        assertThat(convert("timestamptz", "1880-01-01 00:00:00-00:25:21"))
                .isEqualTo(micros(LocalDateTime.parse("1880-01-01T00:25:21")));
    }

    @Test
    @DisplayName("S19: infinities and lost microseconds are counted")
    void timesThatDoNotFit() {
        assertThat(convert("timestamp", "infinity")).isEqualTo(micros(LocalDateTime.parse("9999-12-31T23:59:59")));
        assertThat(convert("timestamptz", "-infinity")).isEqualTo(micros(LocalDateTime.parse("-4712-01-01T00:00:00")));
        assertThat(convert("date", "infinity"))
                .isEqualTo((int) LocalDate.of(9999, 12, 31).toEpochDay());
        assertThat(convert("time", "24:00:00")).isEqualTo(86_399_999);
        assertThat(convert("time", "12:00:00.001001")).isEqualTo(43_200_001);
        assertThat(convert("timetz", "12:00:00+02")).isEqualTo(43_200_000);
        assertThat(convert("timestamp", "294276-12-31 23:59:59.999999")).isNull();
        assertThat(losses)
                .containsExactly(
                        LossyCase.TIMESTAMP_INFINITE,
                        LossyCase.TIMESTAMP_INFINITE,
                        LossyCase.DATE_INFINITE,
                        LossyCase.TIME_OUT_OF_RANGE,
                        LossyCase.TIME_CUT_TO_MILLIS,
                        LossyCase.TIME_ZONE_DROPPED,
                        LossyCase.TIMESTAMP_OUT_OF_RANGE);

        losses.clear();
        unit = ParquetColumn.TimestampUnit.MILLIS;
        assertThat(convert("timestamp", "1969-12-31 23:59:59.9995")).isEqualTo(-1L);
        assertThat(convert("timestamp", "1970-01-01 00:00:00.002")).isEqualTo(2L);
        assertThat(losses).containsExactly(LossyCase.TIMESTAMP_CUT_TO_MILLIS);
    }

    @Test
    @DisplayName("S19: LOBs end at LobMaxSize, text at two bytes a character and never inside one")
    void lobsAreCut() {
        assertThat(text(convert("text", "x".repeat(32)))).hasSize(32);
        assertThat(losses).isEmpty();
        assertThat(text(convert("json", "x".repeat(33)))).hasSize(32);
        assertThat(text(convert("text", "x".repeat(31) + "🙂"))).isEqualTo("x".repeat(31));
        assertThat((byte[]) convert("bytea", "\\x" + "ab".repeat(65))).hasSize(64);
        assertThat(losses).containsExactly(LossyCase.LOB_TRUNCATED, LossyCase.LOB_TRUNCATED, LossyCase.LOB_TRUNCATED);
        assertThat(text(convert("varchar", "x".repeat(100)))).hasSize(100);
        assertThat((byte[]) convert("bytea", "\\x00ff")).containsExactly(0, -1);
    }

    @Test
    void numbersThatAreNoneStayFloats() {
        assertThat(convert("float4", "NaN")).isEqualTo(Float.NaN);
        assertThat(convert("float8", "-Infinity")).isEqualTo(Double.NEGATIVE_INFINITY);
        assertThat(convert("float8", "1e-320")).isEqualTo(1e-320);
        assertThat(convert("int8", "-9223372036854775808")).isEqualTo(Long.MIN_VALUE);
    }

    @ParameterizedTest
    @CsvSource({
        "int4,x",
        "date,2024-1-1",
        "date,2024-02-30",
        "time,12:00",
        "timestamp,2024-01-01",
        "bool,true",
        "bytea,abc"
    })
    void valuesThatAreNotPostgresTextAreRefusedWithTheirColumn(String type, String text) {
        assertThatThrownBy(() -> convert(type, text))
                .isInstanceOf(StandInException.class)
                .hasMessageStartingWith("Cannot write a value of column 'c' of type " + type + " as ");
    }

    @Test
    void copyLinesAreUnescaped() {
        CopyText copy = new CopyText(4);

        assertThat(copy.parse("a\\tb\\n\\\\N\t\\N\t\tä\n".getBytes(UTF_8)))
                .isEqualTo(Tuple.of("a\tb\n\\N", null, "", "ä"));
        assertThatThrownBy(() -> copy.parse("a\tb\tc\n".getBytes(UTF_8)))
                .hasMessage("Cannot read a row of the full load: it has 3 whole cells of 4.");
        assertThatThrownBy(() -> copy.parse("a\tb\tc\td\te\n".getBytes(UTF_8)))
                .hasMessage("Cannot read a row of the full load: it has more cells than columns, 4.");
        assertThatThrownBy(() -> copy.parse("a\tb\tc\td".getBytes(UTF_8)))
                .hasMessage("Cannot read a row of the full load: it has 3 whole cells of 4.");
    }
}
