package io.convergence.merge;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergence.DataSize;
import io.convergence.change.ChangeRecord;
import io.convergence.curated.CuratedReader;
import io.convergence.curated.CuratedTable;
import io.convergence.curated.PartitionBy;
import io.convergence.curated.Partitioning;
import io.convergence.curated.SnapshotMerge;
import io.convergence.curated.SnapshotSettings;
import io.convergence.ledger.Ledger;
import io.convergence.ledger.LedgerEntry;
import io.convergence.ledger.LedgerFile;
import io.convergence.merge.MergeInput.NewestTransaction;
import io.convergence.schema.TableSchema;
import io.convergence.store.InMemoryObjectStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Rule S11 through buckets and files: over random histories a merge by {@link SnapshotMerge} into what was published comes to
 * the same as the pure merge of everything in memory: state, counts, held files, completeness. Replay one history with {@code -Dconvergence.seed=}.
 */
class SnapshotMergePropertiesTest {
    private static final TableSchema SCHEMA = new TableSchema(
            Sample.TABLE, List.of(Sample.ID, Sample.A, Sample.B, Sample.BIG, History.ADDED), List.of("id"));
    private static final MergePolicy POLICY = MergePolicy.of(SCHEMA);
    private static final Long ONE = Long.getLong("convergence.seed");
    private static final int HISTORIES = Integer.getInteger("convergence.histories", 250);

    private final Set<String> parted = new HashSet<>();

    @TempDir
    private Path spills;

    /** A table in a store, and the same changes through the pure merge. */
    private final class Twin {
        private final InMemoryObjectStore store =
                new InMemoryObjectStore(Clock.fixed(Sample.GENERATION, ZoneOffset.UTC));
        private final Ledger ledger;
        private final Random random;
        private final SimulatedTable pure;
        private final MergePolicy policy;
        private final List<ChangeRecord> seen = new ArrayList<>();
        private final List<ChangeRecord> waiting = new ArrayList<>();
        private final long memory;
        private Instant complete;
        private MergeCounts counts = MergeCounts.none();
        private SnapshotMerge.Result last;
        private boolean spilled;
        private long plain;
        private long exact;

        private final List<Partitioning> partitionings;
        private Partitioning partitioning;

        Twin(MergePolicy policy, long seed, List<Partitioning> partitionings) {
            this.partitionings = partitionings;
            this.partitioning = partitionings.get((int) (seed % partitionings.size()));
            this.policy = policy;
            this.random = new Random(seed);
            this.pure = new SimulatedTable(policy);
            this.ledger = Ledger.open(store, "control/", Sample.TABLE, random, Ledger.Backoff.none());
            this.memory = seed % 2 == 0 ? 1L << 20 : 600;
        }

        void deliver(List<ChangeRecord> batch, NewestTransaction newest) {
            waiting.addAll(batch);
            seen.addAll(batch);
            if (partitionings.size() > 1 && random.nextInt(8) == 0) {
                partitioning = partitionings.get(random.nextInt(partitionings.size()));
            }
            Set<MergeKey> keys = new HashSet<>();
            last = merge(waiting, keys, newest);
            while (last instanceof SnapshotMerge.NeedsHistory needs) {
                assertThat(keys.addAll(needs.keys())).isTrue();
                var touching = ChangeMerger.of(policy).touching(keys);
                List<ChangeRecord> all = new ArrayList<>(waiting);
                seen.stream().filter(touching).forEach(all::add);
                last = merge(all, keys, newest);
            }
            if (last instanceof SnapshotMerge.Written written) {
                ledger.commit(written.snapshot()
                        .toEntry(
                                ledger.newTransaction(),
                                Sample.GENERATION,
                                List.of(),
                                written.completeThrough().orElse(null)));
                complete = written.completeThrough().orElse(null);
                counts = counts.plus(written.counts());
                waiting.removeIf(
                        change -> !written.heldFiles().contains(change.origin().key()));
            }
            pure.deliver(batch, newest);
        }

        private SnapshotMerge.Result merge(
                List<ChangeRecord> changes, Set<MergeKey> complete, NewestTransaction newest) {
            // Buckets split now and then, when much is expected to come.
            long expected = random.nextInt(4) == 0 ? 3_000 : 0;
            Optional<LedgerEntry.Merge> published = ledger.snapshot().published();
            var settings = new SnapshotSettings(
                    DataSize.ofBytes(memory), DataSize.ofBytes(random.nextInt(3) == 0 ? 200 : 3_000), spills);
            try (var merge = SnapshotMerge.begin(
                    store,
                    "lake/",
                    random,
                    settings,
                    published,
                    List.of("id"),
                    name -> name,
                    expected,
                    new CommitMark(newest, this.complete),
                    partitioning)) {
                changes.forEach(merge::add);
                spilled |= merge.spilled();
                SnapshotMerge.Result result = merge.merge(new SnapshotMerge.Task(
                        policy,
                        Map.of(),
                        Map.of(),
                        change -> change,
                        newest,
                        this.complete,
                        complete,
                        ledger.snapshot().slot(),
                        null));
                plain += merge.plainKeys();
                exact += merge.exactKeys();
                return result;
            }
        }

        void check(String as) {
            MergeResult expected = pure.last();
            if (expected instanceof MergeResult.Merged merged) {
                assertThat(last).as(as + " " + last.findings()).isInstanceOf(SnapshotMerge.Written.class);
                var written = (SnapshotMerge.Written) last;
                assertThat(rows()).as(as).isEqualTo(pure.rows());
                ledger.snapshot().published().ifPresent(published -> requireInFolders(as, published));
                assertThat(counts.toMap()).as(as).isEqualTo(pure.counts().toMap());
                assertThat(written.heldFiles()).as(as).isEqualTo(merged.heldFiles());
                assertThat(written.completeThrough()).as(as).isEqualTo(merged.completeThrough());
                assertThat(codes(written.findings())).as(as).isEqualTo(codes(merged.findings()));
                assertThat(written.quarantined()).as(as).hasSameElementsAs(merged.quarantined());
            } else {
                assertThat(last).as(as + expected.findings()).isInstanceOf(SnapshotMerge.Disputed.class);
                assertThat(codes(last.findings())).as(as).containsAll(codes(expected.findings()));
            }
        }

        /** Each row stands where its values say, and is in no other file. */
        private void requireInFolders(String as, LedgerEntry.Merge published) {
            assertThat(Partitioning.of(published)).as(as).isEqualTo(partitioning);
            for (LedgerFile file : published.data()) {
                var alone = new LedgerEntry.Merge(
                        published.transaction(),
                        published.base(),
                        published.schema(),
                        published.generation(),
                        List.of(),
                        List.of(file),
                        List.of(),
                        null,
                        Map.of());
                try (CuratedReader reader = CuratedReader.open(store, alone)) {
                    for (Optional<RowCells> row = reader.next(); row.isPresent(); row = reader.next()) {
                        String folders = "";
                        for (PartitionBy by : partitioning.by()) {
                            Object value = row.get().published(row.get().indexOf(by.column()));
                            boolean none = value == null || value.equals("");
                            folders +=
                                    by.column() + "_partition=" + (none ? "__HIVE_DEFAULT_PARTITION__" : value) + "/";
                        }
                        assertThat(file.key()).as(as).containsPattern("/gen-[0-9a-f-]+/\\Q" + folders + "\\Epart-");
                        parted.add(folders);
                    }
                }
            }
        }

        private static Set<String> codes(List<io.convergence.Finding> findings) {
            return findings.stream().map(io.convergence.Finding::code).collect(Collectors.toSet());
        }

        Map<MergeKey, StoredRow> rows() {
            Map<MergeKey, StoredRow> rows = new TreeMap<>();
            ledger.snapshot()
                    .published()
                    .ifPresent(merge -> CuratedTable.load(store, merge)
                            .evolve(SCHEMA)
                            .entries()
                            .forEach(row -> rows.put(row.key(), row)));
            return rows;
        }
    }

    @Test
    void s11BucketsAndFilesComeToTheSameAsThePureMerge() throws Exception {
        play(List.of(Partitioning.none()), HISTORIES);
    }

    /** Cells of BIG may be unknown, and rows move between partitions of A with most updates. */
    @Test
    void s11PartitionsComeToTheSameAsThePureMergeAndEachRowStandsInItsFolder() throws Exception {
        play(
                List.of(
                        Partitioning.of(PartitionBy.column("a")),
                        Partitioning.of(PartitionBy.column("big")),
                        Partitioning.of(PartitionBy.column("b"), PartitionBy.column("added")),
                        Partitioning.none(),
                        Partitioning.of(PartitionBy.column("id"))),
                HISTORIES * 2 / 5);

        if (ONE == null) {
            assertThat(parted).hasSizeGreaterThan(50);
        }
    }

    private void play(List<Partitioning> partitionings, int histories) throws Exception {
        int stopped = 0;
        int spilled = 0;
        long plain = 0;
        long exact = 0;
        for (History.Life life : History.Life.values()) {
            for (long seed : seeds(histories)) {
                var history = new History(seed, life);
                var random = new Random(seed * 31 + 7);
                var twin = new Twin(history.policy(POLICY), seed, partitionings);
                List<ChangeRecord> arriving = arriving(history.changes(), random);
                boolean holds = random.nextBoolean();
                int from = 0;
                do {
                    int to = Math.min(arriving.size(), from + 1 + random.nextInt(arriving.size() + 1));
                    boolean hold = holds && to < arriving.size();
                    twin.deliver(arriving.subList(from, to), hold ? NewestTransaction.HOLD : NewestTransaction.SETTLED);
                    twin.check(life + " history " + seed + " after " + to + " changes");
                    from = to;
                } while (from < arriving.size());
                stopped += twin.pure.stopped() ? 1 : 0;
                spilled += twin.spilled ? 1 : 0;
                plain += twin.plain;
                exact += twin.exact;
            }
        }

        if (ONE == null) {
            assertThat(stopped).isBetween(1, histories);
            assertThat(spilled).isGreaterThan(histories / 2);
            assertThat(plain)
                    .as("keys decided without objects, " + exact + " with")
                    .isGreaterThan(exact / 10);
        }
        try (Stream<Path> left = Files.list(spills)) {
            assertThat(left).as("temporary files").isEmpty();
        }
    }

    private static List<ChangeRecord> arriving(List<ChangeRecord> changes, Random random) {
        List<ChangeRecord> arriving = new ArrayList<>(changes);
        for (ChangeRecord change : changes) {
            if (random.nextInt(6) == 0) {
                int number = random.nextInt(1000);
                arriving.add(
                        random.nextBoolean()
                                ? change
                                : ((Sample.Row) change)
                                        .again("again-" + number, Instant.parse("2026-01-02T00:00:00Z"), number));
            }
        }
        switch (random.nextInt(3)) {
            case 0 -> Collections.shuffle(arriving, random);
            case 1 -> arriving.sort((a, b) -> a.position().compareTo(b.position()));
            default -> {
                // In the order of the source, with repetitions at the end.
            }
        }
        return arriving;
    }

    private static long[] seeds(int histories) {
        if (ONE != null) {
            return new long[] {ONE};
        }
        long[] seeds = new long[histories];
        for (int i = 0; i < histories; i++) {
            seeds[i] = i + 1L;
        }
        return seeds;
    }
}
