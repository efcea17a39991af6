package io.convergence.pipeline;

import io.convergence.change.ChangeBatch;
import io.convergence.change.ChangeCursor;
import io.convergence.change.ChangeReader;
import io.convergence.change.ChangeRecord;
import io.convergence.change.ChangeSequence;
import io.convergence.change.RowOrigin;
import io.convergence.ledger.LedgerEntry;
import io.convergence.ledger.LedgerFile;
import io.convergence.ledger.LedgerSnapshot;
import io.convergence.ledger.RawSource;
import io.convergence.pipeline.ProgressListener.Step;
import io.convergence.raw.DeclaredLoads;
import io.convergence.raw.FileContext;
import io.convergence.raw.PlacedFile;
import io.convergence.raw.TableTimeline;
import io.convergence.store.internal.ReadAhead;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The physical files that hold the changes of some raw files: the raw files themselves, or compacted ones in their
 * stead (rule S18). Rows that are a replay are not among the changes (rule S3). Immutable.
 *
 * @param raw to be read as they are
 * @param compacted to be read in place of raw files
 * @param replayed rows of files that are nothing but a replay, and are not read
 */
record ChangeSources(List<PlacedFile> raw, List<Compacted> compacted, long replayed) {
    /**
     * @param firstWanted key of the first raw file inside that is wanted
     * @param skipped raw files inside that are not wanted
     * @param replayed for raw files inside that begin with a replay, how many rows of them it takes
     */
    record Compacted(LedgerFile file, String firstWanted, Set<String> skipped, Map<String, Long> replayed) {}

    static ChangeSources of(Collection<PlacedFile> wanted, Landing landing) {
        return of(wanted, landing.snapshot());
    }

    static ChangeSources of(Collection<PlacedFile> wanted, LedgerSnapshot snapshot) {
        Map<String, PlacedFile> byKey = new LinkedHashMap<>();
        long replays = 0;
        for (PlacedFile file : wanted) {
            if (file.isReplay()) {
                replays += file.evidence().rows();
            } else {
                byKey.put(file.key(), file);
            }
        }
        List<Compacted> compacted = new ArrayList<>();
        for (LedgerEntry.CompactedFile output : snapshot.compacted()) {
            Set<String> skipped = new LinkedHashSet<>();
            List<String> held = new ArrayList<>();
            Map<String, Long> replayed = new LinkedHashMap<>();
            for (RawSource source : output.sources()) {
                PlacedFile file = byKey.get(source.key());
                if (file != null && source.same(file.file().stat())) {
                    held.add(source.key());
                    if (file.replayedRows() > 0) {
                        replayed.put(source.key(), file.replayedRows());
                    }
                } else {
                    skipped.add(source.key());
                }
            }
            if (!held.isEmpty()) {
                compacted.add(new Compacted(output.file(), held.get(0), Set.copyOf(skipped), Map.copyOf(replayed)));
                held.forEach(byKey::remove);
            }
        }

        return new ChangeSources(List.copyOf(byKey.values()), List.copyOf(compacted), replays);
    }

    int files() {
        return raw.size() + compacted.size();
    }

    long bytes() {
        return raw.stream().mapToLong(file -> file.file().stat().size()).sum()
                + compacted.stream().mapToLong(file -> file.file().size()).sum();
    }

    /** Hands every change but replayed ones over once, in the order of the files. A compacted file's columns go by the first raw file wanted of it. */
    void read(
            TableSetup setup,
            ChangeReader rawReader,
            ChangeReader lakeReader,
            TableTimeline timeline,
            ProgressListener listener,
            Reading into) {
        Map<String, FileContext> contexts = timeline.contexts();
        DeclaredLoads.Beginning beginning = timeline.beginning().orElse(null);
        long done = 0;
        into.replayed(replayed);
        for (Compacted file : compacted) {
            try (ChangeCursor cursor = lakeReader.openCompacted(file.file().stat(), contexts, file.skipped())) {
                drain(cursor, setup.readAhead(), file.replayed(), beginning, into, into::takeCompacted);
                into.tookCompacted(file.firstWanted(), cursor.columns(), cursor.counts());
            }
            listener.progress(setup.table(), Step.READ, ++done, files());
        }
        for (PlacedFile file : raw) {
            try (ChangeCursor cursor = rawReader.open(file.file(), file.context())) {
                drain(cursor, setup.readAhead(), Map.of(file.key(), file.replayedRows()), beginning, into, into::take);
                into.took(file.key(), cursor.columns(), cursor.counts());
            }
            listener.progress(setup.table(), Step.READ, ++done, files());
        }
    }

    private static void drain(
            ChangeCursor cursor,
            ReadAhead readAhead,
            Map<String, Long> replayed,
            DeclaredLoads.@Nullable Beginning beginning,
            Reading into,
            BiConsumer<ChangeBatch, Predicate<ChangeRecord>> taker) {
        try (var batches = new BatchesAhead(cursor, readAhead)) {
            boolean all = beginning == null && replayed.values().stream().allMatch(rows -> rows == 0);
            for (Optional<ChangeBatch> batch = batches.next(); batch.isPresent(); batch = batches.next()) {
                ChangeBatch changes = batch.get();
                if (all) {
                    taker.accept(changes, change -> true);
                    continue;
                }
                for (ChangeRecord change : changes) {
                    if (beginning != null && !belongs(change, beginning)) {
                        into.passOver(change);
                    } else if (repeats(change, replayed)) {
                        into.replayed(1);
                    }
                }
                taker.accept(
                        changes,
                        change -> (beginning == null || belongs(change, beginning)) && !repeats(change, replayed));
            }
        }
    }

    private static boolean repeats(ChangeRecord change, Map<String, Long> replayed) {
        RowOrigin origin = change.origin();
        return origin.row() < replayed.getOrDefault(origin.key(), 0L);
    }

    private static boolean belongs(ChangeRecord change, DeclaredLoads.Beginning beginning) {
        return beginning.holds(
                change.timestamp().orElse(null),
                change.sequence().map(ChangeSequence::timePart).orElse(null));
    }
}
