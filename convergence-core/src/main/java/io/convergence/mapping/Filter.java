package io.convergence.mapping;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A condition on the rows of a selected table (DMS guide, "Source filters"): one of {@code conditions} must hold. DMS honours
 * filters in include rules with exact names only; not on LOB columns; use columns whose values never change.
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
     * A comparison of the column with fixed values. Values are texts that SQLite compares; dates are written
     * {@code YYYY-MM-DD}, times {@code YYYY-MM-DD HH:MM:SS}.
     *
     * @param operator lte, ste, gte, eq, noteq, between, notbetween, null or notnull, as it was written; there is no
     *     operator for a strict less or greater
     * @param value for operators with one value, else null
     * @param startValue for between and notbetween, else null
     * @param endValue for between and notbetween, else null
     * @param otherKeys what else the condition holds: JSON text by key, kept as it was read
     */
    public record Condition(
            String operator,
            @Nullable String value,
            @Nullable String startValue,
            @Nullable String endValue,
            Map<String, String> otherKeys) {
        public Condition {
            requireNonNull(operator, "operator");
            otherKeys = Map.copyOf(otherKeys);
        }

        public Condition(
                String operator, @Nullable String value, @Nullable String startValue, @Nullable String endValue) {
            this(operator, value, startValue, endValue, Map.of());
        }

        public static Condition equalTo(String value) {
            return new Condition("eq", requireNonNull(value, "value"), null, null);
        }

        public static Condition notEqualTo(String value) {
            return new Condition("noteq", requireNonNull(value, "value"), null, null);
        }

        /** The value itself included. */
        public static Condition atLeast(String value) {
            return new Condition("gte", requireNonNull(value, "value"), null, null);
        }

        /** The value itself included. */
        public static Condition atMost(String value) {
            return new Condition("lte", requireNonNull(value, "value"), null, null);
        }

        /** Both values included. */
        public static Condition between(String start, String end) {
            return new Condition("between", null, requireNonNull(start, "start"), requireNonNull(end, "end"));
        }

        /** Below the first or above the second. */
        public static Condition notBetween(String start, String end) {
            return new Condition("notbetween", null, requireNonNull(start, "start"), requireNonNull(end, "end"));
        }

        public static Condition isNull() {
            return new Condition("null", null, null, null);
        }

        public static Condition isNotNull() {
            return new Condition("notnull", null, null, null);
        }
    }
}
