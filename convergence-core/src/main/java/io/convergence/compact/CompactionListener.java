package io.convergence.compact;

import io.convergence.ledger.LedgerFile;
import io.convergence.raw.PlacedFile;

/** Hears how far a compaction is, on the thread that runs it. What it throws ends the compaction before its commit. */
public interface CompactionListener {
    /** The rows of a raw file were copied. */
    default void copied(PlacedFile source) {}

    /** An output was written and verified; it becomes part of the table with the commit at the end. */
    default void written(LedgerFile output) {}

    static CompactionListener none() {
        return new CompactionListener() {};
    }
}
