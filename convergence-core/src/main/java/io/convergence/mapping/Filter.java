package io.convergence.mapping;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A condition on the rows of a selected table (DMS guide, "Source filters"): one of {@code conditions} must hold.
 *
 * @param columnName exact and case-sensitive
 * @param otherKeys what else the filter holds: JSON text by key, kept as it was read
 */
public record Filter(String columnName, List<Condition> conditions, Map<String, String> otherKeys) {
    public Filter {
        requireNonNull(columnName, "columnName");
        conditions = List.copyOf(conditions);
        otherKeys = Map.copyOf(otherKeys);
    }

    public static Filter of(String columnName, Condition... conditions) {
        return new Filter(columnName, List.of(conditions), Map.of());
    }

    /**
     * A comparison of the column with fixed values.
     *
     * @param operator lte, ste, gte, eq, noteq, between, notbetween, null or notnull, as it was written
     * @param value for operators with one value, else null
     * @param startValue for between and notbetween, else null
     * @param endValue for between and notbetween, else null
     */
    public record Condition(
            String operator,
            @Nullable String value,
            @Nullable String startValue,
            @Nullable String endValue) {
        public Condition {
            requireNonNull(operator, "operator");
        }
    }
}
