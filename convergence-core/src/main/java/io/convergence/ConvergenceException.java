package io.convergence;

import org.jspecify.annotations.Nullable;

/**
 * Root of the faults of data and of input and output. Misuse of the API is reported with the JDK's own
 * {@link IllegalArgumentException}, {@link IllegalStateException} and {@link NullPointerException} instead.
 */
public abstract class ConvergenceException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    protected ConvergenceException(String message) {
        super(message);
    }

    protected ConvergenceException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** Whether the same call may succeed later without any change to its arguments or to the stored data. */
    public abstract boolean retryable();
}
