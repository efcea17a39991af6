package io.convergence.store;

import org.jspecify.annotations.Nullable;

/** The object does not exist (404). */
public final class ObjectNotFoundException extends StoreException {
    private static final long serialVersionUID = 1L;

    public ObjectNotFoundException(String key, String message, @Nullable Throwable cause) {
        super(key, message, cause);
    }

    @Override
    public boolean retryable() {
        return false;
    }
}
