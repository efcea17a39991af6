package io.convergence.judges;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A condition on one column: engines leave out the pages whose bounds lie beyond it, in all columns, and must lose no row by that.
 *
 * @param column holds integers, decimals, text, dates or timestamps
 * @param low a value of the column, as of {@link Row}
 * @param high not below it
 */
public record ValueRange(JudgeColumn column, Object low, Object high) {
    /** Beyond the limits of the types, with which files begin. */
    private static final int AFTER_THE_MIDDLE = 37;

    private static final int VALUES = 3;

    /** A range of more excludes little. */
    private static final int MOST_ROWS = 1_000;

    private static final DateTimeFormatter TIMESTAMP =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSSSSS", Locale.ROOT);

    /** For each column that can have one a range about the rows in the middle: of three values if they are close together, else of one. */
    public static List<ValueRange> about(List<JudgeColumn> columns, List<Row> rows) {
        List<ValueRange> ranges = new ArrayList<>();
        for (int place = 0; place < columns.size(); place++) {
            if (isBinary(columns.get(place))) {
                continue;
            }

            List<Object> values = new ArrayList<>();
            for (int row = rows.size() / 2 + AFTER_THE_MIDDLE; row < rows.size() && values.size() < VALUES; row++) {
                Object value = rows.get(row).cells().get(place);
                if (isOrdered(value)) {
                    values.add(value);
                }
            }
            if (!values.isEmpty()) {
                ranges.add(about(columns.get(place), values, place, rows));
            }
        }
        return ranges;
    }

    /** Rows have bytes as text in base 64, whose order is not that of the bytes. */
    private static boolean isBinary(JudgeColumn column) {
        return column.type().kind().equals("bytes") || column.type().kind().equals("blob");
    }

    private static ValueRange about(JudgeColumn column, List<Object> values, int place, List<Row> rows) {
        List<Object> sorted = values.stream().sorted(ValueRange::compare).toList();
        ValueRange range = new ValueRange(column, sorted.get(0), sorted.get(sorted.size() - 1));
        return range.of(rows, place).size() <= MOST_ROWS ? range : new ValueRange(column, values.get(0), values.get(0));
    }

    private static boolean isOrdered(@Nullable Object value) {
        return value instanceof BigInteger
                || value instanceof BigDecimal
                || value instanceof LocalDate
                || value instanceof LocalDateTime
                // Quoted as it is in SQL.
                || (value instanceof String text && text.indexOf('\'') < 0 && text.indexOf('\\') < 0);
    }

    /** The rows within the range, in order. A null is not. */
    public List<Row> of(List<Row> rows, List<JudgeColumn> columns) {
        return of(rows, columns.indexOf(column));
    }

    private List<Row> of(List<Row> rows, int place) {
        return rows.stream().filter(row -> takes(row.cells().get(place))).toList();
    }

    private boolean takes(@Nullable Object value) {
        return value != null && compare(low, value) <= 0 && compare(value, high) <= 0;
    }

    /**
     * The condition in SQL.
     *
     * @param name the column, quoted as the engine wants it
     * @param type the column's, as the engine calls it
     */
    public String sql(String name, String type) {
        return name + " BETWEEN CAST('" + text(low) + "' AS " + type + ") AND CAST('" + text(high) + "' AS " + type
                + ")";
    }

    private static String text(Object value) {
        if (value instanceof BigDecimal decimal) {
            return decimal.toPlainString();
        }

        return value instanceof LocalDateTime time ? TIMESTAMP.format(time) : value.toString();
    }

    private static int compare(Object left, Object right) {
        if (left instanceof BigInteger number) {
            return number.compareTo((BigInteger) right);
        }
        if (left instanceof BigDecimal number) {
            return number.compareTo((BigDecimal) right);
        }
        if (left instanceof LocalDate day) {
            return day.compareTo((LocalDate) right);
        }
        if (left instanceof LocalDateTime time) {
            return time.compareTo((LocalDateTime) right);
        }

        // As engines order text, which is not Java's order.
        return Arrays.compareUnsigned(
                ((String) left).getBytes(StandardCharsets.UTF_8), ((String) right).getBytes(StandardCharsets.UTF_8));
    }
}
