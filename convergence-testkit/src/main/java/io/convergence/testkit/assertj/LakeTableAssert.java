package io.convergence.testkit.assertj;

import io.convergence.pipeline.LakeTable;
import io.convergence.reconcile.RowSource;
import io.convergence.schema.TableSchema;
import io.convergence.testkit.dms.DmsScript;
import io.convergence.testkit.dms.ExpectedTable;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.assertj.core.api.AbstractAssert;
import org.jspecify.annotations.Nullable;

/** Assertions on the published rows of a lake table. */
public final class LakeTableAssert extends AbstractAssert<LakeTableAssert, LakeTable> {
    private static final int SHOWN = 10;

    LakeTableAssert(LakeTable actual) {
        super(actual, LakeTableAssert.class);
    }

    /**
     * The published table holds exactly the rows that the scripted source holds now, in the source's columns. Columns that
     * only the lake has (dropped ones, DMS's own) are not compared. Merge first.
     *
     * @throws IllegalStateException if the script is not at a point where it can tell
     */
    public LakeTableAssert equalsReplayOf(DmsScript script) {
        isNotNull();
        ExpectedTable expected = script.expected(actual.id());
        List<String> differences = differences(expected, actual.published());
        if (!differences.isEmpty()) {
            throw failure(
                    "Table %s is not what the script made of its source: %d differences, the first:%n%s%nObstacles that the script planted: %s",
                    actual.id(),
                    differences.size(),
                    String.join(System.lineSeparator(), differences.subList(0, Math.min(SHOWN, differences.size()))),
                    expected.obstacles());
        }
        return this;
    }

    private static List<String> differences(ExpectedTable expected, RowSource published) {
        TableSchema columns = expected.schema();
        TableSchema lake = published.schema();
        List<String> missing = columns.columnNames().stream()
                .filter(name -> lake.indexOf(name) < 0)
                .toList();
        if (!missing.isEmpty()) {
            return List.of("columns " + missing + " are not in the lake, which has " + lake.columnNames());
        }

        List<String> differences = new ArrayList<>();
        Map<List<@Nullable Object>, List<@Nullable Object>> source = new HashMap<>();
        expected.rows().forEach(row -> source.put(key(columns, comparable(row)), comparable(row)));
        try (Stream<List<@Nullable Object>> rows = published.rows()) {
            rows.forEach(row -> {
                List<@Nullable Object> cells = new ArrayList<>();
                columns.columnNames().forEach(name -> cells.add(row.get(lake.indexOf(name))));
                List<@Nullable Object> found = comparable(cells);
                List<@Nullable Object> key = key(columns, found);
                List<@Nullable Object> wanted = source.remove(key);
                if (wanted == null) {
                    differences.add("key " + key + " is in the lake, and not, or once only, in the source");
                } else if (!wanted.equals(found)) {
                    differences.add("key " + key + ": " + cells(columns, wanted, found));
                }
            });
        }
        source.keySet().forEach(key -> differences.add("key " + key + " is in the source, not in the lake"));
        return differences;
    }

    private static String cells(TableSchema columns, List<@Nullable Object> source, List<@Nullable Object> lake) {
        List<String> different = new ArrayList<>();
        for (int i = 0; i < source.size(); i++) {
            if (!Objects.equals(source.get(i), lake.get(i))) {
                different.add(columns.columnNames().get(i) + " is " + lake.get(i) + " instead of " + source.get(i));
            }
        }
        return String.join(", ", different);
    }

    /** Decimals without regard to zeros behind the point. */
    private static List<@Nullable Object> comparable(List<@Nullable Object> row) {
        List<@Nullable Object> values = new ArrayList<>();
        row.forEach(value -> values.add(value instanceof BigDecimal decimal ? decimal.stripTrailingZeros() : value));
        return values;
    }

    private static List<@Nullable Object> key(TableSchema columns, List<@Nullable Object> row) {
        List<@Nullable Object> key = new ArrayList<>();
        columns.primaryKey().forEach(name -> key.add(row.get(columns.indexOf(name))));
        return key;
    }
}
