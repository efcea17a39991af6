package io.convergence.merge;

import static java.util.Objects.requireNonNull;

import io.convergence.change.ChangeRecord;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one merge is given. Immutable, as far as its records are; thread-safe.
 *
 * @param stored what the table holds of the keys the changes touch
 * @param changes in any order, the same change possibly several times
 * @param complete keys of which {@code changes} holds every change of the generation; what is stored of them is recomputed
 * @param newest what to do with the newest transaction
 * @param previous the {@code completeThrough} of the stored state; null if there is none
 */
public record MergeInput(
        StoredRows stored,
        List<ChangeRecord> changes,
        Set<MergeKey> complete,
        NewestTransaction newest,
        @Nullable Instant previous) {

    /** Whether the newest commit timestamp may still be cut off in the middle of a transaction (rule S7). */
    public enum NewestTransaction {
        /** Hold its changes until a later timestamp appears. */
        HOLD,
        /** Its changes are all there: a settle time has passed, or the caller declares it. */
        SETTLED
    }

    public MergeInput {
        requireNonNull(stored, "stored");
        changes = List.copyOf(changes);
        complete = Set.copyOf(complete);
        requireNonNull(newest, "newest");
    }

    /** No history, newest transaction held, nothing known of a previous state's completeness. */
    public static MergeInput of(StoredRows stored, Collection<? extends ChangeRecord> changes) {
        return new MergeInput(stored, List.copyOf(changes), Set.of(), NewestTransaction.HOLD, null);
    }

    /** Adds all changes of some keys, answering {@link MergeResult.NeedsHistory}. */
    public MergeInput withHistory(Set<MergeKey> keys, Collection<? extends ChangeRecord> history) {
        var all = new java.util.ArrayList<ChangeRecord>(changes);
        all.addAll(history);
        return new MergeInput(stored, all, keys, newest, previous);
    }

    public MergeInput settled() {
        return new MergeInput(stored, changes, complete, NewestTransaction.SETTLED, previous);
    }

    /** The stored state's {@code completeThrough}. */
    public MergeInput since(Instant completeThrough) {
        return new MergeInput(stored, changes, complete, newest, requireNonNull(completeThrough, "completeThrough"));
    }

    public Optional<Instant> previousCompleteThrough() {
        return Optional.ofNullable(previous);
    }
}
