package io.convergence.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convergence.Finding;
import io.convergence.store.MultipartUpload;
import io.convergence.store.ObjectStat;
import io.convergence.store.StoreException;
import io.convergence.store.WriteCondition;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class CleanUpTest {
    private static final Duration DAY = Duration.ofHours(24);

    private final LakeFiles lake = new LakeFiles();
    private final CleanUp cleanUp = CleanUp.of(lake.ledger, lake.folders, CleanUpOptions.defaults());

    @Test
    void anOutputNobodyCommittedIsDeletedOnceItsRunMustHaveEnded() {
        lake.compact(List.of(), lake.raw("a"));
        LedgerFile orphan = lake.output(LakeFiles.COMPACTED, -1, "dead");

        CleanUp.Plan early = cleanUp.plan();
        lake.pass(DAY.plusSeconds(1));
        CleanUp.Plan late = cleanUp.plan();
        CleanUp.Result result = cleanUp.execute(late);

        assertThat(early.isEmpty()).isTrue();
        assertThat(late.fenced()).as("its slot is taken").isFalse();
        assertThat(result.deleted()).containsExactly(orphan.key());
        assertThat(lake.has(orphan)).isFalse();
        assertThat(lake.ledger.snapshot().slot()).isZero();
    }

    /** The writer may only sleep: without the fence it would commit files that are gone. */
    @Test
    void anOutputWhoseSlotIsFreeIsDeletedBehindAFence() {
        ObjectStat raw = lake.raw("a");
        LedgerFile slow = lake.output(LakeFiles.COMPACTED, -1, "5100");
        lake.pass(DAY.plusSeconds(1));

        CleanUp.Result result = cleanUp.execute(cleanUp.plan());

        assertThat(result.deleted()).containsExactly(slow.key());
        assertThat(lake.ledger.entries()).singleElement().isInstanceOf(LedgerEntry.Fence.class);
        var sleeper = new LedgerEntry.Compaction(
                "sleeper", -1, List.of(new LedgerEntry.CompactedFile(slow, List.of(LakeFiles.source(raw)))));
        assertThatThrownBy(() -> lake.ledger.commit(sleeper)).isInstanceOf(CommitConflictException.class);
    }

    @Test
    void aCommitBeforeTheFenceStopsTheCleanUp() {
        ObjectStat raw = lake.raw("a");
        LedgerFile slow = lake.output(LakeFiles.COMPACTED, -1, "5100");
        lake.pass(DAY.plusSeconds(1));
        CleanUp.Plan plan = cleanUp.plan();
        lake.ledger.commit(new LedgerEntry.Compaction(
                "in time", -1, List.of(new LedgerEntry.CompactedFile(slow, List.of(LakeFiles.source(raw))))));

        assertThatThrownBy(() -> cleanUp.execute(plan)).isInstanceOf(CommitConflictException.class);

        assertThat(lake.has(slow)).isTrue();
        assertThat(cleanUp.plan().isEmpty()).isTrue();
    }

    /** Not a day from now: its files were replaced long before. */
    @Test
    void l6AnOlderSnapshotsFilesStayUntilItsExpiryAndAreDeletedAfterIt() {
        ObjectStat a = lake.raw("a");
        LedgerFile first = lake.compact(List.of(), a);
        lake.pass(DAY);
        lake.compact(List.of(first), a, lake.raw("b"));
        Instant replaced = lake.store.now();
        lake.pass(DAY.plusHours(6));

        LedgerSnapshot older = lake.ledger.snapshotAt(0);
        LedgerSnapshot newest = lake.ledger.snapshotAt(1);
        LedgerSnapshot none = lake.ledger.snapshotAt(LedgerSnapshot.NONE);

        assertThat(older.compacted())
                .extracting(LedgerEntry.CompactedFile::file)
                .containsExactly(first);
        assertThat(older.expiry()).isEqualTo(replaced.plus(DAY)).isBefore(lake.store.now());
        assertThat(cleanUp.plan().objects()).extracting(ObjectStat::key).containsExactly(first.key());
        assertThat(newest.expiry()).isEqualTo(lake.store.now().plus(DAY));
        assertThat(none.expiry()).isBefore(older.expiry());
    }

    @Test
    void l6WhatWasReplacedStaysAsLongAsAManifestNamesIt() {
        ObjectStat a = lake.raw("a");
        LedgerFile first = lake.compact(List.of(), a);
        SymlinkManifest manifest =
                SymlinkManifest.of(lake.ledger, lake.store, lake.store, lake.store, "athena", Ledger.Backoff.none());
        manifest.show(() -> TableFiles.of(lake.ledger.snapshot(), List.of(a), stat -> true));
        LedgerFile second = lake.compact(List.of(first), a, lake.raw("b"));
        lake.pass(DAY.plusSeconds(2));
        CleanUp careful = cleanUp.shownBy(manifest);

        CleanUp.Plan behind = careful.plan();
        manifest.show(() -> TableFiles.of(lake.ledger.snapshot(), List.of(a), stat -> true));
        CleanUp.Plan shown = careful.plan();

        assertThat(behind.objects()).isEmpty();
        assertThat(behind.findings()).extracting(Finding::code).containsExactly("STILL_SHOWN");
        assertThat(shown.objects()).extracting(ObjectStat::key).containsExactly(first.key());
        assertThat(shown.findings()).isEmpty();
        assertThat(lake.has(second)).isTrue();
    }

    /** L6: readers of older snapshots count on the grace. */
    @Test
    void l6WhatACommitReplacedStaysForTheGraceAndIsDeletedThen() {
        ObjectStat a = lake.raw("a");
        LedgerFile first = lake.compact(List.of(), a);
        LedgerSnapshot reader = lake.ledger.snapshot();
        lake.pass(DAY.multipliedBy(3));
        LedgerFile second = lake.compact(List.of(first), a, lake.raw("b"));
        lake.ledger.commit(new LedgerEntry.Fence("f", 1));

        lake.pass(Duration.ofHours(23));
        CleanUp.Plan within = cleanUp.plan();
        lake.pass(Duration.ofHours(2));
        CleanUp.Result result = cleanUp.execute(cleanUp.plan());

        assertThat(reader.expiry()).isEqualTo(reader.taken().plus(DAY));
        assertThat(within.isEmpty()).isTrue();
        assertThat(result.deleted()).containsExactly(first.key());
        assertThat(lake.has(second)).isTrue();
    }

    @Test
    void deletingWhatAnUndoWouldNeedEndsTheUndoByTheFence() {
        LedgerFile first = lake.merge(1, lake.raw("a"));
        LedgerFile second = lake.merge(1, lake.raw("b"));
        lake.pass(DAY.plusSeconds(5));
        CleanUp.Plan plan = cleanUp.plan();
        assertThat(lake.ledger.snapshot().undoable()).hasValue(1);

        cleanUp.execute(plan);

        assertThat(plan.fenced()).isTrue();
        assertThat(lake.has(first)).isFalse();
        assertThat(lake.has(second)).isTrue();
        assertThat(lake.ledger.snapshot().undoable()).isEmpty();
    }

    @Test
    void aSecondCleanUpWritesNothing() {
        lake.output(LakeFiles.COMPACTED, -1, "dead");
        lake.pass(DAY.plusSeconds(1));
        cleanUp.execute(cleanUp.plan());
        lake.pass(DAY.multipliedBy(2));

        CleanUp.Plan again = cleanUp.plan();

        assertThat(again.isEmpty()).isTrue();
        assertThat(again.fenced()).isFalse();
    }

    @Test
    void aCleanUpThatDiedBehindItsFenceIsFinishedWithoutAnother() {
        LedgerFile orphan = lake.output(LakeFiles.COMPACTED, -1, "dead");
        lake.pass(DAY.plusSeconds(1));
        lake.ledger.commit(new LedgerEntry.Fence("died after it", -1));

        CleanUp.Result result = cleanUp.execute(cleanUp.plan());

        assertThat(result.deleted()).containsExactly(orphan.key());
        assertThat(lake.ledger.entries()).hasSize(1);
    }

    @Test
    void objectsOfOthersAreLeftAloneAndTold() {
        lake.compact(List.of(), lake.raw("a"));
        lake.put(LakeFiles.COMPACTED + "notes.txt");
        lake.put(LakeFiles.COMPACTED + "gen-99-ab/part-00000.parquet");
        lake.put("lake/compacted/public/order_lines/gen-0-ab/part-00000.parquet");
        lake.pass(DAY.multipliedBy(9));

        CleanUp.Plan plan = cleanUp.plan();

        assertThat(plan.isEmpty()).isTrue();
        assertThat(plan.findings())
                .extracting(Finding::path)
                .containsExactlyInAnyOrder(
                        LakeFiles.COMPACTED + "notes.txt", LakeFiles.COMPACTED + "gen-99-ab/part-00000.parquet");
    }

    @Test
    void staleUploadsOfTheTableAreAbortedAndOthersNot() {
        lake.compact(List.of(), lake.raw("a"));
        MultipartUpload dead = lake.store.startMultipart(LakeFiles.COMPACTED + "gen-1-ab/part-00000.parquet");
        lake.store.startMultipart("lake/compacted/public/order_lines/gen-1-ab/part-00000.parquet");
        lake.store.startMultipart(LakeFiles.COMPACTED + "somebody.parquet");
        lake.pass(DAY.plusSeconds(1));
        lake.store.startMultipart(LakeFiles.COMPACTED + "gen-1-cd/part-00000.parquet");

        CleanUp.Result result = cleanUp.execute(cleanUp.plan());

        assertThat(result.aborted()).extracting(upload -> upload.key()).containsExactly(dead.key());
        assertThat(lake.store.openUploads()).hasSize(3);
        assertThatThrownBy(() -> dead.complete(WriteCondition.ifAbsent())).isInstanceOf(StoreException.class);
    }

    /** L2: slots are never deleted; a checkpoint only saves time. */
    @Test
    void l2CheckpointsThatNewerOnesReplacedAWeekAgoAreDeletedAndNoSlotIs() {
        Ledger ledger = lake.ledger.withCheckpointEvery(2);
        for (int i = 0; i < 20; i++) {
            if (i == 14) {
                lake.pass(DAY.multipliedBy(8));
            }
            ledger.commit(new LedgerEntry.Fence("f" + i, i - 1L));
        }
        CleanUp.Result result = cleanUp.execute(cleanUp.plan());

        assertThat(result.deleted())
                .hasSize(6)
                .allMatch(key -> key.startsWith(ledger.keys().checkpoints()));
        assertThat(lake.store.listAll(ledger.keys().checkpoints()).map(ObjectStat::key))
                .containsExactly(
                        ledger.keys().checkpoint(19),
                        ledger.keys().checkpoint(17),
                        ledger.keys().checkpoint(15),
                        ledger.keys().checkpoint(13));
        assertThat(ledger.entries()).hasSize(20);
        assertThat(cleanUp.plan().isEmpty()).isTrue();
    }

    @Test
    void aShorterGraceThanReadersCountOnIsRefused() {
        CleanUpOptions defaults = CleanUpOptions.defaults();

        assertThatThrownBy(() -> defaults.grace(Duration.ofHours(23))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new LakeFolders(lake.store, List.of(""))).isInstanceOf(IllegalArgumentException.class);
    }
}
