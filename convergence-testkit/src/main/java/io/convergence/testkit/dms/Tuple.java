package io.convergence.testkit.dms;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A row's cells in PostgreSQL's text form. Takes the arrays as its own. */
final class Tuple {
    private final @Nullable String[] values;
    private final boolean[] unchanged;

    /** @param unchanged cells stored out of line that the update did not touch; their value is not in the log */
    Tuple(@Nullable String[] values, boolean[] unchanged) {
        this.values = values;
        this.unchanged = unchanged;
    }

    /** A row of values without unchanged cells. */
    static Tuple of(@Nullable String... values) {
        return new Tuple(values, new boolean[values.length]);
    }

    int size() {
        return values.length;
    }

    /** Null for an SQL null and for an {@link #unchanged} cell. */
    @Nullable
    String value(int column) {
        return values[column];
    }

    boolean unchanged(int column) {
        return unchanged[column];
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Tuple tuple
                && Arrays.equals(values, tuple.values)
                && Arrays.equals(unchanged, tuple.unchanged);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(values);
    }

    @Override
    public String toString() {
        return "Tuple[" + values.length + " cells]";
    }
}
