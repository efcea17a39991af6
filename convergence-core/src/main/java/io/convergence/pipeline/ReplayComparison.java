package io.convergence.pipeline;

import io.convergence.change.CellState;
import io.convergence.change.ChangeRecord;
import io.convergence.change.Operation;
import io.convergence.change.RowImage;
import io.convergence.raw.PlacedFile;
import io.convergence.raw.ReplayVerdict;
import io.convergence.raw.RunBoundary;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Compares the rows behind a boundary, the head, with those before it (rule S3), without reading any: the head's rows are shown in
 * order as long as they are taken. Holds 36 bytes for each. Not thread-safe.
 */
final class ReplayComparison {
    private static final long UNTIMED = Long.MIN_VALUE;

    private final RunBoundary boundary;
    private final long most;
    private final Cuts cuts;
    private final RowDigest digest = new RowDigest();
    private final RowHashes hashes = new RowHashes();
    /** How many rows there are up to the end of each file that was read to its end. */
    private final Map<String, Integer> ends = new LinkedHashMap<>();

    private String last = "";
    private long[] rowsInFile = new long[64];
    private long[] times = new long[64];
    private @Nullable Instant first;
    /** The first row that changes a key. */
    private int firstMove = Integer.MAX_VALUE;

    private @Nullable Place next;

    /**
     * What a transaction means that may have been cut between equal rows.
     *
     * @param log whether each row counts, as in a change log
     * @param key names of the key columns
     * @param interval between two files of a task that writes on; null if not known
     */
    record Cuts(boolean log, List<String> key, @Nullable Duration interval) {
        Cuts {
            key = List.copyOf(key);
        }
    }

    /** @param most rows that can repeat earlier ones: as many as there are */
    ReplayComparison(RunBoundary boundary, long most, Cuts cuts) {
        this.boundary = boundary;
        this.most = most;
        this.cuts = cuts;
    }

    /** A row. */
    private record Place(String key, long row, @Nullable Instant time) {}

    /** Takes the next row of the head, unless it is newer than all before the boundary: then the head is over. */
    boolean takes(ChangeRecord change) {
        Instant time = RowHashes.timeOf(change);
        first = first == null ? time : first;
        last = change.origin().key();
        if (hashes.size() >= most || (time != null && time.isAfter(boundary.latest()))) {
            next = new Place(last, change.origin().row(), time);
            return false;
        }
        if (moves(change)) {
            firstMove = Math.min(firstMove, hashes.size());
        }
        place(change.origin().row(), time);
        digest.add(change, hashes);
        return true;
    }

    private void place(long rowInFile, @Nullable Instant time) {
        int row = hashes.size();
        if (row == rowsInFile.length) {
            rowsInFile = Arrays.copyOf(rowsInFile, Math.multiplyExact(row, 2));
            times = Arrays.copyOf(times, 2 * row);
        }
        rowsInFile[row] = rowInFile;
        times[row] = time == null ? UNTIMED : ChronoUnit.MICROS.between(Instant.EPOCH, time);
    }

    /** All rows of a file were taken. */
    void ended(String key) {
        ends.put(key, hashes.size());
    }

    boolean hasRows() {
        return hashes.size() > 0;
    }

    /** The verdict where no row can repeat another. */
    ReplayVerdict withNothing() {
        return ReplayVerdict.none(boundary.key(), first);
    }

    /** @param tail the rows before the boundary, in order, in pieces */
    ReplayVerdict with(List<RowHashes> tail) {
        int rows = hashes.size();
        Overlap overlap = Overlap.of(hashes, tail);
        boolean whole = next == null;
        if (whole && overlap.inside() && overlap.toEnd() < rows && !boundary.endsRestarted()) {
            return ReplayVerdict.held(boundary.key(), rows, first);
        }
        boolean cutTransaction = overlap.toEnd() < rows && boundary.passed() && !boundary.certain();
        if (whole && overlap.inside() && !cutTransaction) {
            return repeated(rows, !boundary.endsRestarted());
        }
        if (overlap.toEnd() > 0) {
            return repeated(overlap.toEnd(), false);
        }
        return brokenOff(tail, overlap.anywhere());
    }

    /**
     * Rows that are equal up to the last before them. If they begin at the very commit time that those end with, a transaction
     * that was cut between equal rows looks the same, but for a stop of the files between. Which it is matters where each
     * row counts, and to key changes: other rows come to the same state whether they are applied once or twice.
     */
    private ReplayVerdict repeated(int rows, boolean open) {
        boolean maybeCut = !boundary.certain() && first != null && !first.isBefore(boundary.latest());
        if (!maybeCut || (!cuts.log() && firstMove >= rows)) {
            return replayed(rows, open);
        }

        Duration interval = cuts.interval();
        if (interval != null && boundary.pause().compareTo(interval.multipliedBy(2)) > 0) {
            return replayed(rows, open);
        }
        return ReplayVerdict.unknown(
                boundary.key(),
                "a transaction that was cut between " + rows + " equal rows looks the same, and "
                        + (interval == null
                                ? "the batch interval is not known (TimelineOptions.withBatchInterval, or the spec), which would tell a stop of the files"
                                : "the files follow each other within twice the batch interval of " + interval
                                        + ", so that no stop shows between them"));
    }

    /**
     * A task that stopped while it wrote changes again leaves files that repeat earlier rows up to somewhere, and begins
     * once more. Without a restart of the counter that is believed only where time went back or the rows behind repeat
     * earlier ones too: rows that a transaction writes twice look the same.
     */
    private ReplayVerdict brokenOff(List<RowHashes> tail, int matched) {
        int complete = ends.values().stream().filter(end -> end <= matched).reduce(0, Math::max);
        if (complete == 0) {
            return ReplayVerdict.none(boundary.key(), first);
        }

        Place behind = behind(complete);
        boolean believed = boundary.certain()
                || isBefore(first, boundary.latest())
                || (behind != null && isBefore(behind.time(), boundary.latest()));
        if (!believed && complete < hashes.size()) {
            Overlap rest = Overlap.of(hashes.from(complete), tail);
            if (rest.toEnd() > 0 || rest.inside()) {
                return repeated(complete, false);
            }
        }
        return believed ? replayed(complete, false) : ReplayVerdict.none(boundary.key(), first);
    }

    /** Without before-images nobody can tell, and the merge moves no row either. */
    private boolean moves(ChangeRecord change) {
        RowImage before =
                change.operation() == Operation.UPDATE ? change.before().orElse(null) : null;
        if (before == null) {
            return false;
        }
        RowImage image = change.image();
        return cuts.key().stream().anyMatch(column -> {
            int old = before.indexOf(column);
            int now = image.indexOf(column);
            return old >= 0
                    && before.state(old) == CellState.PRESENT
                    && now >= 0
                    && image.state(now) == CellState.PRESENT
                    && !before.value(old).equals(image.value(now));
        });
    }

    private static boolean isBefore(@Nullable Instant time, Instant other) {
        return time != null && time.isBefore(other);
    }

    private ReplayVerdict replayed(int rows, boolean open) {
        for (Map.Entry<String, Integer> end : ends.entrySet()) {
            if (end.getValue() == rows) {
                return ReplayVerdict.replayed(
                        boundary.key(), rows, end.getKey(), PlacedFile.ALL_ROWS, open, first, null);
            }
        }

        Place behind = behind(rows);
        if (behind == null) {
            throw new IllegalStateException(
                    "Cannot tell where the replay of " + rows + " rows in '" + boundary.key() + "' ends.");
        }
        return ReplayVerdict.replayed(boundary.key(), rows, behind.key(), behind.row(), open, first, behind.time());
    }

    /** The row behind this many of them; null if it was not read. */
    private @Nullable Place behind(int rows) {
        if (rows >= hashes.size()) {
            return next;
        }

        String key = ends.entrySet().stream()
                .filter(end -> rows < end.getValue())
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse(last);
        Instant time = times[rows] == UNTIMED ? null : Instant.EPOCH.plus(times[rows], ChronoUnit.MICROS);
        return new Place(key, rowsInFile[rows], time);
    }
}
