package io.convergence.store;

import io.convergence.ConvergenceException;
import org.jspecify.annotations.Nullable;

/** A store call failed; {@link #key()} says for which object or prefix. */
public abstract class StoreException extends ConvergenceException {
    private static final long serialVersionUID = 1L;

    private final String key;

    protected StoreException(String key, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.key = key;
    }

    /** The object key or prefix the call was about. */
    public String key() {
        return key;
    }
}
