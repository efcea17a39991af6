package io.convergence.pipeline;

import io.convergence.change.CellState;
import io.convergence.change.ChangeBatch;
import io.convergence.change.ChangeCursor;
import io.convergence.change.ChangeReader;
import io.convergence.change.ChangeRecord;
import io.convergence.change.Operation;
import io.convergence.change.RowImage;
import io.convergence.ledger.LedgerSnapshot;
import io.convergence.ledger.RawSource;
import io.convergence.raw.FileContext;
import io.convergence.raw.Parsed;
import io.convergence.raw.PlacedFile;
import io.convergence.raw.RawFile;
import io.convergence.raw.ReplayCheck;
import io.convergence.raw.ReplayVerdict;
import io.convergence.raw.RunBoundary;
import io.convergence.raw.TimelineFile;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Tells replays by their content (rule S3): reads the rows on both sides of a boundary, from raw files or from compacted
 * ones that hold their rows. What a published table rests on is not read again, unless a file came late between. Holds
 * 16 bytes for each row it compares, and 20 more for each row of a run's start. Not thread-safe.
 */
final class ReplayFinder implements ReplayCheck {
    /** Hashes of files that are kept for the next boundary, which mostly has the same ones before it. */
    private static final int KEPT_ROWS = 4_000_000;

    private static final long UNTIMED = Long.MIN_VALUE;

    private static final FileContext ANYWHERE = new FileContext(FileContext.NO_LOAD, FileContext.NO_LOAD);

    private final TableSetup setup;
    private final ChangeReader rawReader;
    private final ChangeReader lakeReader;
    private final LedgerSnapshot snapshot;
    private final Set<String> there;
    private final ReplayNotes published;
    private final boolean log;
    private final Map<String, RowHashes> kept = new HashMap<>();
    private long keptRows;

    /**
     * @param there keys of all files that are placed
     * @param log whether the table is kept as a change log
     */
    ReplayFinder(
            TableSetup setup,
            ChangeReader rawReader,
            ChangeReader lakeReader,
            LedgerSnapshot snapshot,
            Set<String> there,
            boolean log) {
        this.setup = setup;
        this.rawReader = rawReader;
        this.lakeReader = lakeReader;
        this.snapshot = snapshot;
        this.there = there;
        this.published = ReplayNotes.published(snapshot);
        this.log = log;
    }

    /** The rows of a run's start. */
    private static final class Head {
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

        void place(long rowInFile, @Nullable Instant time) {
            int row = hashes.size();
            if (row == rowsInFile.length) {
                rowsInFile = Arrays.copyOf(rowsInFile, Math.multiplyExact(row, 2));
                times = Arrays.copyOf(times, 2 * row);
            }
            rowsInFile[row] = rowInFile;
            times[row] = time == null ? UNTIMED : ChronoUnit.MICROS.between(Instant.EPOCH, time);
        }

        /** The row behind this many of them; null if it was not read. */
        @Nullable
        Place behind(int rows) {
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

    /** A row. */
    private record Place(String key, long row, @Nullable Instant time) {}

    @Override
    public ReplayVerdict at(RunBoundary boundary) {
        Optional<ReplayVerdict> known = known(boundary);
        if (known.isPresent()) {
            return known.get();
        }

        Instant begins = boundary.begins();
        Optional<RawSource> gone = gone(boundary, begins);
        if (gone.isPresent()) {
            return ReplayVerdict.unknown(
                    boundary.key(),
                    "'" + gone.get().key()
                            + "', whose changes may be the same, is gone, and no compacted file has its rows");
        }
        return compare(boundary);
    }

    /** What the published table rests on, unless files that it does not hold have a say. */
    private Optional<ReplayVerdict> known(RunBoundary boundary) {
        TimelineFile first = boundary.head().get(0);
        boolean settled = snapshot.isApplied(first.file().stat())
                && boundary.tail().stream()
                        .allMatch(file -> snapshot.isApplied(file.file().stat()));
        if (!settled) {
            return Optional.empty();
        }

        ReplayVerdict verdict = published.replays().get(boundary.key());
        if (verdict == null) {
            return Optional.of(ReplayVerdict.none(boundary.key(), null));
        }
        for (TimelineFile file : boundary.head()) {
            if (file.evidence().rows() > 0 && !snapshot.isApplied(file.file().stat())) {
                return Optional.empty();
            }
            if (file.file().key().equals(verdict.untilKey()) && !verdict.open()) {
                return Optional.of(verdict);
            }
        }
        return Optional.of(verdict);
    }

    /** A file that the log knows, that is not there, and that may hold rows which came again. */
    private Optional<RawSource> gone(RunBoundary boundary, Instant begins) {
        Instant until = ((RawFile.Changes) boundary.head().get(0).file()).instant();
        Instant from = ((RawFile.Changes) boundary.tail().get(0).file()).instant();
        return Stream.concat(snapshot.appliedSources().stream(), snapshot.compactedSources().stream())
                .filter(source -> !there.contains(source.key()))
                .filter(source -> source.evidence().rows() > 0
                        && (source.evidence().largest().isEmpty()
                                || !source.evidence().largest().get().isBefore(begins)))
                .filter(source -> setup.layout().parse(source.stat()) instanceof Parsed.Data data
                        && data.file() instanceof RawFile.Changes changes
                        && changes.instant().isBefore(until)
                        && changes.instant().isAfter(from.minus(setup.timeline().tail())))
                .findFirst();
    }

    private ReplayVerdict compare(RunBoundary boundary) {
        long tailRows = boundary.tail().stream()
                .mapToLong(file -> file.evidence().rows())
                .sum();
        Head head = head(boundary, tailRows);
        int rows = head.hashes.size();
        if (rows == 0) {
            return ReplayVerdict.none(boundary.key(), head.first);
        }

        List<RowHashes> tail = tail(boundary.tail());
        Overlap overlap = Overlap.of(head.hashes, tail);
        boolean whole = head.next == null;
        if (whole && overlap.inside() && overlap.toEnd() < rows && !boundary.endsRestarted()) {
            return ReplayVerdict.held(boundary.key(), rows, head.first);
        }
        boolean cutTransaction = overlap.toEnd() < rows && boundary.passed() && !boundary.certain();
        if (whole && overlap.inside() && !cutTransaction) {
            return repeated(boundary, head, rows, !boundary.endsRestarted());
        }
        if (overlap.toEnd() > 0) {
            return repeated(boundary, head, overlap.toEnd(), false);
        }
        return brokenOff(boundary, head, tail, overlap.anywhere());
    }

    /**
     * Rows that are equal up to the last before them. If they begin at the very commit time that those end with, a transaction
     * that was cut between equal rows looks the same, but for a stop of the files between. Which it is matters where each
     * row counts, and to key changes: other rows come to the same state whether they are applied once or twice.
     */
    private ReplayVerdict repeated(RunBoundary boundary, Head head, int rows, boolean open) {
        Instant first = head.first;
        boolean maybeCut = !boundary.certain() && first != null && !first.isBefore(boundary.latest());
        if (!maybeCut || (!log && head.firstMove >= rows)) {
            return replayed(boundary, head, rows, open);
        }

        Duration interval = setup.timeline().batchInterval();
        if (interval != null && boundary.pause().compareTo(interval.multipliedBy(2)) > 0) {
            return replayed(boundary, head, rows, open);
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
    private ReplayVerdict brokenOff(RunBoundary boundary, Head head, List<RowHashes> tail, int matched) {
        int complete = head.ends.values().stream().filter(end -> end <= matched).reduce(0, Math::max);
        if (complete == 0) {
            return ReplayVerdict.none(boundary.key(), head.first);
        }

        Place next = head.behind(complete);
        boolean believed = boundary.certain()
                || isBefore(head.first, boundary.latest())
                || (next != null && isBefore(next.time(), boundary.latest()));
        if (!believed && complete < head.hashes.size()) {
            Overlap behind = Overlap.of(head.hashes.from(complete), tail);
            if (behind.toEnd() > 0 || behind.inside()) {
                return repeated(boundary, head, complete, false);
            }
        }
        return believed ? replayed(boundary, head, complete, false) : ReplayVerdict.none(boundary.key(), head.first);
    }

    private static boolean isBefore(@Nullable Instant time, Instant other) {
        return time != null && time.isBefore(other);
    }

    private static ReplayVerdict replayed(RunBoundary boundary, Head head, int rows, boolean open) {
        for (Map.Entry<String, Integer> end : head.ends.entrySet()) {
            if (end.getValue() == rows) {
                return ReplayVerdict.replayed(
                        boundary.key(), rows, end.getKey(), PlacedFile.ALL_ROWS, open, head.first, null);
            }
        }

        Place next = head.behind(rows);
        if (next == null) {
            throw new IllegalStateException(
                    "Cannot tell where the replay of " + rows + " rows in '" + boundary.key() + "' ends.");
        }
        return ReplayVerdict.replayed(boundary.key(), rows, next.key(), next.row(), open, head.first, next.time());
    }

    /** Rows that are not newer than all before them, and the one behind those. */
    private Head head(RunBoundary boundary, long most) {
        Head head = new Head();
        RowDigest digest = new RowDigest();
        for (TimelineFile source : boundary.head()) {
            if (source.evidence().rows() == 0) {
                continue;
            }
            PlacedFile file = new PlacedFile(source.file(), source.evidence(), ANYWHERE);
            boolean ended = read(List.of(file), change -> {
                Instant time = RowHashes.timeOf(change);
                head.first = head.first == null ? time : head.first;
                head.last = change.origin().key();
                if (head.hashes.size() >= most || (time != null && time.isAfter(boundary.latest()))) {
                    head.next = new Place(head.last, change.origin().row(), time);
                    return false;
                }
                if (moves(change)) {
                    head.firstMove = Math.min(head.firstMove, head.hashes.size());
                }
                head.place(change.origin().row(), time);
                digest.add(change, head.hashes);
                return true;
            });
            if (!ended) {
                break;
            }
            head.ends.put(file.key(), head.hashes.size());
        }
        return head;
    }

    /** Without before-images nobody can tell, and the merge moves no row either. */
    private boolean moves(ChangeRecord change) {
        RowImage before = change.operation() == Operation.UPDATE ? change.before().orElse(null) : null;
        if (before == null) {
            return false;
        }
        RowImage image = change.image();
        return setup.key().stream().anyMatch(column -> {
            int old = before.indexOf(column);
            int now = image.indexOf(column);
            return old >= 0
                    && before.state(old) == CellState.PRESENT
                    && now >= 0
                    && image.state(now) == CellState.PRESENT
                    && !before.value(old).equals(image.value(now));
        });
    }

    private List<RowHashes> tail(List<PlacedFile> files) {
        List<PlacedFile> missing =
                files.stream().filter(file -> !kept.containsKey(keptAs(file))).toList();
        if (!missing.isEmpty()) {
            Map<String, RowHashes> read = new HashMap<>();
            Map<String, Long> replayed = new HashMap<>();
            missing.forEach(file -> {
                read.put(file.key(), new RowHashes());
                replayed.put(file.key(), file.replayedRows());
            });
            RowDigest digest = new RowDigest();
            read(missing, change -> {
                String key = change.origin().key();
                if (change.origin().row() >= replayed.getOrDefault(key, 0L)) {
                    digest.add(change, read.computeIfAbsent(key, any -> new RowHashes()));
                }
                return true;
            });
            long rows = read.values().stream().mapToLong(RowHashes::size).sum();
            if (keptRows + rows > KEPT_ROWS) {
                kept.keySet().retainAll(files.stream().map(ReplayFinder::keptAs).toList());
                keptRows = kept.values().stream().mapToLong(RowHashes::size).sum();
            }
            missing.forEach(file -> kept.put(keptAs(file), read.get(file.key())));
            keptRows += rows;
        }
        return files.stream().map(file -> kept.get(keptAs(file))).toList();
    }

    /** Other rows of it may be replays than before. */
    private static String keptAs(PlacedFile file) {
        return file.replayedRows() + " " + file.key();
    }

    /** @return whether all rows were taken */
    private boolean read(List<PlacedFile> files, Predicate<ChangeRecord> taker) {
        ChangeSources sources = ChangeSources.of(files, snapshot);
        Map<String, FileContext> contexts = new HashMap<>();
        files.forEach(file -> contexts.put(file.key(), ANYWHERE));
        for (ChangeSources.Compacted file : sources.compacted()) {
            if (!drain(lakeReader.openCompacted(file.file().stat(), contexts, file.skipped()), taker)) {
                return false;
            }
        }
        for (PlacedFile file : sources.raw()) {
            if (!drain(rawReader.open(file.file(), ANYWHERE), taker)) {
                return false;
            }
        }
        return true;
    }

    private static boolean drain(ChangeCursor cursor, Predicate<ChangeRecord> taker) {
        try (cursor) {
            for (Optional<ChangeBatch> batch = cursor.next(); batch.isPresent(); batch = cursor.next()) {
                for (ChangeRecord change : batch.get()) {
                    if (!taker.test(change)) {
                        return false;
                    }
                }
            }
        }
        return true;
    }
}
