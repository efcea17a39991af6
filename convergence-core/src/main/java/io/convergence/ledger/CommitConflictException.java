package io.convergence.ledger;

import io.convergence.ConvergenceException;
import io.convergence.TableId;

/** Another writer took the slot: nothing of this commit is in the table. Plan again on a new snapshot; never submit the same commit at a later slot. */
public final class CommitConflictException extends ConvergenceException {
    private static final long serialVersionUID = 1L;

    private final TableId table;
    private final long slot;

    CommitConflictException(TableId table, long slot, String winner) {
        super(
                "Cannot commit slot " + slot + " of table " + table + ": " + winner
                        + " took it first. Nothing of this commit is in the table; take a new snapshot and plan again.",
                null);
        this.table = table;
        this.slot = slot;
    }

    public TableId table() {
        return table;
    }

    public long slot() {
        return slot;
    }

    @Override
    public boolean retryable() {
        return true;
    }
}
