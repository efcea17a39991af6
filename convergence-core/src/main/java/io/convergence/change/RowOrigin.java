package io.convergence.change;

import static java.util.Objects.requireNonNull;

/**
 * The raw file and row a change was first written in; compaction keeps it.
 *
 * @param row from 0
 */
public record RowOrigin(String key, long row) {
    public RowOrigin {
        requireNonNull(key, "key");
    }

    @Override
    public String toString() {
        return key + " row " + row;
    }
}
