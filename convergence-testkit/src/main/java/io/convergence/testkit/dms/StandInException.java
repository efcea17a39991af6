package io.convergence.testkit.dms;

import io.convergence.ConvergenceException;
import org.jspecify.annotations.Nullable;

/** The stand-in could not replicate: its database, its store or a value failed it. Its work ends with the first of these. */
public final class StandInException extends ConvergenceException {
    private static final long serialVersionUID = 1L;

    StandInException(String message) {
        super(message);
    }

    StandInException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** Always false: start a new stand-in. */
    @Override
    public boolean retryable() {
        return false;
    }
}
