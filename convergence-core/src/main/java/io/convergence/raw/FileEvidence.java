package io.convergence.raw;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What reading a raw file's own content told about its place in time. Compaction keeps it for the files it replaces, so
 * that a timeline is the same whether raw files or compacted ones are read (rule S18). Immutable and thread-safe.
 */
public final class FileEvidence {
    private static final long NONE = Long.MIN_VALUE;
    private static final int SEQUENCE_DIGITS = 35;
    private static final int TIME_DIGITS = 16;

    // A plan holds millions of these: change sequences and times are kept as numbers, unless they do not fit.
    private final long rows;
    private final long firstTime;
    private final long firstCounter;
    private final long lastTime;
    private final long lastCounter;
    private final long smallestMicros;
    private final long largestMicros;
    private final @Nullable Unpacked unpacked;

    private record Unpacked(
            @Nullable String first,
            @Nullable String last,
            @Nullable Instant smallest,
            @Nullable Instant largest) {}

    /**
     * @param rows rows in the file
     * @param firstSequence change sequence of the first row; null without a sequence column or in LOAD rows
     * @param lastSequence change sequence of the last row
     * @param smallestTime smallest value of the timestamp column (arrival time in LOAD rows, commit time in CDC rows); null without that column
     * @param largestTime largest value of the timestamp column
     */
    public FileEvidence(
            long rows,
            @Nullable String firstSequence,
            @Nullable String lastSequence,
            @Nullable Instant smallestTime,
            @Nullable Instant largestTime) {
        if (rows < 0) {
            throw new IllegalArgumentException("Cannot describe a file of " + rows + " rows.");
        }
        if ((firstSequence == null) != (lastSequence == null) || (smallestTime == null) != (largestTime == null)) {
            throw new IllegalArgumentException("Cannot describe a file by half a range: give both ends or none.");
        }

        boolean fits = fits(firstSequence) && fits(lastSequence) && fits(smallestTime) && fits(largestTime);
        this.rows = rows;
        this.firstTime = fits ? time(firstSequence) : NONE;
        this.firstCounter = fits ? counter(firstSequence) : NONE;
        this.lastTime = fits ? time(lastSequence) : NONE;
        this.lastCounter = fits ? counter(lastSequence) : NONE;
        this.smallestMicros = fits ? micros(smallestTime) : NONE;
        this.largestMicros = fits ? micros(largestTime) : NONE;
        this.unpacked = fits ? null : new Unpacked(firstSequence, lastSequence, smallestTime, largestTime);
    }

    private static boolean fits(@Nullable String sequence) {
        if (sequence == null) {
            return true;
        }
        if (sequence.length() != SEQUENCE_DIGITS) {
            return false;
        }

        for (int i = 0; i < SEQUENCE_DIGITS; i++) {
            if (sequence.charAt(i) < '0' || sequence.charAt(i) > '9') {
                return false;
            }
        }

        return true;
    }

    /** Microseconds are what DMS writes; the range is that of years of four digits, far below what 64 bits hold. */
    private static boolean fits(@Nullable Instant time) {
        return time == null || (time.getNano() % 1_000 == 0 && Math.abs(time.getEpochSecond()) < 1_000_000_000_000L);
    }

    private static long time(@Nullable String sequence) {
        return sequence == null ? NONE : Long.parseLong(sequence, 0, TIME_DIGITS, 10);
    }

    /** Unsigned: 19 digits may exceed 63 bits. */
    private static long counter(@Nullable String sequence) {
        return sequence == null ? NONE : Long.parseUnsignedLong(sequence, TIME_DIGITS, SEQUENCE_DIGITS, 10);
    }

    private static long micros(@Nullable Instant time) {
        return time == null ? NONE : time.getEpochSecond() * 1_000_000 + time.getNano() / 1_000;
    }

    private static @Nullable String sequence(long time, long counter) {
        if (time == NONE) {
            return null;
        }

        StringBuilder text = new StringBuilder(SEQUENCE_DIGITS);
        pad(text, Long.toString(time), TIME_DIGITS);
        pad(text, Long.toUnsignedString(counter), SEQUENCE_DIGITS - TIME_DIGITS);
        return text.toString();
    }

    private static void pad(StringBuilder text, String digits, int length) {
        text.append("0".repeat(length - digits.length())).append(digits);
    }

    private static @Nullable Instant instant(long micros) {
        return micros == NONE
                ? null
                : Instant.ofEpochSecond(Math.floorDiv(micros, 1_000_000L), Math.floorMod(micros, 1_000_000L) * 1_000);
    }

    public static FileEvidence ofRows(long rows) {
        return new FileEvidence(rows, null, null, null, null);
    }

    public long rows() {
        return rows;
    }

    public @Nullable String firstSequence() {
        return unpacked == null ? sequence(firstTime, firstCounter) : unpacked.first();
    }

    public @Nullable String lastSequence() {
        return unpacked == null ? sequence(lastTime, lastCounter) : unpacked.last();
    }

    public @Nullable Instant smallestTime() {
        return unpacked == null ? instant(smallestMicros) : unpacked.smallest();
    }

    public @Nullable Instant largestTime() {
        return unpacked == null ? instant(largestMicros) : unpacked.largest();
    }

    public Optional<String> first() {
        return Optional.ofNullable(firstSequence());
    }

    public Optional<String> last() {
        return Optional.ofNullable(lastSequence());
    }

    public Optional<Instant> smallest() {
        return Optional.ofNullable(smallestTime());
    }

    public Optional<Instant> largest() {
        return Optional.ofNullable(largestTime());
    }

    /** The earliest time known of its changes, by the timestamp column and by the sequence of the first; empty without both. */
    public Optional<Instant> earliest() {
        Optional<Instant> sequenced = first().map(ChangeRuns::time);
        return smallest()
                .map(time -> sequenced.filter(time::isAfter).orElse(time))
                .or(() -> sequenced);
    }

    /**
     * The newest commit: {@link #largest}; without a timestamp column by the change sequences of the first and last row, in hundredths
     * of a second.
     */
    public Optional<Instant> newestCommit() {
        return Optional.ofNullable(ChangeRuns.newest(this));
    }

    /** The evidence of a file that holds this one's rows followed by {@code next}'s. */
    public FileEvidence followedBy(FileEvidence next) {
        requireNonNull(next, "next");
        return new FileEvidence(
                rows + next.rows,
                first().or(next::first).orElse(null),
                next.last().or(this::last).orElse(null),
                min(smallestTime(), next.smallestTime()),
                max(largestTime(), next.largestTime()));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof FileEvidence that
                && rows == that.rows
                && firstTime == that.firstTime
                && firstCounter == that.firstCounter
                && lastTime == that.lastTime
                && lastCounter == that.lastCounter
                && smallestMicros == that.smallestMicros
                && largestMicros == that.largestMicros
                && Objects.equals(unpacked, that.unpacked);
    }

    @Override
    public int hashCode() {
        return Objects.hash(rows, firstCounter, lastCounter, smallestMicros, largestMicros, unpacked);
    }

    @Override
    public String toString() {
        return "FileEvidence[rows=" + rows + ", firstSequence=" + firstSequence() + ", lastSequence=" + lastSequence()
                + ", smallestTime=" + smallestTime() + ", largestTime=" + largestTime() + "]";
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
