package io.convergence.judges;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How an engine's rows differ from the expected ones.
 *
 * @param compared the number of expected rows
 * @param count the number of differences
 * @param first the first of them, in words
 */
public record Comparison(int compared, int count, List<String> first) {
    private static final int SHOWN = 10;

    public Comparison {
        first = List.copyOf(first);
    }

    /** Row by row, in order. */
    public static Comparison inOrder(List<JudgeColumn> columns, List<Row> expected, List<Row> actual) {
        var differences = new Differences();
        if (expected.size() != actual.size()) {
            differences.add("expected " + expected.size() + " rows, found " + actual.size());
        }

        for (int row = 0; row < Math.min(expected.size(), actual.size()); row++) {
            List<@Nullable Object> wanted = expected.get(row).cells();
            List<@Nullable Object> found = actual.get(row).cells();
            for (int column = 0; column < columns.size(); column++) {
                if (!Objects.equals(wanted.get(column), found.get(column))) {
                    differences.add(
                            "row " + row + ", column '" + columns.get(column).name() + "': expected "
                                    + show(wanted.get(column)) + ", found " + show(found.get(column)));
                }
            }
        }
        return differences.over(expected.size());
    }

    /** The same rows equally often, in any order. */
    public static Comparison inAnyOrder(List<Row> expected, List<Row> actual) {
        Map<Row, Integer> left = new HashMap<>();
        expected.forEach(row -> left.merge(row, 1, Integer::sum));
        actual.forEach(row -> left.merge(row, -1, Integer::sum));

        var differences = new Differences();
        left.forEach((row, times) -> {
            for (int i = 0; i < Math.abs(times); i++) {
                differences.add((times > 0 ? "not found: " : "not expected: ") + row.cells());
            }
        });
        return differences.over(expected.size());
    }

    public static Comparison of(JudgeCase judged, List<JudgeColumn> columns, List<Row> expected, List<Row> actual) {
        return judged.ordered() ? inOrder(columns, expected, actual) : inAnyOrder(expected, actual);
    }

    private static String show(@Nullable Object cell) {
        return cell == null ? "null" : "'" + cell + "' (" + cell.getClass().getSimpleName() + ")";
    }

    private static final class Differences {
        private final List<String> first = new ArrayList<>();
        private int count;

        void add(String text) {
            if (count++ < SHOWN) {
                first.add(text);
            }
        }

        Comparison over(int compared) {
            return new Comparison(compared, count, first);
        }
    }
}
