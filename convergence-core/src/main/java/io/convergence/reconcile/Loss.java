package io.convergence.reconcile;

import static java.util.Objects.requireNonNull;

/** A lossy case in one column. */
public record Loss(LossyCase lossyCase, String column) {
    public Loss {
        requireNonNull(lossyCase, "lossyCase");
        requireNonNull(column, "column");
    }

    @Override
    public String toString() {
        return lossyCase + " in column '" + column + "'";
    }
}
