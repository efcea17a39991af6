package io.convergence.compact;

import io.convergence.ConvergenceException;
import org.jspecify.annotations.Nullable;

/** A file cannot be compacted, or what was written is not what was read. Nothing was committed. */
public final class CompactionException extends ConvergenceException {
    private static final long serialVersionUID = 1L;

    private final String key;
    private final String why;

    private CompactionException(String key, String why, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.key = key;
        this.why = why;
    }

    static CompactionException unreadable(String key, String why, @Nullable Throwable cause) {
        return new CompactionException(
                key,
                why,
                "Cannot compact '" + key + "': " + why
                        + ". Nothing was committed; restore the file or reload the table.",
                cause);
    }

    static CompactionException wrong(String key, String why) {
        return new CompactionException(
                key,
                why,
                "Cannot commit compacted file '" + key + "': " + why
                        + ". Nothing was committed and the raw files stay as they are; compact again, and report it if it happens twice.",
                null);
    }

    /** A compacted file that the ledger refers to is gone or another. */
    static CompactionException lost(String key, String why, Throwable cause) {
        return new CompactionException(
                key,
                why,
                "Cannot compact '" + key + "' again: this compacted file " + why
                        + ", although the ledger refers to it. Nothing was committed; restore the object before anything else, its rows may be nowhere else.",
                cause);
    }

    /** The raw or compacted file. */
    public String key() {
        return key;
    }

    /** The middle of the message, for one that says it of a table that nobody is compacting. */
    String why() {
        return why;
    }

    @Override
    public boolean retryable() {
        return false;
    }
}
