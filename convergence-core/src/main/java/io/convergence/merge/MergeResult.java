package io.convergence.merge;

import io.convergence.Finding;
import io.convergence.change.RowOrigin;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a merge came to. Closed: new rows, a request for history, or a dispute that keeps the table unpublished. Immutable; thread-safe. */
public sealed interface MergeResult {
    /** Of this call alone. Counts of a {@link NeedsHistory} are only those of changes received. */
    MergeCounts counts();

    List<Finding> findings();

    /**
     * The new state of every key that changed, in key order.
     *
     * @param upserts rows to write
     * @param tombstones keys whose rows are to be removed and remembered as gone
     * @param heldFiles raw files (origins) with changes that are held; they must not be recorded as applied and be given again
     * @param quarantined where the changes stand that were set aside (rule S12)
     * @param complete exclusive: every change committed before it is in the state; null if no commit timestamp is known
     */
    record Merged(
            List<LiveRow> upserts,
            List<Tombstone> tombstones,
            Set<String> heldFiles,
            List<RowOrigin> quarantined,
            @Nullable Instant complete,
            MergeCounts counts,
            List<Finding> findings)
            implements MergeResult {
        public Merged {
            upserts = List.copyOf(upserts);
            tombstones = List.copyOf(tombstones);
            heldFiles = Set.copyOf(heldFiles);
            quarantined = List.copyOf(quarantined);
            findings = List.copyOf(findings);
        }

        /** Exclusive; empty if no commit timestamp is known. */
        public Optional<Instant> completeThrough() {
            return Optional.ofNullable(complete);
        }
    }

    /**
     * The stored rows do not suffice (rule S11): merge again with all changes of these keys, see
     * {@link MergeInput#withHistory}. The answer may again ask for more keys, until closed over those linked by key changes.
     * If the history is no longer stored, the table is suspect.
     *
     * @param keys all keys to give the history of, those of the call included
     */
    record NeedsHistory(Set<MergeKey> keys, MergeCounts counts, List<Finding> findings) implements MergeResult {
        public NeedsHistory {
            keys = Set.copyOf(keys);
            findings = List.copyOf(findings);
        }
    }

    /** The table waits for a declaration; nothing of it is published. At least one finding says why and where. */
    record Disputed(MergeCounts counts, List<Finding> findings) implements MergeResult {
        public Disputed {
            findings = List.copyOf(findings);
        }
    }
}
