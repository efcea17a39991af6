package io.convergence.raw;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What comparing the rows at the start of a run with those before it told (rule S3). Immutable.
 *
 * @param key of the file the run would start with
 * @param rows how many rows at the start repeat earlier ones; for HELD how many were compared
 * @param untilKey the file that holds the first row that is no replay, or the last file of the replay; null unless REPLAYED
 * @param untilRow rows of that file before this number are replays; {@link PlacedFile#ALL_ROWS} for all
 * @param open whether more rows of the run could make more of it a replay
 * @param firstTime of the first row; null if it was not read or has none
 * @param nextTime of the first row that is no replay; null if there is none, or it was not read
 * @param why for people; empty if there is nothing to say
 */
public record ReplayVerdict(
        String key,
        Kind kind,
        long rows,
        @Nullable String untilKey,
        long untilRow,
        boolean open,
        @Nullable Instant firstTime,
        @Nullable Instant nextTime,
        String why) {
    /** What the rows are. */
    public enum Kind {
        /** The first row repeats nothing. */
        NONE,
        /** The first rows are a replay: dropped and counted. */
        REPLAYED,
        /** All rows so far repeat earlier ones, but not up to the last of those: neither applied nor dropped, more is to come. */
        HELD,
        /** The rows before, or those of the run, are not to be had, so nobody can tell: a dispute. */
        UNKNOWN
    }

    public ReplayVerdict {
        requireNonNull(key, "key");
        requireNonNull(kind, "kind");
        requireNonNull(why, "why");
        if ((kind == Kind.REPLAYED) != (untilKey != null)) {
            throw new IllegalArgumentException(
                    "Cannot say of '" + key + "' that it is " + kind + " until " + untilKey + ".");
        }
    }

    /** @param firstTime of the first row; null if it has none or was not read */
    public static ReplayVerdict none(String key, @Nullable Instant firstTime) {
        return new ReplayVerdict(key, Kind.NONE, 0, null, 0, false, firstTime, null, "");
    }

    public static ReplayVerdict held(String key, long rows, @Nullable Instant firstTime) {
        return new ReplayVerdict(key, Kind.HELD, rows, null, 0, true, firstTime, null, "");
    }

    public static ReplayVerdict unknown(String key, String why) {
        return new ReplayVerdict(key, Kind.UNKNOWN, 0, null, 0, true, null, null, why);
    }

    /** A replay that ends before a row of a file, or with that file. */
    public static ReplayVerdict replayed(
            String key,
            long rows,
            String untilKey,
            long untilRow,
            boolean open,
            @Nullable Instant firstTime,
            @Nullable Instant nextTime) {
        return new ReplayVerdict(key, Kind.REPLAYED, rows, untilKey, untilRow, open, firstTime, nextTime, "");
    }
}
