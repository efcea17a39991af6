package io.convergence.change;

import static java.util.Objects.requireNonNull;

import io.convergence.schema.Column;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Values of one column from a lowest to a highest, both included. Texts are ordered by their characters' code points, decimals by
 * value whatever their scale; NaN lies in no range. Only a cell that is {@link CellState#PRESENT} can lie in it: an unknown one may
 * have any value, and none is guessed. Immutable.
 *
 * @param lowest as {@link RowImage#value} gives it; null for no bound
 * @param highest as {@link RowImage#value} gives it; null for no bound
 */
public record ColumnRange(
        String column, @Nullable Object lowest, @Nullable Object highest) {
    public ColumnRange {
        requireNonNull(column, "column");
        if (lowest == null && highest == null) {
            throw new IllegalArgumentException("Cannot take a range of column '" + column
                    + "' without a bound. Give a lowest or a highest value.");
        }
        for (Object bound : new @Nullable Object[] {lowest, highest}) {
            if (bound != null && !(bound instanceof Comparable)) {
                throw new IllegalArgumentException("Cannot take a range of column '" + column + "' up to a "
                        + bound.getClass().getName() + ": it has no order.");
            }
        }
        if (lowest != null && highest != null && lowest.getClass() != highest.getClass()) {
            throw new IllegalArgumentException("Cannot take a range of column '" + column + "' from a "
                    + lowest.getClass().getSimpleName() + " to a "
                    + highest.getClass().getSimpleName() + ": give two values of one type.");
        }
    }

    public static ColumnRange equalTo(String column, Object value) {
        return new ColumnRange(column, requireNonNull(value, "value"), value);
    }

    public static ColumnRange atLeast(String column, Object lowest) {
        return new ColumnRange(column, requireNonNull(lowest, "lowest"), null);
    }

    public static ColumnRange atMost(String column, Object highest) {
        return new ColumnRange(column, null, requireNonNull(highest, "highest"));
    }

    public static ColumnRange between(String column, Object lowest, Object highest) {
        return new ColumnRange(column, requireNonNull(lowest, "lowest"), requireNonNull(highest, "highest"));
    }

    /** @throws IllegalArgumentException if the bounds are no values of the column's type */
    void demandType(Column declared) {
        Object bound = lowest != null ? lowest : requireNonNull(highest);
        if (!declared.type().kind().valueClass().isInstance(bound)) {
            throw new IllegalArgumentException(
                    "Cannot compare column '" + column + "' (" + declared.type() + ") with a "
                            + bound.getClass().getSimpleName() + ". Give a "
                            + declared.type().kind().valueClass().getSimpleName() + ".");
        }
    }

    boolean holds(RowImage row) {
        int place = row.indexOf(column);
        if (place < 0 || row.state(place) != CellState.PRESENT) {
            return false;
        }

        Object value = row.value(place);
        return !isNaN(value) && mayReach(value, value);
    }

    /** Whether some value of the range lies between these two. */
    boolean mayReach(Object least, Object greatest) {
        return (lowest == null || compare(greatest, lowest) >= 0)
                && (highest == null || compare(least, highest) <= 0)
                && !isNaN(lowest)
                && !isNaN(highest);
    }

    private static boolean isNaN(@Nullable Object value) {
        return (value instanceof Float real && real.isNaN()) || (value instanceof Double wide && wide.isNaN());
    }

    private static int compare(Object one, Object other) {
        if (one instanceof String text) {
            return Arrays.compareUnsigned(
                    text.getBytes(StandardCharsets.UTF_8), ((String) other).getBytes(StandardCharsets.UTF_8));
        }
        if (one instanceof Float real) {
            return Double.compare(real + 0.0, (Float) other + 0.0);
        }
        if (one instanceof Double wide) {
            return Double.compare(wide + 0.0, (Double) other + 0.0);
        }

        return ordered(one).compareTo(other);
    }

    /** Values of columns are ordered among their own class, and {@link #demandType} saw to it that both are of one. */
    @SuppressWarnings("unchecked")
    private static Comparable<Object> ordered(Object value) {
        return (Comparable<Object>) value;
    }
}
