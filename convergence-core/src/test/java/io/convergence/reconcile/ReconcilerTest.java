package io.convergence.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convergence.TableId;
import io.convergence.schema.Column;
import io.convergence.schema.DataType;
import io.convergence.schema.TableSchema;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ReconcilerTest {
    private static final TableSchema ORDERS = new TableSchema(
            TableId.of("public", "orders"),
            List.of(
                    Column.required("id", DataType.of(DataType.Kind.INT8)),
                    Column.nullable("note", DataType.of(DataType.Kind.NCLOB)),
                    Column.nullable("total", DataType.numeric(10, 2)),
                    Column.nullable("rate", DataType.of(DataType.Kind.REAL8))),
            List.of("id"));

    @Test
    void equalRowsInAnyOrderAreEqual() {
        var source = rows(ORDERS, row(1L, "a", new BigDecimal("1.50"), Double.NaN), row(2L, null, null, null));
        var lake = rows(ORDERS, row(2L, null, null, null), row(1L, "a", new BigDecimal("1.5"), Double.NaN));

        Reconciliation result = Reconciler.create().compare(source, lake);

        assertThat(result.equal()).isTrue();
        assertThat(result).hasToString("public.orders: 2 rows in the source, 2 in the lake, 0 differences");
    }

    @Test
    void columnsThatOnlyTheLakeHasAreListedAsNotCompared() {
        var narrow = new TableSchema(ORDERS.table(), ORDERS.columns().subList(0, 2), ORDERS.primaryKey());

        Reconciliation result = Reconciler.create()
                .compare(rows(narrow, row(1L, "a")), rows(ORDERS, row(1L, "a", BigDecimal.ONE, 0.0)));

        assertThat(result.equal()).isTrue();
        assertThat(result.notCompared()).containsExactly("total", "rate");
        assertThat(result).hasToString("""
                        public.orders: 1 rows in the source, 1 in the lake, 0 differences
                          not compared, because the source's schema given lacks them: total, rate""");
    }

    @Test
    void everyKindOfDifferenceIsCountedAndShownWithItsPlace() {
        var source =
                rows(ORDERS, row(1L, "a", null, null), row(2L, "b", null, null), row(3L, "c", BigDecimal.ONE, 0.0));
        var lake = rows(
                ORDERS,
                row(1L, "a", null, null),
                row(1L, "a", null, null),
                row(3L, null, BigDecimal.TEN, 0.0),
                row(4L, "d", null, null));

        Reconciliation result = Reconciler.create().compare(source, lake);

        assertThat(result.equal()).isFalse();
        assertThat(result.differenceCount()).isEqualTo(5);
        assertThat(result.differences().stream().map(Difference::toString))
                .containsExactlyInAnyOrder(
                        "key [1]: twice in the lake",
                        "key [2]: in the source, not in the lake",
                        "key [3] column 'note': source c, lake null",
                        "key [3] column 'total': source 1, lake 10",
                        "key [4]: in the lake, not in the source");
    }

    @Test
    void s19NullsTheLakeCannotSeeAreCountedAsAKnownLossOnlyWhereDeclared() {
        var source = rows(ORDERS, row(1L, null, null, null));
        var lake = rows(ORDERS, row(1L, "stale", BigDecimal.ONE, null));

        Reconciliation result =
                Reconciler.create().unknownOnNull(Set.of("note")).compare(source, lake);

        assertThat(result.losses()).isEqualTo(Map.of(new Loss(LossyCase.NULL_NOT_SEEN, "note"), 1L));
        assertThat(result.differences().stream().map(Difference::column)).containsExactly("total");
    }

    @Test
    void samplesAreLimitedButEveryDifferenceIsCounted() {
        var source = rows(ORDERS, row(1L, "a", null, null), row(2L, "b", null, null), row(3L, "c", null, null));

        Reconciliation result = Reconciler.create().samples(1).compare(source, rows(ORDERS));

        assertThat(result.differenceCount()).isEqualTo(3);
        assertThat(result.differences()).hasSize(1);
        assertThat(result.toString()).endsWith("\n  and 2 more");
    }

    @Test
    void decimalKeysOfDifferentScaleAreTheSameKey() {
        var schema =
                new TableSchema(ORDERS.table(), List.of(Column.required("id", DataType.numeric(10, 2))), List.of("id"));

        Reconciliation result = Reconciler.create()
                .compare(rows(schema, row(new BigDecimal("10.00"))), rows(schema, row(new BigDecimal("10"))));

        assertThat(result.equal()).isTrue();
    }

    @Test
    void aTableWithoutAKeyIsRefused() {
        var schema = new TableSchema(ORDERS.table(), ORDERS.columns(), List.of());

        assertThatThrownBy(() -> Reconciler.create().compare(rows(schema), rows(schema)))
                .isInstanceOf(ReconcileException.class)
                .hasMessage(
                        "Cannot compare table public.orders: it has no key to match rows by. Give the source schema a primary key.");
    }

    @Test
    void aColumnTheLakeLacksIsNamed() {
        var narrow = new TableSchema(ORDERS.table(), ORDERS.columns().subList(0, 2), List.of("id"));

        assertThatThrownBy(() -> Reconciler.create().compare(rows(ORDERS), rows(narrow)))
                .hasMessage("Cannot compare table public.orders: column 'total' is not among [id, note]. "
                        + "Merge a file that has it, or compare without it.");
    }

    private static List<@Nullable Object> row(@Nullable Object... values) {
        return Arrays.asList(values);
    }

    @SafeVarargs
    private static RowSource rows(TableSchema schema, List<@Nullable Object>... rows) {
        return new RowSource() {
            @Override
            public TableSchema schema() {
                return schema;
            }

            @Override
            public Stream<List<@Nullable Object>> rows() {
                return Arrays.stream(rows);
            }
        };
    }
}
