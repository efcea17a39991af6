package io.convergence.curated;

import io.convergence.ConvergenceException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The curated table's files cannot be read or written as what they should be; says which, and why. The published table is unchanged. */
public final class CuratedTableException extends ConvergenceException {
    private static final long serialVersionUID = 1L;

    private final String key;
    private final String why;

    private CuratedTableException(String key, String why, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.key = key;
        this.why = why;
    }

    private CuratedTableException(String message, @Nullable Throwable cause) {
        this("", message, message, cause);
    }

    static CuratedTableException unreadable(String key, String reason, @Nullable Throwable cause) {
        return new CuratedTableException(
                key,
                reason,
                "Cannot read curated file '" + key + "': " + reason
                        + " Restore the file, or rebuild the table from its raw files.",
                cause);
    }

    static CuratedTableException unwritable(String key, String reason, String advice, @Nullable Throwable cause) {
        return new CuratedTableException("Cannot write curated file '" + key + "': " + reason + " " + advice, cause);
    }

    /** @param what could not be done, with the place */
    static CuratedTableException spill(String what, IOException cause) {
        return new CuratedTableException(
                "Cannot " + what + ": " + cause
                        + ". Make room there, or name another folder for temporary files"
                        + " (SnapshotSettings.withSpillFolder), or give the merge more memory (MergeOptions.memory).",
                cause);
    }

    static CuratedTableException schema(String reason, String advice) {
        return new CuratedTableException("Cannot change the published columns: " + reason + " " + advice, null);
    }

    static CuratedTableException partitioning(String message) {
        return new CuratedTableException(message, null);
    }

    /** The file; empty if it is about none. */
    String key() {
        return key;
    }

    /** The middle of the message of a file that cannot be read; else all of it. */
    String why() {
        return why;
    }

    @Override
    public boolean retryable() {
        return false;
    }
}
