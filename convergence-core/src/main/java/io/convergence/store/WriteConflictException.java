package io.convergence.store;

import org.jspecify.annotations.Nullable;

/**
 * A racing write to the same key was in flight (409): another's, or an earlier try of this very call that a client repeated
 * because its answer was late, which then takes effect. Repeat a put; start a multipart upload again.
 */
public final class WriteConflictException extends StoreException {
    private static final long serialVersionUID = 1L;

    public WriteConflictException(String key, String message, @Nullable Throwable cause) {
        super(key, message, cause);
    }

    @Override
    public boolean retryable() {
        return true;
    }
}
