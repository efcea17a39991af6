package io.convergence.store.internal.pages;

import org.apache.parquet.schema.PrimitiveType;

/** A data page decoded: its levels, and its values as ids of the chunk's dictionary or in {@code PLAIN}. Used again for the next page. Not thread-safe. */
public final class DecodedPage {
    final LevelRuns levels = new LevelRuns();
    final PlainValues plain;
    boolean hasIds;
    int[] ids = {};

    DecodedPage(PrimitiveType type) {
        plain = new PlainValues(type);
    }

    public LevelRuns levels() {
        return levels;
    }

    /** Whether the values are ids; otherwise {@link #plain} has them. */
    public boolean hasIds() {
        return hasIds;
    }

    /** As many as there are values that are not null, each of an entry of the dictionary; the array may be longer. */
    public int[] ids() {
        return ids;
    }

    /** The values that are not null. */
    public PlainValues plain() {
        return plain;
    }
}
