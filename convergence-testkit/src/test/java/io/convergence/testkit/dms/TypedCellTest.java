package io.convergence.testkit.dms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convergence.mapping.MaskingRule;
import io.convergence.mapping.ObjectLocator;
import io.convergence.schema.DataType;
import io.convergence.schema.DataType.Kind;
import io.convergence.testkit.dms.ParquetColumn.TimestampUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Changed types, computed values and masks, without a database. */
class TypedCellTest {
    private static final ObjectLocator WHERE = ObjectLocator.ofColumn("s", "t", "c");

    private final List<LossyCase> losses = new ArrayList<>();

    private String made(Object value, DataType type) {
        ParquetColumn column = ParquetColumn.optional("c", type, TimestampUnit.MICROS);
        return CsvText.of(column, new TypedCell(type, column, TimestampUnit.MICROS, losses::add).of(value));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "12|int1|12|false",
                "-128|int1|-128|false",
                "255|uint1|255|false",
                "4294967295|uint4|4294967295|false",
                "18446744073709551615|uint8|18446744073709551615|false",
                "12.000|int4|12|false",
                "1.005|numeric(5,2)|1.01|true",
                "1e2|numeric(5,2)|100.00|false",
                "1.5|real8|+1.5000000000000000e+00|false",
                "abcdef|string(4)|abcd|true",
                "true|boolean|true|false",
                "2024-02-29|date|2024-02-29|false",
                "2024-02-29 10:11:12.123456|date|2024-02-29|false",
                "2024-02-29|datetime|2024-02-29 00:00:00.000000|false",
                "2024-02-29 10:11:12.5|datetime|2024-02-29 10:11:12.500000|false",
                "2024-02-29 10:11:12.123456|datetime(3)|2024-02-29 10:11:12.123000|true",
                "10:11:12.123456|time|10:11:12.123|true",
                "2024-02-29 10:11:12|time|10:11:12.000|false"
            })
    void valuesTakeTheTypeOfTheRule(String value, String type, String expected, boolean lossy) {
        assertThat(made(value, DataType.parse(type))).isEqualTo(expected);
        assertThat(losses.contains(LossyCase.CUT_TO_TYPE_OF_RULE)).isEqualTo(lossy);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "128|int1",
                "-1|uint4",
                "12.5|int4",
                "abc|int4",
                "1000|numeric(5,2)",
                "yes|boolean",
                "2024-02-30|date",
                "29.02.2024|date",
                "2024-02-29 25:00:00|datetime",
                "10:11|time"
            })
    void whatDoesNotFitIsRefused(String value, String type) {
        DataType target = DataType.parse(type);

        assertThatThrownBy(() -> made(value, target))
                .isInstanceOf(ExpressionException.class)
                .hasMessage("a column of type " + target + " does not hold '" + value + "'");
    }

    @Test
    void computedBytesAreForBinaryColumnsAlone() {
        assertThat(made(new byte[] {1, 2, 3}, DataType.bytes(2))).isEqualTo("0102");
        assertThatThrownBy(() -> made(new byte[] {1}, DataType.of(Kind.INT4)))
                .hasMessage("a column of type int4 does not hold bytes");
    }

    @ParameterizedTest
    @CsvSource({
        "string, int4, true",
        "int4, string, true",
        "numeric, real8, true",
        "date, datetime, true",
        "datetime, date, true",
        "nclob, string, true",
        "date, int4, false",
        "blob, string, false",
        "nclob, int4, false",
        "boolean, int4, false",
        "time, datetime, false"
    })
    void typesThatAreConverted(String from, String to, boolean converted) {
        assertThat(TypedCell.converts(DataType.parse(from), DataType.parse(to))).isEqualTo(converted);
    }

    @Test
    void digitsMaskHidesDigitsAlone() {
        DataMask mask = mask(new MaskingRule.DigitsMask("1", "1", WHERE, "$", Map.of()), DataType.string(20));

        assertThat(mask.hide("+49 30-1234 ext. 5")).isEqualTo("+$$ $$-$$$$ ext. $");
    }

    @Test
    void hashMaskIsSha256InHexadecimalDigits() {
        DataMask mask = mask(new MaskingRule.HashMask("1", "1", WHERE, Map.of()), DataType.string(64));

        assertThat(mask.hide("abc")).isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    @Test
    void randomDigitsKeepTheFormAndTheRangeOfTheType() {
        MaskingRule rule = new MaskingRule.DigitsRandomize("1", "1", WHERE, Map.of());
        DataMask text = mask(rule, DataType.string(20));
        DataMask number = mask(rule, DataType.of(Kind.INT4));
        DataMask decimal = mask(rule, DataType.numeric(5, 2));

        for (int i = 0; i < 100; i++) {
            assertThat(text.hide("AB-12/345")).matches("AB-\\d\\d/\\d{3}");
            assertThat(Long.parseLong(number.hide("-2147483648"))).isBetween(-2147483648L, 0L);
            assertThat(decimal.hide("123.45")).matches("\\d{3}\\.\\d\\d");
        }
        assertThat(text.hide("12345678901234567890")).isNotEqualTo("12345678901234567890");
    }

    @Test
    void maskOfAnUndocumentedTypeIsRefused() {
        assertThatThrownBy(() -> mask(new MaskingRule.HashMask("1", "1", WHERE, Map.of()), DataType.of(Kind.INT4)))
                .hasMessage("DMS documents no such mask for int4");
        assertThatThrownBy(
                        () -> mask(new MaskingRule.DigitsRandomize("1", "1", WHERE, Map.of()), DataType.of(Kind.DATE)))
                .hasMessage("DMS documents no such mask for date");
    }

    private static DataMask mask(MaskingRule rule, DataType type) {
        return DataMask.of(rule, type, new Random(5));
    }
}
