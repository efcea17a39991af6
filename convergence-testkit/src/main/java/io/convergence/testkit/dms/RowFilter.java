package io.convergence.testkit.dms;

import io.convergence.mapping.Filter;
import io.convergence.schema.DataType;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The source filters of a selection rule, compared as SQLite does (DMS guide, "Source filters"): numbers as numbers, all
 * else by its bytes as text; nothing is comparable with null. DMS decides by the new row; that an old row matched is not
 * asked.
 */
final class RowFilter {
    private final List<Column> columns;

    /** @param place the column's place among the source's */
    private record Column(int place, PlainText values, List<Filter.Condition> conditions) {}

    /** What is known of a row's value. */
    interface Values {
        /** Whether the source logged it. */
        boolean known(int place);

        @Nullable
        String value(int place);
    }

    enum Answer {
        YES,
        NO,
        /** A value is missing. */
        UNKNOWN
    }

    private RowFilter(List<Column> columns) {
        this.columns = columns;
    }

    /** @throws StandInException if a filter names no column, or holds no operator of DMS */
    static RowFilter of(List<Filter> filters, List<TableShape.SourceColumn> columns, StandInSettings settings) {
        return new RowFilter(filters.stream()
                .map(filter -> column(filter, columns, settings))
                .toList());
    }

    private static Column column(Filter filter, List<TableShape.SourceColumn> columns, StandInSettings settings) {
        for (int i = 0; i < columns.size(); i++) {
            TableShape.SourceColumn column = columns.get(i);
            if (column.name().equals(filter.columnName())) {
                DataType type = column.type().toDms(settings.types());
                PlainText values =
                        new PlainText(column.name(), column.type(), type, settings.lobMaxBytes(), lossyCase -> {});
                filter.conditions().forEach(condition -> matches(condition, 0L));
                return new Column(i, values, filter.conditions());
            }
        }
        throw new StandInException("Cannot filter rows: there is no column '" + filter.columnName() + "', only "
                + columns.stream().map(TableShape.SourceColumn::name).toList() + ". Correct the selection rule.");
    }

    Answer test(Values row) {
        Answer answer = Answer.YES;
        for (Column column : columns) {
            if (!row.known(column.place())) {
                answer = Answer.UNKNOWN;
                continue;
            }
            String text = row.value(column.place());
            Object value = text == null ? null : column.values().sql(text);
            if (column.conditions().stream().noneMatch(condition -> matches(condition, value))) {
                return Answer.NO;
            }
        }
        return answer;
    }

    static boolean matches(Filter.Condition condition, @Nullable Object value) {
        String operator = condition.operator();
        if (operator.equals("null") || operator.equals("notnull")) {
            return (value == null) == operator.equals("null");
        }
        if (value == null) {
            return false;
        }

        return switch (operator) {
            case "eq" -> compare(value, condition.value()) == 0;
            case "noteq" -> compare(value, condition.value()) != 0;
            case "gte" -> compare(value, condition.value()) >= 0;
            case "lte", "ste" -> compare(value, condition.value()) <= 0;
            case "between" -> compare(value, condition.startValue()) >= 0 && compare(value, condition.endValue()) <= 0;
            case "notbetween" -> compare(value, condition.startValue()) < 0 || compare(value, condition.endValue()) > 0;
            default ->
                throw new StandInException(
                        "Cannot filter rows by the operator '" + operator
                                + "': DMS has eq, noteq, gte, lte, ste, between, notbetween, null and notnull. Use one of them.");
        };
    }

    /** A number is less than any text that is no number. */
    private static int compare(Object value, @Nullable String other) {
        if (other == null) {
            throw new StandInException("Cannot filter rows: a condition has no value. Complete the selection rule.");
        }
        if (value instanceof byte[]) {
            throw new StandInException(
                    "Cannot filter rows by a binary column: DMS does not. Filter by another column.");
        }
        if (value instanceof String text) {
            return Arrays.compareUnsigned(
                    text.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
        }
        double number = ((Number) value).doubleValue();
        try {
            BigDecimal limit = new BigDecimal(other.trim());
            boolean finite = !Double.isNaN(number) && !Double.isInfinite(number);
            return finite ? exact(value).compareTo(limit) : Double.compare(number, limit.doubleValue());
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    private static BigDecimal exact(Object value) {
        return value instanceof Long number ? BigDecimal.valueOf(number) : BigDecimal.valueOf((Double) value);
    }
}
