package io.convergence.raw;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What reading a raw file's own content told about its place in time. Compaction keeps it for the files it replaces, so
 * that a timeline is the same whether raw files or compacted ones are read (rule S18).
 *
 * @param rows rows in the file
 * @param firstSequence change sequence of the first row; null without a sequence column or in LOAD rows
 * @param lastSequence change sequence of the last row
 * @param smallestTime smallest value of the timestamp column (arrival time in LOAD rows, commit time in CDC rows); null without that column
 * @param largestTime largest value of the timestamp column
 */
public record FileEvidence(
        long rows,
        @Nullable String firstSequence,
        @Nullable String lastSequence,
        @Nullable Instant smallestTime,
        @Nullable Instant largestTime) {
    public FileEvidence {
        if (rows < 0) {
            throw new IllegalArgumentException("Cannot describe a file of " + rows + " rows.");
        }
        if ((firstSequence == null) != (lastSequence == null) || (smallestTime == null) != (largestTime == null)) {
            throw new IllegalArgumentException("Cannot describe a file by half a range: give both ends or none.");
        }
    }

    public static FileEvidence ofRows(long rows) {
        return new FileEvidence(rows, null, null, null, null);
    }

    public Optional<String> first() {
        return Optional.ofNullable(firstSequence);
    }

    public Optional<String> last() {
        return Optional.ofNullable(lastSequence);
    }

    public Optional<Instant> smallest() {
        return Optional.ofNullable(smallestTime);
    }

    public Optional<Instant> largest() {
        return Optional.ofNullable(largestTime);
    }

    /** The evidence of a file that holds this one's rows followed by {@code next}'s. */
    public FileEvidence followedBy(FileEvidence next) {
        requireNonNull(next, "next");
        return new FileEvidence(
                rows + next.rows,
                firstSequence != null ? firstSequence : next.firstSequence,
                next.lastSequence != null ? next.lastSequence : lastSequence,
                min(smallestTime, next.smallestTime),
                max(largestTime, next.largestTime));
    }

    private static @Nullable Instant min(@Nullable Instant a, @Nullable Instant b) {
        if (a == null || b == null) {
            return a == null ? b : a;
        }
        return a.isBefore(b) ? a : b;
    }

    private static @Nullable Instant max(@Nullable Instant a, @Nullable Instant b) {
        if (a == null || b == null) {
            return a == null ? b : a;
        }
        return a.isAfter(b) ? a : b;
    }
}
