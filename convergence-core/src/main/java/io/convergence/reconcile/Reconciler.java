package io.convergence.reconcile;

import static java.util.Objects.requireNonNull;

import io.convergence.schema.Column;
import io.convergence.schema.TableSchema;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Compares every row of a table in the lake with the source's. Rows are matched by key; the lake's rows are held in
 * memory, the source's are streamed. Immutable; thread-safe.
 */
public final class Reconciler {
    /** How many differences a result spells out; all are counted. */
    public static final int DEFAULT_SAMPLES = 20;

    private final int samples;
    private final Set<String> unknownOnNull;

    private Reconciler(int samples, Set<String> unknownOnNull) {
        this.samples = samples;
        this.unknownOnNull = Set.copyOf(unknownOnNull);
    }

    public static Reconciler create() {
        return new Reconciler(DEFAULT_SAMPLES, Set.of());
    }

    /** A reconciler that spells out up to this many differences. */
    public Reconciler samples(int count) {
        return new Reconciler(count, unknownOnNull);
    }

    /**
     * Names the columns whose null in an update the merge takes as unknown (rule S8). Where such a column is null at the
     * source and has a value in the lake, that is the known loss {@link LossyCase#NULL_NOT_SEEN}, not a difference.
     */
    public Reconciler unknownOnNull(Set<String> columns) {
        return new Reconciler(samples, columns);
    }

    /**
     * Reads both sides once. What is compared are the source's columns, so take its schema anew after a change of the table;
     * columns that only the lake has are {@linkplain Reconciliation#notCompared() listed}.
     *
     * @throws ReconcileException if a side cannot be read, or the key or columns do not fit
     */
    public Reconciliation compare(RowSource source, RowSource lake) {
        TableSchema sourceSchema = requireNonNull(source, "source").schema();
        TableSchema lakeSchema = requireNonNull(lake, "lake").schema();
        int[] sourceKey = keyOf(sourceSchema);
        int[] lakeKey = indexesOf(sourceSchema.primaryKey(), lakeSchema);
        int[] lakeColumns = indexesOf(sourceSchema.columnNames(), lakeSchema);
        var found = new Found();

        Map<List<Object>, List<@Nullable Object>> lakeRows = new HashMap<>();
        long lakeCount = 0;
        try (Stream<List<@Nullable Object>> rows = lake.rows()) {
            for (List<@Nullable Object> row : (Iterable<List<@Nullable Object>>) rows::iterator) {
                lakeCount++;
                List<Object> key = key(row, lakeKey);
                if (lakeRows.put(key, row) != null) {
                    found.add(new Difference(Difference.Kind.DUPLICATE_KEY, key, "the lake", null, null));
                }
            }
        }

        long sourceCount = 0;
        try (Stream<List<@Nullable Object>> rows = source.rows()) {
            for (List<@Nullable Object> row : (Iterable<List<@Nullable Object>>) rows::iterator) {
                sourceCount++;
                List<Object> key = key(row, sourceKey);
                List<@Nullable Object> other = lakeRows.remove(key);
                if (other == null) {
                    found.add(new Difference(Difference.Kind.MISSING_IN_LAKE, key, "", null, null));
                } else {
                    compareRow(sourceSchema.columns(), key, row, other, lakeColumns, found);
                }
            }
        }
        lakeRows.keySet()
                .forEach(key -> found.add(new Difference(Difference.Kind.MISSING_IN_SOURCE, key, "", null, null)));

        Map<Loss, Long> losses = new HashMap<>(source.losses());
        found.unseen.forEach((column, count) -> losses.put(new Loss(LossyCase.NULL_NOT_SEEN, column), count));
        List<String> notCompared = lakeSchema.columnNames().stream()
                .filter(name -> sourceSchema.indexOf(name) < 0)
                .toList();
        return new Reconciliation(
                sourceSchema.table(), sourceCount, lakeCount, found.count, found.differences, notCompared, losses);
    }

    private void compareRow(
            List<Column> columns,
            List<Object> key,
            List<@Nullable Object> source,
            List<@Nullable Object> lake,
            int[] lakeColumns,
            Found found) {
        for (int i = 0; i < columns.size(); i++) {
            Object expected = source.get(i);
            Object actual = lake.get(lakeColumns[i]);
            if (same(expected, actual)) {
                continue;
            }

            String column = columns.get(i).name();
            if (expected == null && unknownOnNull.contains(column)) {
                found.unseen.merge(column, 1L, Long::sum);
            } else {
                found.add(new Difference(Difference.Kind.VALUE, key, column, expected, actual));
            }
        }
    }

    /** Decimals by value: the scale is the column's, not the row's. Other values by {@code equals}, so NaN equals NaN. */
    private static boolean same(@Nullable Object one, @Nullable Object other) {
        if (one instanceof BigDecimal a && other instanceof BigDecimal b) {
            return a.compareTo(b) == 0;
        }

        return Objects.equals(one, other);
    }

    private static int[] keyOf(TableSchema schema) {
        if (schema.primaryKey().isEmpty()) {
            throw new ReconcileException(
                    "Cannot compare table " + schema.table()
                            + ": it has no key to match rows by. Give the source schema a primary key.",
                    null);
        }

        return indexesOf(schema.primaryKey(), schema);
    }

    private static int[] indexesOf(List<String> names, TableSchema schema) {
        int[] indexes = names.stream().mapToInt(schema::indexOf).toArray();
        for (int i = 0; i < indexes.length; i++) {
            if (indexes[i] < 0) {
                throw new ReconcileException(
                        "Cannot compare table " + schema.table() + ": column '" + names.get(i) + "' is not among "
                                + schema.columnNames() + ". Merge a file that has it, or compare without it.",
                        null);
            }
        }

        return indexes;
    }

    private static List<Object> key(List<@Nullable Object> row, int[] indexes) {
        Object[] key = Arrays.stream(indexes)
                .mapToObj(row::get)
                .map(Reconciler::canonical)
                .toArray();
        return List.of(key);
    }

    /** Equal numbers must be equal keys: 1.0 and 1.00 are not, as BigDecimals. */
    private static Object canonical(@Nullable Object value) {
        if (value == null) {
            throw new ReconcileException(
                    "Cannot compare rows: a key column is null. Name a key whose columns are NOT NULL.", null);
        }

        return value instanceof BigDecimal decimal ? decimal.stripTrailingZeros() : value;
    }

    private final class Found {
        private final List<Difference> differences = new ArrayList<>();
        private final Map<String, Long> unseen = new HashMap<>();
        private long count;

        void add(Difference difference) {
            count++;
            if (differences.size() < samples) {
                differences.add(difference);
            }
        }
    }
}
