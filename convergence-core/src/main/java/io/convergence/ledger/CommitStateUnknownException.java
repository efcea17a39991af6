package io.convergence.ledger;

import io.convergence.ConvergenceException;
import io.convergence.TableId;

/** Whether a commit took effect could not be found out. Nothing was deleted, and nothing may be: the files it names may be live. */
public final class CommitStateUnknownException extends ConvergenceException {
    private static final long serialVersionUID = 1L;

    private final TableId table;
    private final long slot;
    private final String transaction;

    CommitStateUnknownException(TableId table, long slot, String transaction, Throwable cause) {
        super(
                "Cannot tell whether commit " + transaction + " took slot " + slot + " of table " + table + ": "
                        + cause.getMessage()
                        + " Its files were kept. Run again once the store answers: a new plan starts from what the log then says.",
                cause);
        this.table = table;
        this.slot = slot;
        this.transaction = transaction;
    }

    public TableId table() {
        return table;
    }

    public long slot() {
        return slot;
    }

    public String transaction() {
        return transaction;
    }

    @Override
    public boolean retryable() {
        return true;
    }
}
