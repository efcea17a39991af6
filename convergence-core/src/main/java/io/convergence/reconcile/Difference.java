package io.convergence.reconcile;

import static java.util.Objects.requireNonNull;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One way in which the lake is not the source.
 *
 * @param key values of the key columns
 * @param column the differing column; empty when a whole row is missing or too many
 * @param source the source's value passed through the type mapping
 * @param lake the lake's value
 */
public record Difference(
        Kind kind,
        List<Object> key,
        String column,
        @Nullable Object source,
        @Nullable Object lake) {
    /** What differs. */
    public enum Kind {
        /** The source has the row, the lake has not. */
        MISSING_IN_LAKE,
        /** The lake has the row, the source has not. */
        MISSING_IN_SOURCE,
        /** One side has two rows of this key. */
        DUPLICATE_KEY,
        /** A cell differs. */
        VALUE
    }

    public Difference {
        requireNonNull(kind, "kind");
        requireNonNull(column, "column");
        key = List.copyOf(key);
    }

    @Override
    public String toString() {
        return switch (kind) {
            case MISSING_IN_LAKE -> "key " + key + ": in the source, not in the lake";
            case MISSING_IN_SOURCE -> "key " + key + ": in the lake, not in the source";
            case DUPLICATE_KEY -> "key " + key + ": twice in " + column;
            case VALUE -> "key " + key + " column '" + column + "': source " + shown(source) + ", lake " + shown(lake);
        };
    }

    private static String shown(@Nullable Object value) {
        String text = String.valueOf(value);
        return text.length() <= 60 ? text : text.substring(0, 57) + "… (" + text.length() + " characters)";
    }
}
