package io.convergence.testkit.compact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.convergence.DataSize;
import io.convergence.change.ChangeReadOptions;
import io.convergence.change.ChangeReader;
import io.convergence.change.SourceSpan;
import io.convergence.compact.CompactionException;
import io.convergence.compact.CompactionListener;
import io.convergence.compact.CompactionOptions;
import io.convergence.compact.CompactionPlan;
import io.convergence.compact.CompactionResult;
import io.convergence.compact.Compactor;
import io.convergence.compact.SourceChangedException;
import io.convergence.ledger.CommitConflictException;
import io.convergence.ledger.Ledger;
import io.convergence.ledger.LedgerEntry;
import io.convergence.ledger.LedgerFile;
import io.convergence.ledger.LedgerSnapshot;
import io.convergence.ledger.RawSource;
import io.convergence.raw.FileEvidence;
import io.convergence.raw.PlacedFile;
import io.convergence.raw.TableTimeline;
import io.convergence.store.InMemoryObjectStore;
import io.convergence.store.ObjectStat;
import io.convergence.store.ObjectStore;
import io.convergence.store.WriteCondition;
import io.convergence.testkit.store.CrashSignal;
import io.convergence.testkit.store.Fault;
import io.convergence.testkit.store.FaultPlan;
import io.convergence.testkit.store.FaultyObjectStore;
import io.convergence.testkit.store.Operation;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class CompactorTest {
    private static final int SEEDS = 40;
    /** By which the store is tried before the first write; what they write is none of the table's. */
    private static final int PROBE_REQUESTS = 7;

    private static Ledger ledger(ObjectStore lake, long seed) {
        return Ledger.open(lake, "control/", TestTable.ID, new Random(seed), Ledger.Backoff.none());
    }

    private static CompactionOptions settled() {
        return CompactionOptions.builder().settled().build();
    }

    private static Compactor compactor(ObjectStore raw, ObjectStore lake, long seed) {
        return Compactor.create(raw, lake, ledger(lake, seed), "compacted/", settled(), new Random(seed));
    }

    @Test
    @DisplayName(
            "S18: reading compacted files, or some compacted and some raw, gives every change exactly as reading raw files")
    void compactedFilesHoldTheSameChanges() {
        var coverage = new RandomFiles.Coverage();
        int replaced = 0;
        long retyped = 0;
        long added = 0;
        for (long seed = 0; seed < SEEDS; seed++) {
            var files = new RandomFiles(seed, coverage);
            var store = RandomFiles.store(files);
            var table = new TestTable(store, files.shape());
            TableTimeline timeline = table.timeline();
            var expected = table.rawChanges(timeline);
            var random = new Random(seed);
            CompactionOptions options = CompactionOptions.builder()
                    .settled()
                    .targetSize(random.nextBoolean() ? CompactionOptions.DEFAULT_TARGET_SIZE : DataSize.ofKilobytes(32))
                    .rowGroupRows(1 + random.nextInt(60))
                    .build();
            Ledger ledger = ledger(store, seed);
            Compactor compactor = Compactor.create(store, store, ledger, "compacted", options, random);

            CompactionResult result =
                    compactor.execute(compactor.plan(timeline, ledger.snapshot()), CompactionListener.none());

            LedgerSnapshot snapshot = ledger.snapshot();
            Set<String> readRaw = timeline.files().stream()
                    .map(PlacedFile::key)
                    .filter(key -> random.nextBoolean())
                    .collect(Collectors.toCollection(HashSet::new));
            assertThat(table.changes(store, timeline, snapshot, Set.of()))
                    .as("seed %d, compacted", seed)
                    .isEqualTo(expected);
            assertThat(table.changes(store, timeline, snapshot, readRaw))
                    .as("seed %d, half of each", seed)
                    .isEqualTo(expected);
            assertThat(List.copyOf(
                            table.changes(store, timeline, snapshot, Set.of()).keySet()))
                    .as("seed %d, order of files", seed)
                    .isEqualTo(List.copyOf(expected.keySet()));
            assertThat(table.timeline(snapshot).contexts())
                    .as("seed %d, places", seed)
                    .isEqualTo(timeline.contexts());
            assertThat(result.rowsAfter()).isEqualTo(result.rowsBefore());
            replaced += result.filesBefore();
            retyped += count(result, "COLUMN_TYPE_CHANGED");
            added += count(result, "COLUMN_ADDED");
        }

        assertThat(replaced).isGreaterThan(SEEDS);
        assertThat(retyped).as("outputs ended by a type change").isPositive();
        assertThat(added).as("outputs ended by a new column").isPositive();
        assertThat(coverage.loads).isPositive();
        assertThat(coverage.addedColumns).isPositive();
        assertThat(coverage.retypedColumns).isPositive();
        assertThat(coverage.beforeImages).isPositive();
        assertThat(coverage.loadsWithoutOp).isPositive();
        assertThat(coverage.loadsWithNullOp).isPositive();
        assertThat(coverage.emptyFiles).isPositive();
        assertThat(coverage.rowGroups).isPositive();
        assertThat(coverage.unsequenced).isPositive();
    }

    private static long count(CompactionResult result, String code) {
        return result.findings().stream()
                .filter(finding -> finding.code().equals(code))
                .count();
    }

    @Test
    void aCompactedFileNamesItsRawFilesInTheOrderOfTheirRows() {
        var files = new RandomFiles(7, new RandomFiles.Coverage());
        var store = RandomFiles.store(files);
        var table = new TestTable(store, files.shape());
        Compactor compactor = compactor(store, store, 1);
        CompactionPlan plan = compactor.plan(table.timeline(), ledger(store, 1).snapshot());

        CompactionResult result = compactor.execute(plan, CompactionListener.none());

        ChangeReader reader = ChangeReader.create(store, TestTable.ID, files.shape(), ChangeReadOptions.defaults());
        List<String> named = result.outputs().stream()
                .flatMap(output -> reader.provenance(output.file().stat()).stream())
                .map(SourceSpan::key)
                .toList();
        assertThat(named)
                .isEqualTo(plan.sources().stream().map(PlacedFile::key).toList())
                .hasSizeGreaterThan(1);
        assertThat(result.outputs()).allSatisfy(output -> {
            assertThat(output.file().key()).matches("compacted/public/orders/gen-0-[0-9a-f]{8}/part-0000\\d\\.parquet");
            assertThat(Set.of(true, false))
                    .contains(output.sources().get(0).key().contains("LOAD"));
            assertThat(output.sources().stream()
                            .map(source -> source.key().contains("LOAD"))
                            .distinct())
                    .hasSize(1);
        });
    }

    @Test
    void aRerunPlansNothingAndWritesNothing() {
        var files = new RandomFiles(7, new RandomFiles.Coverage());
        var store = RandomFiles.store(files);
        var table = new TestTable(store, files.shape());
        var lake = FaultyObjectStore.counting(store);
        Compactor compactor = compactor(store, lake, 1);
        compactor.execute(compactor.plan(table.timeline(), ledger(lake, 1).snapshot()), CompactionListener.none());
        lake.log().clear();

        LedgerSnapshot snapshot = ledger(lake, 2).snapshot();
        CompactionPlan again = compactor.plan(table.timeline(), snapshot);
        CompactionResult result = compactor.execute(again, CompactionListener.none());

        assertThat(again.isEmpty()).isTrue();
        assertThat(result.slot()).isEqualTo(snapshot.slot());
        assertThat(result.outputs()).isEmpty();
        assertThat(lake.log().writes()).isZero();
    }

    @Test
    void theRowsOfOneFileAreNeverSplitAndOutputsReachTheTarget() {
        var files = new RandomFiles(7, new RandomFiles.Coverage());
        var store = RandomFiles.store(files);
        var table = new TestTable(store, files.shape());
        Ledger ledger = ledger(store, 1);
        var options = CompactionOptions.builder()
                .settled()
                .targetSize(DataSize.ofKilobytes(30))
                .build();
        Compactor compactor = Compactor.create(store, store, ledger, "compacted", options, new Random(1));
        CompactionPlan plan = compactor.plan(table.timeline(), ledger.snapshot());

        CompactionResult result = compactor.execute(plan, CompactionListener.none());

        Map<String, Long> outputsBySource = result.outputs().stream()
                .flatMap(output -> output.sources().stream())
                .collect(Collectors.groupingBy(source -> source.key(), Collectors.counting()));
        assertThat(outputsBySource.values()).containsOnly(1L);
        assertThat(outputsBySource.keySet())
                .containsExactlyInAnyOrderElementsOf(
                        plan.sources().stream().map(PlacedFile::key).toList());
        assertThat(result.filesAfter()).isLessThan(result.filesBefore());
    }

    @Test
    @DisplayName("L4: a raw file with other content than planned ends the run without a commit")
    void aRewrittenSourceCommitsNothing() {
        var scene = Scene.of(7);
        PlacedFile victim = scene.plan.sources().get(1);
        scene.raw.put(victim.key(), new byte[(int) victim.file().stat().size()], WriteCondition.none());

        assertThatThrownBy(scene::execute)
                .isInstanceOfSatisfying(SourceChangedException.class, e -> {
                    assertThat(e.key()).isEqualTo(victim.key());
                    assertThat(e.retryable()).isFalse();
                })
                .hasMessage("Cannot compact table public.orders: its raw file '" + victim.key()
                        + "' was written anew after the plan was made. Nothing was committed;"
                        + " find out whether DMS reloaded or truncated the table, then plan again.");

        scene.assertSuspect(victim.key());
    }

    @Test
    @DisplayName(
            "L3, L4: a raw file written anew with the same bytes, as by a reload of an unchanged table, ends the run without a commit")
    void aSourceRewrittenWithTheSameBytesCommitsNothing() {
        var scene = Scene.of(7);
        PlacedFile victim = scene.plan.sources().get(1);
        byte[] same = scene.raw.get(victim.key()).orElseThrow().content();
        scene.raw.put(victim.key(), same, WriteCondition.none());
        ObjectStat now = TestTable.stat(scene.raw, victim.key());

        assertThat(now.etag()).isEqualTo(victim.file().stat().etag());
        assertThatThrownBy(scene::execute)
                .isInstanceOfSatisfying(
                        SourceChangedException.class, e -> assertThat(e.key()).isEqualTo(victim.key()));

        scene.assertSuspect(victim.key());
    }

    @Test
    @DisplayName("L4: a raw file deleted before it is read ends the run without a commit")
    void aVanishedSourceCommitsNothing() {
        var scene = Scene.of(7);
        PlacedFile victim = scene.plan.sources().get(0);
        scene.raw.delete(victim.key());

        assertThatThrownBy(scene::execute)
                .isInstanceOf(SourceChangedException.class)
                .hasMessageContaining("'" + victim.key() + "' vanished after the plan was made");

        scene.assertSuspect(victim.key());
    }

    @Test
    @DisplayName("L4: a folder emptied after its files were read ends the run without a commit")
    void sourcesThatVanishAfterTheyWereReadCommitNothing() {
        var scene = Scene.of(7);
        CompactionListener wipe = new CompactionListener() {
            @Override
            public void written(LedgerFile output) {
                scene.plan.sources().forEach(source -> scene.raw.delete(source.key()));
            }
        };
        CompactionPlan lastGroup = new CompactionPlan(
                scene.plan.table(),
                scene.plan.base(),
                scene.plan.options(),
                scene.plan
                        .groups()
                        .subList(
                                scene.plan.groups().size() - 1,
                                scene.plan.groups().size()),
                List.of(),
                List.of(),
                0);

        assertThatThrownBy(() -> scene.compactor.execute(lastGroup, wipe)).isInstanceOf(SourceChangedException.class);

        scene.assertSuspect(lastGroup.sources().stream().map(PlacedFile::key).toArray(String[]::new));
    }

    @Test
    @DisplayName("L1: of two compactions planned on the same slot one commits, the other changes nothing")
    void theLoserOfARaceChangesNothing() {
        var scene = Scene.of(7);
        CompactionResult first = scene.execute();

        assertThatThrownBy(scene::execute).isInstanceOf(CommitConflictException.class);

        LedgerSnapshot snapshot = scene.ledger().snapshot();
        assertThat(snapshot.slot()).isZero();
        assertThat(snapshot.compacted()).isEqualTo(first.outputs());
    }

    @Test
    void aCrashAtAnyRequestLeavesTheChangesAsTheyWereAndTheNextRunFinishes() {
        long requests = requests();
        int uncommitted = 0;
        int committed = 0;
        for (Fault fault : List.of(Fault.CRASH_BEFORE_EFFECT, Fault.CRASH_AFTER_EFFECT)) {
            for (long n = PROBE_REQUESTS + 1; n <= requests; n++) {
                long at = n;
                var scene = Scene.of(7);
                var expected = scene.table.rawChanges(scene.timeline);
                scene.lake.plan(FaultPlan.once(request -> request.number() == at, fault));

                Throwable crash = catchThrowable(scene::execute);

                scene.lake.plan(FaultPlan.none());
                LedgerSnapshot snapshot = scene.ledger().snapshot();
                assertThat(crash).as("request %d", n).isInstanceOf(CrashSignal.class);
                assertThat(scene.table.changes(scene.lake, scene.timeline, snapshot, Set.of()))
                        .isEqualTo(expected);
                uncommitted += snapshot.slot() == LedgerSnapshot.NONE ? 1 : 0;
                committed += snapshot.slot() == LedgerSnapshot.NONE ? 0 : 1;

                Compactor next = compactor(scene.raw, scene.lake, 99);
                next.execute(next.plan(scene.timeline, snapshot), CompactionListener.none());
                LedgerSnapshot after = scene.ledger().snapshot();
                assertThat(after.slot()).isZero();
                assertThat(scene.table.changes(scene.lake, scene.timeline, after, Set.of()))
                        .isEqualTo(expected);
            }
        }

        assertThat(uncommitted).isPositive();
        assertThat(committed).isPositive();
    }

    /** How many requests a run without faults sends to the lake. */
    private static long requests() {
        var scene = Scene.of(7);
        scene.execute();
        return scene.lake.log().requests().size();
    }

    @Test
    void aLostAnswerToTheCommitIsFoundOutAndNotAConflict() {
        var scene = Scene.of(7);
        scene.lake.plan(FaultPlan.once(
                request -> request.operation() == Operation.PUT && request.key().contains("/log/"),
                Fault.TIMEOUT_AFTER_EFFECT));

        CompactionResult result = scene.execute();

        assertThat(result.slot()).isZero();
        assertThat(scene.ledger().snapshot().compacted()).isEqualTo(result.outputs());
    }

    @Test
    void aDamagedOutputIsNeverCommittedUnlessItStillReadsTheSame() {
        int refused = 0;
        for (int seed = 0; seed < 30; seed++) {
            var scene = Scene.of(7);
            var damaging = new DamagingStore(scene.raw, new Random(seed * 0x9E3779B97F4A7C15L));
            CompactionOptions options = CompactionOptions.builder()
                    .settled()
                    .verification(CompactionOptions.Verification.VERIFY_ROWS)
                    .build();
            Compactor compactor =
                    Compactor.create(scene.raw, damaging, ledger(damaging, 1), "compacted/", options, new Random(1));
            CompactionPlan plan =
                    compactor.plan(scene.timeline, ledger(damaging, 1).snapshot());

            Throwable failure = catchThrowable(() -> compactor.execute(plan, CompactionListener.none()));

            if (failure == null) {
                // Some bits of a page header mean nothing.
                assertThat(scene.table.changes(
                                scene.raw, scene.timeline, scene.ledger().snapshot(), Set.of()))
                        .as("seed %d, byte %d", seed, damaging.damaged())
                        .isEqualTo(scene.table.rawChanges(scene.timeline));
            } else {
                assertThat(failure)
                        .as("seed %d, byte %d", seed, damaging.damaged())
                        .isInstanceOf(CompactionException.class);
                scene.assertNothingCommitted();
                refused++;
            }
        }

        assertThat(refused).isGreaterThan(15);
    }

    @Test
    void aFileWithAnotherRowCountThanItWasPlacedWithIsRefused() {
        var scene = Scene.of(7);
        CompactionPlan.Group group = scene.plan.groups().get(0);
        PlacedFile first = group.sources().get(0);
        long rows = first.evidence().rows();
        var wrong = new PlacedFile(first.file(), FileEvidence.ofRows(rows + 1), first.context());
        var plan = new CompactionPlan(
                scene.plan.table(),
                scene.plan.base(),
                scene.plan.options(),
                List.of(CompactionPlan.Group.of(
                        group.kind(), List.of(wrong, group.sources().get(1)))),
                List.of(),
                List.of(),
                0);

        assertThatThrownBy(() -> scene.compactor.execute(plan, CompactionListener.none()))
                .isInstanceOf(CompactionException.class)
                .hasMessage("Cannot compact '" + first.key() + "': it has " + rows + " rows, but it was placed with "
                        + (rows + 1) + ". Nothing was committed; restore the file or reload the table.");

        scene.assertNothingCommitted();
    }

    @Test
    @DisplayName("L4: outputs in a folder of raw files are refused before anything is written")
    void outputsAmongRawFilesAreRefused() {
        var scene = Scene.of(7);
        Ledger ledger = ledger(scene.raw, 1);
        Compactor inside = Compactor.create(scene.raw, scene.raw, ledger, "raw/", settled(), new Random(1));

        assertThatThrownBy(() -> inside.execute(scene.plan, CompactionListener.none()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("shares its folder");

        assertThat(scene.raw.listAll("raw/").filter(object -> object.key().contains("gen-")))
                .isEmpty();
    }

    @Test
    void rawFilesOfOneStoreCanBeCompactedIntoAnother() {
        var files = new RandomFiles(7, new RandomFiles.Coverage());
        var raw = RandomFiles.store(files);
        var lake = new InMemoryObjectStore(() -> Instant.parse("2026-04-01T00:00:00Z"), "memory://lake");
        var table = new TestTable(raw, files.shape());
        TableTimeline timeline = table.timeline();
        List<ObjectStat> before = raw.listAll("").toList();
        Compactor compactor = compactor(raw, lake, 1);

        compactor.execute(compactor.plan(timeline, ledger(lake, 1).snapshot()), CompactionListener.none());

        assertThat(raw.listAll("").toList()).isEqualTo(before);
        assertThat(table.changes(lake, timeline, ledger(lake, 1).snapshot(), Set.of()))
                .isEqualTo(table.rawChanges(timeline));
    }

    /** One planned compaction. */
    private record Scene(
            InMemoryObjectStore raw,
            FaultyObjectStore lake,
            TestTable table,
            TableTimeline timeline,
            Compactor compactor,
            CompactionPlan plan) {
        static Scene of(long seed) {
            var files = new RandomFiles(seed, new RandomFiles.Coverage());
            var raw = RandomFiles.store(files);
            var lake = FaultyObjectStore.counting(raw);
            var table = new TestTable(raw, files.shape());
            TableTimeline timeline = table.timeline();
            Compactor compactor = CompactorTest.compactor(raw, lake, 1);
            CompactionPlan plan =
                    compactor.plan(timeline, CompactorTest.ledger(raw, 1).snapshot());
            assertThat(plan.sources()).hasSizeGreaterThan(2);
            return new Scene(raw, lake, table, timeline, compactor, plan);
        }

        CompactionResult execute() {
            return compactor.execute(plan, CompactionListener.none());
        }

        Ledger ledger() {
            return CompactorTest.ledger(raw, 5);
        }

        void assertNothingCommitted() {
            List<LedgerEntry> entries = ledger().entries();
            assertThat(entries).isEmpty();
        }

        /** L4: no data was committed, and the log says of which raw files the plan was given up. */
        void assertSuspect(String... keys) {
            assertThat(ledger().entries())
                    .singleElement()
                    .isInstanceOfSatisfying(
                            LedgerEntry.Suspect.class,
                            suspect -> assertThat(suspect.places())
                                    .extracting(RawSource::key)
                                    .containsExactly(keys));
        }
    }
}
