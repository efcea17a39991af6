package io.convergence.judges;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A judge is worth something only if it can say no. */
class ComparisonTest {
    private static final List<JudgeColumn> COLUMNS =
            List.of(new JudgeColumn("id", ColumnType.parse("int8")), new JudgeColumn("x", ColumnType.parse("real8")));

    private static Row row(long id, Object x) {
        return new Row(Arrays.asList(BigInteger.valueOf(id), x));
    }

    @Test
    void equalRowsDoNotDiffer() {
        List<Row> rows = List.of(row(1, Double.NaN), row(2, null));

        assertThat(Comparison.inOrder(COLUMNS, rows, rows).count()).isZero();
        assertThat(Comparison.inAnyOrder(rows, rows).count()).isZero();
    }

    @Test
    void aChangedOrderDiffersOnlyWhereOrderCounts() {
        List<Row> expected = List.of(row(1, 1.0), row(2, 2.0));
        List<Row> actual = List.of(row(2, 2.0), row(1, 1.0));

        assertThat(Comparison.inOrder(COLUMNS, expected, actual).count()).isEqualTo(4);
        assertThat(Comparison.inAnyOrder(expected, actual).count()).isZero();
    }

    @Test
    void aMissingOrDoubledRowDiffers() {
        List<Row> two = List.of(row(1, 1.0), row(1, 1.0));
        List<Row> one = List.of(row(1, 1.0));

        assertThat(Comparison.inOrder(COLUMNS, two, one).first()).containsExactly("expected 2 rows, found 1");
        assertThat(Comparison.inAnyOrder(two, one).count()).isEqualTo(1);
        assertThat(Comparison.inAnyOrder(one, two).count()).isEqualTo(1);
    }

    @Test
    void nullAndNegativeZeroAndScaleAreToldApart() {
        assertThat(Comparison.inOrder(COLUMNS, List.of(row(1, null)), List.of(row(1, 0.0)))
                        .first())
                .containsExactly("row 0, column 'x': expected null, found '0.0' (Double)");
        assertThat(Comparison.inOrder(COLUMNS, List.of(row(1, 0.0)), List.of(row(1, -0.0)))
                        .count())
                .isEqualTo(1);
        assertThat(Comparison.inOrder(
                                COLUMNS,
                                List.of(row(1, new BigDecimal("1.0"))),
                                List.of(row(1, new BigDecimal("1.00"))))
                        .count())
                .isEqualTo(1);
    }
}
