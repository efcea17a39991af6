package io.convergence.testkit.dms;

import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The counters of DMS's table statistics ({@code FullLoadRows}, {@code Inserts}, {@code Updates}, {@code Deletes},
 * {@code Ddls}, {@code FullLoadStartTime}, {@code FullLoadEndTime}). Immutable.
 *
 * @param updates rows written; dropped ones are in {@link StandInReport}
 * @param ddls changes of the table's columns seen
 */
public record TableStatistics(
        long fullLoadRows,
        long inserts,
        long updates,
        long deletes,
        long ddls,
        @Nullable Instant fullLoadStart,
        @Nullable Instant fullLoadEnd) {
    /** When reading the table began; empty before. */
    public Optional<Instant> fullLoadStartTime() {
        return Optional.ofNullable(fullLoadStart);
    }

    /** When its last LOAD file was written; empty before. */
    public Optional<Instant> fullLoadEndTime() {
        return Optional.ofNullable(fullLoadEnd);
    }
}
