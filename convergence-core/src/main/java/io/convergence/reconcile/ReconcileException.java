package io.convergence.reconcile;

import io.convergence.ConvergenceException;
import org.jspecify.annotations.Nullable;

/** The two sides cannot be compared: one cannot be read, or their columns or keys do not fit. */
public final class ReconcileException extends ConvergenceException {
    private static final long serialVersionUID = 1L;

    public ReconcileException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    @Override
    public boolean retryable() {
        return false;
    }
}
