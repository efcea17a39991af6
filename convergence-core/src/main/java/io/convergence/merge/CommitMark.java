package io.convergence.merge;

import io.convergence.change.ChangeRecord;
import io.convergence.change.ChangeSequence;
import io.convergence.merge.MergeInput.NewestTransaction;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The newest commit time among the changes of a merge, whose transaction may be cut (rule S7): by the timestamp column, without one by
 * the time part of the change sequence, in whose hundredth of a second others may have committed, too. Changes with neither are never
 * held. A merge that is done in parts must know it of all of them before the first part. Not thread-safe.
 */
public final class CommitMark {
    // DMS writes commit times with six fraction digits.
    private static final Duration TIMESTAMP_STEP = Duration.ofNanos(1000);

    private final NewestTransaction handling;
    private @Nullable Instant newest;
    private @Nullable Instant applied;
    private boolean timed = true;
    private boolean seen;

    /** @param previous the {@code completeThrough} of the stored state; null if there is none */
    public CommitMark(NewestTransaction handling, @Nullable Instant previous) {
        this(handling, previous, null);
    }

    /**
     * @param previous the {@code completeThrough} of the stored state; null if there is none
     * @param applied exclusive, up to where changes are applied: what was committed before is not held, also where hundredths of a second
     *     tell readers nothing; null if it is not known
     */
    public CommitMark(NewestTransaction handling, @Nullable Instant previous, @Nullable Instant applied) {
        this.handling = handling;
        this.newest = previous;
        this.applied = applied;
    }

    /** When a change was committed, as far as it tells; null if it does not. */
    public static @Nullable Instant commitOf(ChangeRecord change) {
        return commitOf(change.timestamp().orElse(null), change);
    }

    private static @Nullable Instant commitOf(@Nullable Instant timestamp, ChangeRecord change) {
        return timestamp != null
                ? timestamp
                : change.sequence().map(ChangeSequence::commitTime).orElse(null);
    }

    /** Takes a CDC change into account. */
    public void see(ChangeRecord change) {
        see(change.timestamp().orElse(null), change);
    }

    /** @param timestamp its timestamp; null if it has none */
    public void see(@Nullable Instant timestamp, ChangeRecord change) {
        // Hundredths of a second are too coarse to tell readers how far a table is complete.
        timed &= timestamp != null;
        Instant commit = commitOf(timestamp, change);
        if (commit == null) {
            return;
        }
        if (newest == null || commit.isAfter(newest)) {
            newest = commit;
        }
        seen |= commit.equals(newest);
    }

    /** Takes a CDC change into account that is applied: its file may not tell that it is the newest in it. */
    public void seeApplied(ChangeRecord change) {
        Instant commit = commitOf(change);
        if (commit != null && isNotBefore(commit, applied)) {
            applied = after(commit);
        }
    }

    private static boolean isNotBefore(Instant commit, @Nullable Instant bound) {
        return bound == null || !commit.isBefore(bound);
    }

    /**
     * What a state is complete through that has every change up to one.
     *
     * @param commit of the newest of them
     */
    public static Instant after(Instant commit) {
        return commit.plus(TIMESTAMP_STEP);
    }

    /** Whether changes of the newest transaction are held at all. */
    public boolean holdsAny() {
        return handling == NewestTransaction.HOLD;
    }

    /**
     * Whether a CDC change is to be held.
     *
     * @param commit see {@link #commitOf}
     */
    public boolean holds(@Nullable Instant commit) {
        return handling == NewestTransaction.HOLD
                && commit != null
                && commit.equals(newest)
                && isNotBefore(commit, applied);
    }

    /** Exclusive: every change committed before it is applied; empty if a change had no timestamp, or none was seen ever. */
    public Optional<Instant> completeThrough() {
        Instant mark = newest;
        if (!timed || mark == null) {
            return Optional.empty();
        }
        return Optional.of(handling == NewestTransaction.SETTLED && seen ? after(mark) : mark);
    }
}
