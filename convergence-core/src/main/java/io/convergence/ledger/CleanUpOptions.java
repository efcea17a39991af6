package io.convergence.ledger;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * How old, by the store's clock, things must be before clean-up takes them. Immutable.
 *
 * @param grace since a commit replaced a file; at least {@link Ledger#GRACE}, on which readers rely
 * @param longestRun since an output or an upload was begun that no commit refers to: the longest a compaction or merge
 *     may take. A longer one is not harmed but fails
 */
public record CleanUpOptions(Duration grace, Duration longestRun) {
    public CleanUpOptions {
        requireNonNull(grace, "grace");
        requireNonNull(longestRun, "longestRun");
        if (grace.compareTo(Ledger.GRACE) < 0) {
            throw new IllegalArgumentException("Cannot delete replaced files after " + grace + ": readers count on "
                    + Ledger.GRACE + ". Give a longer grace.");
        }
        if (longestRun.isNegative()) {
            throw new IllegalArgumentException("Cannot take a run to last " + longestRun + " at most: it is negative.");
        }
    }

    /** Twice 24 hours. */
    public static CleanUpOptions defaults() {
        return new CleanUpOptions(Ledger.GRACE, Duration.ofHours(24));
    }

    public CleanUpOptions grace(Duration time) {
        return new CleanUpOptions(time, longestRun);
    }

    public CleanUpOptions longestRun(Duration time) {
        return new CleanUpOptions(grace, time);
    }
}
