package io.convergence.merge;

import io.convergence.DataSize;
import io.convergence.change.ChangeRecord;
import io.convergence.curated.CuratedReader;
import io.convergence.curated.PartitionBy;
import io.convergence.curated.Partitioning;
import io.convergence.curated.SnapshotMerge;
import io.convergence.curated.SnapshotSettings;
import io.convergence.ledger.Ledger;
import io.convergence.ledger.LedgerEntry;
import io.convergence.merge.MergeInput.NewestTransaction;
import io.convergence.store.LocalObjectStore;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;

/** Merges a table of many partitions whose rows exceed the heap; for a process with a small one. */
final class ManyPartitions {
    private static final int PARTITIONS = 500;
    private static final int ROWS = 18_000;
    private static final int BYTES_OF_A_ROW = 2_000;
    private static final DataSize MEMORY = DataSize.ofMegabytes(2);

    private final LocalObjectStore store;
    private final Path spills;
    private final Random random = new Random(1);
    private final Ledger ledger;

    private ManyPartitions(Path folder) {
        store = LocalObjectStore.create(folder.resolve("lake"));
        spills = folder.resolve("spills");
        ledger = Ledger.open(store, "control/", Sample.TABLE, random, Ledger.Backoff.none());
    }

    public static void main(String[] arguments) {
        var table = new ManyPartitions(Path.of(arguments[0]));
        LedgerEntry.Merge loaded = table.merge(
                Stream.iterate(1, i -> i <= ROWS, i -> i + 1)
                        .map(i -> Sample.load(i, Sample.row(i, "c" + i % PARTITIONS, (long) i, table.text()))),
                "c");
        LedgerEntry.Merge moved = table.merge(
                Stream.iterate(1, i -> i <= ROWS, i -> i + 37)
                        .map(i -> Sample.update(
                                i, i, Sample.row(i, "c" + (i + 1) % PARTITIONS, (long) i, Sample.UNKNOWN))),
                "c");
        LedgerEntry.Merge parted = table.merge(Stream.of(Sample.delete(ROWS + 1, ROWS + 1, 7)), "d");
        System.out.println(table.told(loaded) + "; " + table.told(moved) + "; " + table.told(parted));
    }

    private String text() {
        var text = new StringBuilder(BYTES_OF_A_ROW);
        random.ints(BYTES_OF_A_ROW, 'a', 'z' + 1).forEach(text::appendCodePoint);
        return text.toString();
    }

    private LedgerEntry.Merge merge(Stream<ChangeRecord> changes, String folder) {
        Instant complete = ledger.snapshot().completeThrough().orElse(null);
        try (var merge = SnapshotMerge.begin(
                store,
                "lake",
                random,
                new SnapshotSettings(MEMORY, DataSize.ofMegabytes(128), spills),
                ledger.snapshot().published(),
                List.of("id"),
                name -> name,
                0,
                new CommitMark(NewestTransaction.SETTLED, complete),
                Partitioning.of(PartitionBy.column("a").named(folder)))) {
            changes.forEach(merge::add);
            var written = (SnapshotMerge.Written) merge.merge(new SnapshotMerge.Task(
                    Sample.POLICY,
                    Map.of(),
                    Map.of(),
                    change -> change,
                    NewestTransaction.SETTLED,
                    complete,
                    Set.of(),
                    ledger.snapshot().slot(),
                    null));
            return ledger.commit(written.snapshot()
                            .toEntry(
                                    ledger.newTransaction(),
                                    Sample.GENERATION,
                                    List.of(),
                                    written.completeThrough().orElse(null)))
                    .published()
                    .orElseThrow();
        }
    }

    private String told(LedgerEntry.Merge published) {
        long rows = 0;
        long sum = 0;
        Set<Object> values = new HashSet<>();
        try (CuratedReader reader = CuratedReader.open(store, published)) {
            for (Optional<RowCells> row = reader.next(); row.isPresent(); row = reader.next()) {
                rows++;
                sum += (Long) row.get().published(0);
                values.add(row.get().published(1));
                if (((String) row.get().published(3)).length() != BYTES_OF_A_ROW) {
                    throw new IllegalStateException("A text is lost.");
                }
            }
        }
        return published.data().size() + " files, " + rows + " rows of sum " + sum + " in " + values.size();
    }
}
