package io.convergence.curated;

import io.convergence.merge.MergeResult;

/**
 * The port to the files of a table: one writer for each {@link SnapshotStyle}. Given what is published and what the merge
 * came to, it writes the next files, so that one commit can publish them.
 */
public interface CuratedTableWriter {
    /**
     * Writes the state; nothing becomes visible to readers.
     *
     * @param base the slot of the ledger the state was planned on, {@link io.convergence.ledger.LedgerSnapshot#slot()}
     * @throws CuratedTableException if a value cannot be written exactly
     * @throws io.convergence.store.StoreException if the store fails; what was written stays for clean-up
     */
    WrittenSnapshot write(CuratedTable table, long base);

    /**
     * The same for a table that a merge changes.
     *
     * @param published the table the merge started from; empty for the first state of a generation
     * @param outcome of the merge, in key order
     */
    default WrittenSnapshot write(CuratedTable published, MergeResult.Merged outcome, long base) {
        return write(published.apply(outcome, null).withNullsAllowed(), base);
    }
}
