package io.convergence.ledger;

import io.convergence.ConvergenceException;
import org.jspecify.annotations.Nullable;

/** The log cannot be read: a slot is missing or is not what Convergence wrote. */
public final class LedgerException extends ConvergenceException {
    private static final long serialVersionUID = 1L;

    LedgerException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    @Override
    public boolean retryable() {
        return false;
    }
}
