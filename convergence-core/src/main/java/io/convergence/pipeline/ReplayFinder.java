package io.convergence.pipeline;

import io.convergence.change.ChangeBatch;
import io.convergence.change.ChangeCursor;
import io.convergence.change.ChangeReader;
import io.convergence.change.ChangeRecord;
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
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Tells replays by their content (rule S3): reads the rows on both sides of a boundary, from raw files or from compacted
 * ones that hold their rows. What a published table rests on is not read again, unless a file came late between. Holds
 * 16 bytes for each row it compares, and 20 more for each row of a run's start. Not thread-safe.
 */
final class ReplayFinder implements ReplayCheck {
    /** Hashes of files that are kept for the next boundary, which mostly has the same ones before it. */
    private static final int KEPT_ROWS = 4_000_000;

    private static final FileContext ANYWHERE = new FileContext(FileContext.NO_LOAD, FileContext.NO_LOAD);

    private final TableSetup setup;
    private final ChangeReader rawReader;
    private final ChangeReader lakeReader;
    private final LedgerSnapshot snapshot;
    private final Set<String> there;
    private final boolean log;
    private final ReplayNotes published;
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
        this.log = log;
        this.published = ReplayNotes.published(snapshot);
    }

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
        var cuts = new ReplayComparison.Cuts(log, setup.key(), setup.timeline().batchInterval());
        var comparison = new ReplayComparison(boundary, tailRows, cuts);
        read(boundary, comparison);
        return comparison.hasRows() ? comparison.with(tail(boundary.tail())) : comparison.withNothing();
    }

    private void read(RunBoundary boundary, ReplayComparison comparison) {
        for (TimelineFile source : boundary.head()) {
            if (source.evidence().rows() == 0) {
                continue;
            }
            PlacedFile file = new PlacedFile(source.file(), source.evidence(), ANYWHERE);
            if (!read(List.of(file), comparison::takes)) {
                break;
            }
            comparison.ended(file.key());
        }
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
