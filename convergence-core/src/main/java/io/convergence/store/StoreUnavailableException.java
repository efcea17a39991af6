package io.convergence.store;

import org.jspecify.annotations.Nullable;

/** The store did not answer in time or answered 5xx. The outcome of a write is then unknown: read before concluding anything. */
public final class StoreUnavailableException extends StoreException {
    private static final long serialVersionUID = 1L;

    public StoreUnavailableException(String key, String message, @Nullable Throwable cause) {
        super(key, message, cause);
    }

    @Override
    public boolean retryable() {
        return true;
    }
}
