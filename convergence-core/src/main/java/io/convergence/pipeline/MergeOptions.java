package io.convergence.pipeline;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.OptionalLong;

/**
 * What a merge may assume of files that might still come. Immutable.
 *
 * @param settleTime how long, by the store's clock, nothing new must have come before a load counts as complete (rule S6)
 *     and the newest transaction as not cut (rule S7)
 * @param declaration whether the caller declares both, as a one-shot snapshot of a folder does
 * @param expectedLoadRows DMS's {@code FullLoadRows} of the table; -1 if not known
 */
public record MergeOptions(Duration settleTime, Declaration declaration, long expectedLoadRows) {
    public static final Duration DEFAULT_SETTLE_TIME = Duration.ofMinutes(10);

    /** Whether everything is declared to be there. */
    public enum Declaration {
        /** Files may still come. */
        NONE,
        /** All files are there: the load is complete and no transaction is cut. */
        COMPLETE
    }

    public MergeOptions {
        requireNonNull(settleTime, "settleTime");
        requireNonNull(declaration, "declaration");
        if (settleTime.isNegative()) {
            throw new IllegalArgumentException("Cannot settle for " + settleTime + ": it is negative.");
        }
    }

    public static MergeOptions defaults() {
        return new MergeOptions(DEFAULT_SETTLE_TIME, Declaration.NONE, -1);
    }

    public MergeOptions settleTime(Duration time) {
        return new MergeOptions(time, declaration, expectedLoadRows);
    }

    /** Declares that every file is there. */
    public MergeOptions declareComplete() {
        return new MergeOptions(settleTime, Declaration.COMPLETE, expectedLoadRows);
    }

    /** The load is complete when it has this many rows: {@code FullLoadRows} of DMS's table statistics. */
    public MergeOptions fullLoadRows(long rows) {
        if (rows < 0) {
            throw new IllegalArgumentException("Cannot expect " + rows + " rows of a load.");
        }

        return new MergeOptions(settleTime, declaration, rows);
    }

    public OptionalLong fullLoadRows() {
        return expectedLoadRows < 0 ? OptionalLong.empty() : OptionalLong.of(expectedLoadRows);
    }

    boolean declaredComplete() {
        return declaration == Declaration.COMPLETE;
    }
}
