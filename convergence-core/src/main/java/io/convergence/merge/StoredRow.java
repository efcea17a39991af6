package io.convergence.merge;

import io.convergence.change.ChangePosition;
import java.util.Optional;

/**
 * What the curated table knows of one key: a {@link LiveRow}, or a {@link Tombstone} where the row is gone. It carries
 * all a merge needs to go on without the changes that led here.
 */
public sealed interface StoredRow permits LiveRow, Tombstone {
    MergeKey key();

    /** The newest change applied to this key; no older one ever beats it (rule S11). */
    ChangePosition position();

    /**
     * The newest key change that came to this key or left it, or the newest change that freed it of one of several rows or
     * of a row inserted in the same transaction. A change that arrives late from below it can alter another key's row or
     * what that change meant, so it is never decided without history (rules S10, S11).
     */
    Optional<ChangePosition> keyChangedAt();
}
