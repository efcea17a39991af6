package io.convergence.store;

import org.jspecify.annotations.Nullable;

/** The store refused access (403), e.g. missing permission, wrong bucket owner or denied key. */
public final class StoreAccessException extends StoreException {
    private static final long serialVersionUID = 1L;

    public StoreAccessException(String key, String message, @Nullable Throwable cause) {
        super(key, message, cause);
    }

    @Override
    public boolean retryable() {
        return false;
    }
}
