package io.convergence.compact;

import io.convergence.ConvergenceException;
import org.jspecify.annotations.Nullable;

/** A file cannot be compacted, or what was written is not what was read. Nothing was committed. */
public final class CompactionException extends ConvergenceException {
    private static final long serialVersionUID = 1L;

    private final String key;

    CompactionException(String key, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.key = key;
    }

    static CompactionException unreadable(String key, String why, @Nullable Throwable cause) {
        return new CompactionException(
                key,
                "Cannot compact '" + key + "': " + why
                        + ". Nothing was committed; restore the file or reload the table.",
                cause);
    }

    static CompactionException wrong(String key, String why) {
        return new CompactionException(
                key,
                "Cannot commit compacted file '" + key + "': " + why
                        + ". Nothing was committed and the raw files stay as they are; compact again, and report it if it happens twice.",
                null);
    }

    /** The raw or compacted file. */
    public String key() {
        return key;
    }

    @Override
    public boolean retryable() {
        return false;
    }
}
