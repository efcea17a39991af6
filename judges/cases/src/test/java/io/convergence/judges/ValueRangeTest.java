package io.convergence.judges;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ValueRangeTest {
    private final JudgeColumn sorted = new JudgeColumn("sorted", ColumnType.parse("int8"));
    private final JudgeColumn mixed = new JudgeColumn("mixed", ColumnType.parse("string"));
    private final JudgeColumn flag = new JudgeColumn("flag", ColumnType.parse("boolean"));
    private final List<JudgeColumn> columns = List.of(sorted, mixed, flag);
    private final List<Row> rows = IntStream.range(0, 4_000)
            .mapToObj(row -> new Row(
                    Arrays.asList(row == 2_038 ? null : BigInteger.valueOf(row), (row * 1_237 % 4_000) + "", true)))
            .toList();

    @Test
    void closeValuesGiveARangeOfThreeAndOthersOfOne() {
        assertThat(ValueRange.about(columns, rows))
                .containsExactly(
                        new ValueRange(sorted, BigInteger.valueOf(2_037), BigInteger.valueOf(2_040)),
                        new ValueRange(mixed, "3769", "3769"));
    }

    @Test
    void rowsWithinARangeAreThoseOfItsLimitsAndBetweenWithoutNulls() {
        var range = new ValueRange(sorted, BigInteger.valueOf(2_037), BigInteger.valueOf(2_040));

        List<Row> found = range.of(rows, columns);

        assertThat(found).containsExactly(rows.get(2_037), rows.get(2_039), rows.get(2_040));
    }

    @Test
    void theConditionCastsItsLimits() {
        var range = new ValueRange(sorted, BigInteger.valueOf(-1), BigInteger.TEN);

        assertThat(range.sql("\"sorted\"", "bigint"))
                .isEqualTo("\"sorted\" BETWEEN CAST('-1' AS bigint) AND CAST('10' AS bigint)");
    }

    @Test
    void textIsOrderedByItsBytes() {
        List<Row> texts = new ArrayList<>();
        List.of("\uE000", "\uD83D\uDE00", "a").forEach(text -> texts.add(new Row(List.of(text))));
        var range = new ValueRange(mixed, "\uE000", "\uD83D\uDE00");

        assertThat(range.of(texts, List.of(mixed))).containsExactly(texts.get(0), texts.get(1));
    }
}
