package io.convergence.compact;

import io.convergence.ConvergenceException;
import io.convergence.TableId;
import org.jspecify.annotations.Nullable;

/**
 * A raw file changed or vanished after the plan was made, as when DMS reloads a table or truncates its folder (rule
 * L4). Nothing was committed. The same plan will fail again: list and plan anew.
 */
public final class SourceChangedException extends ConvergenceException {
    private static final long serialVersionUID = 1L;

    private final TableId table;
    private final String key;

    SourceChangedException(TableId table, String key, String why, @Nullable Throwable cause) {
        super(
                "Cannot compact table " + table + ": its raw file '" + key + "' " + why
                        + " after the plan was made. Nothing was committed; find out whether DMS reloaded or truncated the table, then plan again.",
                cause);
        this.table = table;
        this.key = key;
    }

    public TableId table() {
        return table;
    }

    /** The raw file. */
    public String key() {
        return key;
    }

    @Override
    public boolean retryable() {
        return false;
    }
}
