package io.convergence.merge;

import io.convergence.ConvergenceException;
import io.convergence.change.CellState;
import io.convergence.change.RowOrigin;

/** A change cannot become a row of the table as its policy describes it; says which file and row, and why. Nothing was merged. */
public final class UnmergeableChangeException extends ConvergenceException {
    private static final long serialVersionUID = 1L;

    private final String key;
    private final long row;

    UnmergeableChangeException(RowOrigin origin, String reason, String advice) {
        super("Cannot merge '" + origin.key() + "' row " + origin.row() + ": " + reason + " " + advice);
        this.key = origin.key();
        this.row = origin.row();
    }

    /** A change whose key column has no value. */
    public static UnmergeableChangeException withoutKey(RowOrigin origin, String column, CellState state) {
        return new UnmergeableChangeException(
                origin,
                "its key column '" + column + "' is " + state + ".",
                "Choose key columns that every row has, and that the source logs for updates and deletes.");
    }

    /** The raw file and row of the change. */
    public RowOrigin origin() {
        return new RowOrigin(key, row);
    }

    @Override
    public boolean retryable() {
        return false;
    }
}
