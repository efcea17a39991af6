package io.convergence.merge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convergence.DataSize;
import io.convergence.change.ChangePosition;
import io.convergence.change.ChangeRecord;
import io.convergence.curated.CuratedTable;
import io.convergence.curated.CuratedTableException;
import io.convergence.curated.OldSnapshot;
import io.convergence.curated.ParquetSnapshotWriter;
import io.convergence.curated.SnapshotMerge;
import io.convergence.curated.SnapshotSettings;
import io.convergence.ledger.CleanUp;
import io.convergence.ledger.CleanUpOptions;
import io.convergence.ledger.LakeFolders;
import io.convergence.ledger.Ledger;
import io.convergence.ledger.LedgerCheck;
import io.convergence.ledger.LedgerEntry;
import io.convergence.ledger.LedgerFile;
import io.convergence.ledger.LedgerUndo;
import io.convergence.merge.MergeInput.NewestTransaction;
import io.convergence.schema.Column;
import io.convergence.schema.DataType;
import io.convergence.schema.TableSchema;
import io.convergence.store.InMemoryObjectStore;
import io.convergence.store.ObjectStat;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnapshotMergeTest {
    private Instant now = Sample.GENERATION;
    private final InMemoryObjectStore store = new InMemoryObjectStore(() -> now);
    private final Random random = new Random(1);
    private final Ledger ledger = Ledger.open(store, "control/", Sample.TABLE, random, Ledger.Backoff.none());

    @TempDir
    private Path spills;

    private SnapshotMerge.Result merge(
            MergePolicy policy, long expected, @Nullable Duration kept, List<ChangeRecord> changes) {
        return merge(policy, NewestTransaction.SETTLED, expected, kept, changes);
    }

    private SnapshotMerge.Result merge(
            MergePolicy policy,
            NewestTransaction newest,
            long expected,
            @Nullable Duration kept,
            List<ChangeRecord> changes) {
        var settings = new SnapshotSettings(DataSize.ofBytes(1_000), DataSize.ofBytes(1_000), spills);
        Optional<LedgerEntry.Merge> published = ledger.snapshot().published();
        Instant complete = ledger.snapshot().completeThrough().orElse(null);
        try (var merge = SnapshotMerge.begin(
                store,
                "lake",
                random,
                settings,
                published,
                List.of("id"),
                name -> name,
                expected,
                new CommitMark(newest, complete))) {
            changes.forEach(merge::add);
            return merge.merge(new SnapshotMerge.Task(
                    policy,
                    Map.of(),
                    Map.of(),
                    change -> change,
                    newest,
                    complete,
                    Set.of(),
                    ledger.snapshot().slot(),
                    kept));
        }
    }

    private LedgerEntry.Merge publish(SnapshotMerge.Result result) {
        assertThat(result).isInstanceOf(SnapshotMerge.Written.class);
        var written = (SnapshotMerge.Written) result;
        return ledger.commit(written.snapshot()
                        .toEntry(
                                ledger.newTransaction(),
                                Sample.GENERATION,
                                List.of(),
                                written.completeThrough().orElse(null)))
                .published()
                .orElseThrow();
    }

    private Map<Object, Map<String, Object>> shown() {
        return new TreeMap<>(Sample.shown(
                CuratedTable.load(store, ledger.snapshot().published().orElseThrow())
                        .entries()));
    }

    private static List<ChangeRecord> load(int rows) {
        List<ChangeRecord> changes = new ArrayList<>();
        for (int i = 1; i <= rows; i++) {
            changes.add(Sample.load(i, Sample.row(i, "name " + i, (long) i, "text " + i)));
        }
        return changes;
    }

    private static Set<String> keys(List<LedgerFile> files) {
        Set<String> keys = new HashSet<>();
        files.forEach(file -> keys.add(file.key()));
        return keys;
    }

    private LakeFolders folders() {
        return new LakeFolders(store, ParquetSnapshotWriter.folders("lake", Sample.TABLE));
    }

    @Test
    void aMergeWritesOnlyTheBucketsItTouches() {
        LedgerEntry.Merge before = publish(merge(Sample.POLICY, 16_000, null, load(200)));

        LedgerEntry.Merge after = publish(
                merge(Sample.POLICY, 0, null, List.of(Sample.update(1, 1, Sample.row(7, "new", 7L, "text 7")))));

        assertThat(before.data()).hasSizeGreaterThanOrEqualTo(8);
        Set<String> kept = keys(before.data());
        kept.retainAll(keys(after.data()));
        assertThat(kept).hasSize(before.data().size() - 1);
        assertThat(shown().get(7L)).containsEntry("a", "new");
        assertThat(shown()).hasSize(200);
    }

    @Test
    void cleanUpKeepsFilesOfOldCommitsThatTheNewestStillNames() {
        publish(merge(Sample.POLICY, 16_000, null, load(200)));
        for (int i = 1; i <= 5; i++) {
            now = now.plus(Duration.ofDays(3));
            publish(merge(
                    Sample.POLICY, 0, null, List.of(Sample.update(i, i, Sample.row(7, "new " + i, 7L, "text 7")))));
        }
        now = now.plus(Duration.ofDays(3));
        LedgerEntry.Merge newest = ledger.snapshot().published().orElseThrow();
        Set<String> live = keys(newest.data());
        live.addAll(keys(newest.state()));

        CleanUp cleanUp = CleanUp.of(ledger, folders(), CleanUpOptions.defaults());
        CleanUp.Plan plan = cleanUp.plan();
        assertThat(plan.objects()).isNotEmpty();
        assertThat(plan.objects()).extracting(ObjectStat::key).doesNotContainAnyElementsOf(live);
        cleanUp.execute(plan);

        assertThat(live).allMatch(key -> store.head(key).isPresent());
        assertThat(shown()).hasSize(200);
        assertThat(LedgerCheck.of(ledger, folders()).run().holds()).isTrue();
    }

    @Test
    void anUndoneMergeLeavesTheFilesBothStatesShare() {
        LedgerEntry.Merge before = publish(merge(Sample.POLICY, 16_000, null, load(200)));
        publish(merge(Sample.POLICY, 0, null, List.of(Sample.delete(1, 1, 7))));
        assertThat(shown()).hasSize(199);

        var undo = LedgerUndo.of(ledger, store, store);
        undo.execute(undo.plan());

        assertThat(ledger.snapshot().published().orElseThrow().data()).isEqualTo(before.data());
        assertThat(shown()).hasSize(200);
    }

    @Test
    void aFailedMergeLeavesTheOldTableAndNoTemporaryFiles() throws Exception {
        publish(merge(Sample.POLICY, 0, null, load(50)));
        Map<Object, Map<String, Object>> before = shown();
        Column fine = Column.nullable("b", DataType.datetime(9));
        var schema = new TableSchema(Sample.TABLE, List.of(Sample.ID, fine), List.of("id"));
        List<ChangeRecord> changes = new ArrayList<>();
        for (int i = 1; i < 40; i++) {
            changes.add(Sample.insert(
                    i, i, Sample.cells(Sample.ID, 100L + i, fine, LocalDateTime.of(2026, 1, 1, 0, 0, 0, 1))));
        }
        ledger.commit(
                new LedgerEntry.Fence(ledger.newTransaction(), ledger.snapshot().slot()));
        Ledger other = Ledger.open(store, "other/", Sample.TABLE, random, Ledger.Backoff.none());

        var settings = new SnapshotSettings(DataSize.ofBytes(1_000), DataSize.ofBytes(1_000), spills);
        assertThatThrownBy(() -> {
                    try (var merge = SnapshotMerge.begin(
                            store,
                            "lake",
                            random,
                            settings,
                            other.snapshot().published(),
                            List.of("id"),
                            name -> name,
                            0,
                            new CommitMark(NewestTransaction.SETTLED, null))) {
                        changes.forEach(merge::add);
                        assertThat(merge.spilled()).isTrue();
                        merge.merge(new SnapshotMerge.Task(
                                MergePolicy.of(schema),
                                Map.of(),
                                Map.of(),
                                change -> change,
                                NewestTransaction.SETTLED,
                                null,
                                Set.of(),
                                -1,
                                null));
                    }
                })
                .isInstanceOf(CuratedTableException.class)
                .hasMessageContaining("finer than a microsecond");

        assertThat(shown()).isEqualTo(before);
        try (Stream<Path> left = Files.list(spills)) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void s12TheFloorRisesWithTheCompletenessAndTombstonesBelowItGo() {
        publish(merge(Sample.POLICY, 0, Duration.ofSeconds(10), load(3)));
        assertThat(SnapshotMerge.floor(ledger.snapshot().published().orElseThrow()))
                .isEmpty();
        publish(merge(Sample.POLICY, 0, Duration.ofSeconds(10), List.of(Sample.delete(1, 1, 2))));
        assertThat(CuratedTable.load(store, ledger.snapshot().published().orElseThrow())
                        .tombstoneCount())
                .isEqualTo(1);

        LedgerEntry.Merge after = publish(merge(
                Sample.POLICY,
                0,
                Duration.ofSeconds(10),
                List.of(Sample.update(60, 60, Sample.row(1, "late", 1L, "text 1")))));

        var floor = SnapshotMerge.floor(after).orElseThrow();
        assertThat(floor).isGreaterThan(Sample.at(49, 1)).isLessThan(Sample.at(51, 1));
        assertThat(CuratedTable.load(store, after).tombstoneCount()).isZero();
        var stale = (SnapshotMerge.Written) merge(
                Sample.POLICY.withFloor(floor),
                0,
                null,
                List.of(Sample.update(1, 0, Sample.row(2, "back from the dead", 2L, "text"))));
        assertThat(stale.quarantined()).hasSize(1);
        assertThat(stale.changed()).isFalse();
        assertThat(stale.counts().of(MergeCounts.What.QUARANTINED)).isEqualTo(1);
    }

    /** What is held is not there yet: what stands behind it by a clock that stepped back meets the row the held one would delete. */
    @Test
    void s7AChangeBehindAHeldOneOfItsKeyIsDecidedWithoutThat() {
        publish(merge(Sample.POLICY, 0, null, load(3)));
        CuratedTable before =
                CuratedTable.load(store, ledger.snapshot().published().orElseThrow());
        var delete = (Sample.Row) Sample.delete(2, 8, 1);
        ChangeRecord held = new Sample.Row(
                delete.operation(),
                delete.position(),
                delete.file(),
                delete.fileRow(),
                Sample.commit(9),
                delete.row(),
                Map.of());
        List<ChangeRecord> changes = List.of(held, Sample.insert(3, 12, Sample.row(1, "new", 1L, "text")));

        var result = (SnapshotMerge.Written) merge(Sample.POLICY, NewestTransaction.HOLD, 0, null, changes);

        var pure = Sample.merged(ChangeMerger.of(Sample.POLICY).merge(MergeInput.of(before.storedRows(), changes)));
        assertThat(pure.counts().of(MergeCounts.What.INSERT_OVER_LIVE)).isEqualTo(1);
        assertThat(result.counts().toMap()).isEqualTo(pure.counts().toMap());
        assertThat(result.heldFiles()).isEqualTo(pure.heldFiles());
        assertThat(CuratedTable.load(store, publish(result)).entries())
                .containsExactlyElementsOf(before.apply(pure, null).entries());
    }

    /** Their times agree with the rows, their keys are different: only the counters of the file tell. */
    @Test
    void s2RowsOfAFileAgainstTheirCountersAreDisputedThoughTheirKeysLieInDifferentBuckets() {
        publish(merge(Sample.POLICY, 16_000, null, load(200)));
        ChangeRecord first = Sample.update(1, 20, Sample.row(7, "a", 7L, "text"));
        var there = (ChangePosition.Sequenced) first.position();
        var sequence = ((ChangePosition.Sequenced) Sample.at(2, 10)).sequence();
        ChangeRecord second = new Sample.Row(
                first.operation(),
                new ChangePosition.Sequenced(there.generation(), sequence, there.run(), there.fileInstant(), 21),
                first.origin().key(),
                21,
                Sample.commit(2),
                Sample.row(8, "b", 8L, "text"),
                Map.of());
        List<ChangeRecord> changes = List.of(first, second);

        SnapshotMerge.Result result = merge(Sample.POLICY, 0, null, changes);

        MergeResult pure = ChangeMerger.of(Sample.POLICY)
                .merge(MergeInput.of(StoredRows.none(), changes).settled());
        assertThat(pure).isInstanceOf(MergeResult.Disputed.class);
        assertThat(result).isInstanceOf(SnapshotMerge.Disputed.class);
        assertThat(result.findings()).isEqualTo(pure.findings());
    }

    @Test
    void aTableOfAnEarlierVersionIsReadAndWrittenAnewByTheNextMerge() {
        ChangeMerger merger = ChangeMerger.of(Sample.POLICY);
        List<ChangeRecord> first = load(20);
        first.add(Sample.delete(1, 1, 3));
        first.add(Sample.update(2, 2, Sample.row(4, "kept", 4L, Sample.UNKNOWN)));
        var merged = Sample.merged(
                merger.merge(MergeInput.of(StoredRows.none(), first).settled()));
        CuratedTable table = CuratedTable.empty(Sample.SCHEMA).apply(merged, null);
        ledger.commit(OldSnapshot.write(
                store, "lake/old/", Sample.SCHEMA, table.entries(), ledger.newTransaction(), -1, Sample.GENERATION));
        assertThat(CuratedTable.load(store, ledger.snapshot().published().orElseThrow())
                        .entries())
                .containsExactlyElementsOf(table.entries());

        List<ChangeRecord> second = List.of(Sample.update(3, 3, Sample.row(9, "new", 9L, "text 9")));
        LedgerEntry.Merge after = publish(merge(Sample.POLICY, 4_000, null, second));

        CuratedTable expected = table.apply(
                Sample.merged(
                        merger.merge(MergeInput.of(table.storedRows(), second).settled())),
                null);
        assertThat(after.notes()).containsKey("layout");
        assertThat(CuratedTable.load(store, after).entries()).containsExactlyElementsOf(expected.entries());
    }

    @Test
    void keysAsBytesOrderAndReadBackAsKeysDo() {
        List<MergeKey> keys = new ArrayList<>();
        for (Object value : List.of(
                0L,
                -1L,
                Long.MAX_VALUE,
                Long.MIN_VALUE,
                new java.math.BigDecimal("0.5"),
                new java.math.BigDecimal("-0.25"),
                new java.math.BigDecimal("-1.05"),
                new java.math.BigDecimal("1E30"),
                new java.math.BigDecimal("-1E30"),
                new java.math.BigDecimal("-99999999999999999999.5"),
                new java.math.BigDecimal("99999999999999999999.05"))) {
            keys.add(MergeKey.of(value));
            keys.add(MergeKey.of(value, "b"));
        }
        for (Object value : List.of("", "a", "a\u0000", "a\u0000b", "b", "\uD83D\uDE00", "\uFFFD")) {
            keys.add(MergeKey.of(value));
            keys.add(MergeKey.of(value, 1L));
        }
        for (Object value : List.of(0.0, -1.5, 1.5, Double.NaN, Double.NEGATIVE_INFINITY, true, false)) {
            keys.add(MergeKey.of(value));
        }
        keys.add(MergeKey.of(LocalDateTime.of(1969, 12, 31, 23, 59, 59, 5)));
        keys.add(MergeKey.of(LocalDateTime.of(2026, 1, 1, 0, 0)));
        keys.add(MergeKey.of(java.time.LocalDate.of(1900, 1, 1)));
        keys.add(MergeKey.of(java.time.LocalTime.of(23, 0)));
        keys.add(MergeKey.of(io.convergence.schema.Bytes.of((byte) 0, (byte) -1)));
        keys.add(MergeKey.of(io.convergence.schema.Bytes.of((byte) 0)));

        for (MergeKey one : keys) {
            assertThat(KeyBytes.parse(KeyBytes.of(one))).isEqualTo(one);
            for (MergeKey other : keys) {
                int expected = Integer.signum(one.compareTo(other));
                int found = Integer.signum(java.util.Arrays.compareUnsigned(KeyBytes.of(one), KeyBytes.of(other)));
                assertThat(found).as(one + " against " + other).isEqualTo(expected);
            }
        }
    }

    @Test
    void theHashOfKeysNeverChanges() {
        byte[] key = KeyBytes.of(MergeKey.of(1L, "a"));

        assertThat(java.util.HexFormat.of().formatHex(key)).isEqualTo("11800000000000000100306100");
        assertThat(Long.toHexString(KeyBytes.hash(key, 0, key.length))).isEqualTo("32081bae3b65d15f");
    }
}
