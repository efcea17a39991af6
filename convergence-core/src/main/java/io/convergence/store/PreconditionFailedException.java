package io.convergence.store;

import org.jspecify.annotations.Nullable;

/** The condition of a read, write or delete did not hold (412); nothing was changed. */
public final class PreconditionFailedException extends StoreException {
    private static final long serialVersionUID = 1L;

    public PreconditionFailedException(String key, String message, @Nullable Throwable cause) {
        super(key, message, cause);
    }

    @Override
    public boolean retryable() {
        return false;
    }
}
