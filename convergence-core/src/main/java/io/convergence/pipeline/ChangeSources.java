package io.convergence.pipeline;

import io.convergence.change.ChangeBatch;
import io.convergence.change.ChangeCursor;
import io.convergence.change.ChangeReader;
import io.convergence.change.ChangeRecord;
import io.convergence.change.ChangeSequence;
import io.convergence.ledger.LedgerEntry;
import io.convergence.ledger.LedgerFile;
import io.convergence.ledger.RawSource;
import io.convergence.pipeline.ProgressListener.Step;
import io.convergence.raw.DeclaredLoads;
import io.convergence.raw.FileContext;
import io.convergence.raw.PlacedFile;
import io.convergence.raw.TableTimeline;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The physical files that hold the changes of some raw files: the raw files themselves, or compacted ones in their
 * stead (rule S18). Immutable.
 *
 * @param raw to be read as they are
 * @param compacted to be read in place of raw files
 */
record ChangeSources(List<PlacedFile> raw, List<Compacted> compacted) {
    /**
     * @param firstWanted key of the first raw file inside that is wanted
     * @param skipped raw files inside that are not wanted
     */
    record Compacted(LedgerFile file, String firstWanted, Set<String> skipped) {}

    static ChangeSources of(Collection<PlacedFile> wanted, Landing landing) {
        Map<String, PlacedFile> byKey = new LinkedHashMap<>();
        wanted.forEach(file -> byKey.put(file.key(), file));
        List<Compacted> compacted = new ArrayList<>();
        for (LedgerEntry.CompactedFile output : landing.snapshot().compacted()) {
            Set<String> skipped = new LinkedHashSet<>();
            List<String> held = new ArrayList<>();
            for (RawSource source : output.sources()) {
                PlacedFile file = byKey.get(source.key());
                if (file != null && source.same(file.file().stat())) {
                    held.add(source.key());
                } else {
                    skipped.add(source.key());
                }
            }
            if (!held.isEmpty()) {
                compacted.add(new Compacted(output.file(), held.get(0), Set.copyOf(skipped)));
                held.forEach(byKey::remove);
            }
        }

        return new ChangeSources(List.copyOf(byKey.values()), List.copyOf(compacted));
    }

    int files() {
        return raw.size() + compacted.size();
    }

    long bytes() {
        return raw.stream().mapToLong(file -> file.file().stat().size()).sum()
                + compacted.stream().mapToLong(file -> file.file().size()).sum();
    }

    /** Hands every change over once, in the order of the files. A compacted file's columns go by the first raw file wanted of it. */
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
        for (Compacted file : compacted) {
            try (ChangeCursor cursor = lakeReader.openCompacted(file.file().stat(), contexts, file.skipped())) {
                drain(cursor, beginning, into);
                into.took(file.firstWanted(), cursor.columns(), cursor.counts());
            }
            listener.progress(setup.table(), Step.READ, ++done, files());
        }
        for (PlacedFile file : raw) {
            try (ChangeCursor cursor = rawReader.open(file.file(), file.context())) {
                drain(cursor, beginning, into);
                into.took(file.key(), cursor.columns(), cursor.counts());
            }
            listener.progress(setup.table(), Step.READ, ++done, files());
        }
    }

    private static void drain(ChangeCursor cursor, DeclaredLoads.@Nullable Beginning beginning, Reading into) {
        Predicate<ChangeRecord> belongs = beginning == null ? change -> true : change -> belongs(change, beginning);
        for (Optional<ChangeBatch> batch = cursor.next(); batch.isPresent(); batch = cursor.next()) {
            ChangeBatch changes = batch.get();
            if (beginning != null) {
                changes.forEach(change -> {
                    if (!belongs.test(change)) {
                        into.passOver(change);
                    }
                });
            }
            into.take(changes, belongs);
        }
    }

    private static boolean belongs(ChangeRecord change, DeclaredLoads.Beginning beginning) {
        return beginning.holds(
                change.timestamp().orElse(null),
                change.sequence().map(ChangeSequence::timePart).orElse(null));
    }
}
