package io.convergence.merge;

import java.util.Map;
import java.util.Optional;

/** Finds what is stored of a key. Must answer the same for the same key during one merge. */
@FunctionalInterface
public interface StoredRows {
    /** Empty if the key was never seen, or its tombstone was given up below the floor. */
    Optional<StoredRow> find(MergeKey key);

    static StoredRows none() {
        return key -> Optional.empty();
    }

    /** A view of the map. */
    static StoredRows of(Map<MergeKey, ? extends StoredRow> rows) {
        return key -> Optional.ofNullable(rows.get(key));
    }
}
