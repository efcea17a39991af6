package io.convergence.merge;

import io.convergence.merge.MergeInput.NewestTransaction;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The newest commit timestamp among the changes of a merge, whose transaction may be cut (rule S7). A merge that is done in parts must
 * know it of all of them before the first part. Not thread-safe.
 */
public final class CommitMark {
    // DMS writes commit times with six fraction digits.
    private static final Duration TIMESTAMP_STEP = Duration.ofNanos(1000);

    private final NewestTransaction handling;
    private @Nullable Instant newest;
    private boolean timed = true;
    private boolean seen;

    /** @param previous the {@code completeThrough} of the stored state; null if there is none */
    public CommitMark(NewestTransaction handling, @Nullable Instant previous) {
        this.handling = handling;
        this.newest = previous;
    }

    /**
     * Takes a CDC change into account.
     *
     * @param commit its timestamp; null if it has none
     */
    public void see(@Nullable Instant commit) {
        if (commit == null) {
            timed = false;
            return;
        }
        if (newest == null || commit.isAfter(newest)) {
            newest = commit;
        }
        seen |= commit.equals(newest);
    }

    /** Whether changes of the newest transaction are held at all. */
    public boolean holdsAny() {
        return handling == NewestTransaction.HOLD;
    }

    /** Whether a CDC change is to be held. */
    public boolean holds(@Nullable Instant commit) {
        return handling == NewestTransaction.HOLD && commit != null && commit.equals(newest);
    }

    /** Exclusive: every change committed before it is applied; empty if a change had no timestamp, or none was seen ever. */
    public Optional<Instant> completeThrough() {
        Instant mark = newest;
        if (!timed || mark == null) {
            return Optional.empty();
        }
        return Optional.of(handling == NewestTransaction.SETTLED && seen ? mark.plus(TIMESTAMP_STEP) : mark);
    }
}
