package io.convergence.store.internal.pages;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/** A page is not what its header or its column chunk says. The message is a part of a sentence; the caller knows file and column. */
public final class DamagedPageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public DamagedPageException(String why) {
        this(why, null);
    }

    public DamagedPageException(String why, @Nullable Throwable cause) {
        super(why, cause);
    }

    public String why() {
        return requireNonNull(getMessage());
    }
}
