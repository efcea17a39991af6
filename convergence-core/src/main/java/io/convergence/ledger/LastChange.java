package io.convergence.ledger;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What must be remembered of the newest compaction or merge to take it back. */
sealed interface LastChange {
    long slot();

    String transaction();

    /**
     * @param outputs keys of the files it made live
     * @param replaced what was live in their stead
     */
    record OfCompaction(long slot, String transaction, List<String> outputs, List<LedgerEntry.CompactedFile> replaced)
            implements LastChange {
        public OfCompaction {
            outputs = List.copyOf(outputs);
            replaced = List.copyOf(replaced);
        }
    }

    /**
     * @param previous what was published before
     * @param added raw files that were not applied before
     * @param load what a newer load put aside; null if it was the same load
     * @param ended the suspicions it ended
     */
    record OfMerge(
            long slot,
            String transaction,
            LedgerEntry.@Nullable Merge previous,
            List<RawSource> added,
            @Nullable LoadBefore load,
            List<LedgerSnapshot.At<LedgerEntry.Suspect>> ended)
            implements LastChange {
        public OfMerge {
            added = List.copyOf(added);
            ended = List.copyOf(ended);
        }
    }

    /**
     * @param applied what was applied to the load before
     * @param moved those of them that no load before had applied
     */
    record LoadBefore(List<RawSource> applied, List<RawSource> moved) {
        public LoadBefore {
            applied = List.copyOf(applied);
            moved = List.copyOf(moved);
        }
    }
}
