package io.convergence.compact;

import io.convergence.ledger.LedgerFile;

/**
 * Hears how far a compaction is, on the threads that run its tasks but never on two at once. What it throws ends the
 * compaction before its commit.
 */
public interface CompactionListener {
    /** The rows of a file were copied. */
    default void copied(CompactionSource source) {}

    /** An output was written and verified; it becomes part of the table with the commit at the end. */
    default void written(LedgerFile output) {}

    static CompactionListener none() {
        return new CompactionListener() {};
    }
}
