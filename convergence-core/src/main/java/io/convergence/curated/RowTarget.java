package io.convergence.curated;

import io.convergence.merge.StoredRow;
import org.jspecify.annotations.Nullable;

/** Takes what comes of keys. Not thread-safe. */
interface RowTarget {
    /** A row as a change left it, all of whose cells are given. */
    void put(byte[] change, int head);

    /** A row or a tombstone. */
    void put(StoredRow row);

    /** A tombstone. */
    void gone(byte[] key, int place, long time, long counter, long row, @Nullable String keyChanged);
}
