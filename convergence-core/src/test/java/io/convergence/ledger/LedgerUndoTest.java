package io.convergence.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convergence.Finding;
import io.convergence.store.ObjectStat;
import java.util.List;
import org.junit.jupiter.api.Test;

class LedgerUndoTest {
    private final LakeFiles lake = new LakeFiles();
    private final LedgerUndo undo = LedgerUndo.of(lake.ledger, lake.store, lake.store);

    @Test
    void aCompactionTakenBackMakesItsSourcesLiveAgain() {
        ObjectStat a = lake.raw("a");
        ObjectStat b = lake.raw("b");
        LedgerFile first = lake.compact(List.of(), a);
        LedgerSnapshot before = lake.ledger.snapshot();
        LedgerFile second = lake.compact(List.of(first), a, b);

        LedgerUndo.Plan plan = undo.plan();
        LedgerSnapshot after = undo.execute(plan);

        assertThat(plan.restored()).containsExactly(first);
        assertThat(plan.removed()).containsExactly(second);
        assertThat(after.compacted()).isEqualTo(before.compacted());
        assertThat(after.tail(List.of(a, b))).containsExactly(b);
        assertThat(after.undoable()).isEmpty();
        assertThat(lake.ledger.snapshot().compacted()).isEqualTo(before.compacted());
    }

    @Test
    void aMergeTakenBackPublishesWhatWasThereBefore() {
        ObjectStat a = lake.raw("a");
        ObjectStat b = lake.raw("b");
        lake.merge(1, a);
        LedgerSnapshot before = lake.ledger.snapshot();
        lake.merge(1, b);

        LedgerSnapshot after = undo.execute(undo.plan());

        assertThat(after.published()).isEqualTo(before.published());
        assertThat(after.isApplied(a)).isTrue();
        assertThat(after.isApplied(b)).isFalse();
        assertThat(after.wasApplied(b)).isFalse();
        lake.merge(1, b);
        assertThat(lake.ledger.snapshot().isApplied(b)).isTrue();
    }

    @Test
    void aReloadTakenBackBringsTheLoadBeforeBack() {
        ObjectStat a = lake.raw("a");
        ObjectStat b = lake.raw("b");
        lake.merge(1, a);
        LedgerSnapshot before = lake.ledger.snapshot();
        lake.merge(2, b);

        LedgerSnapshot after = undo.execute(undo.plan());

        assertThat(after.published()).isEqualTo(before.published());
        assertThat(after.isApplied(a)).isTrue();
        assertThat(after.sourcesOfEarlierLoads()).isEmpty();
        assertThat(after.wasApplied(b)).isFalse();
    }

    @Test
    void aSuspicionThatAMergeEndedStandsAgain() {
        lake.ledger.suspect("gone", null, List.of(LakeFiles.source(lake.raw("x"))));
        lake.merge(1, lake.raw("a"));
        assertThat(lake.ledger.snapshot().suspicions()).isEmpty();

        LedgerSnapshot after = undo.execute(undo.plan());

        assertThat(after.suspicions()).extracting(LedgerSnapshot.At::slot).containsExactly(0L);
    }

    @Test
    void fencesAndSuspicionsDoNotStandInTheWay() {
        lake.merge(1, lake.raw("a"));
        lake.ledger.commit(new LedgerEntry.Fence("f", 0));
        lake.ledger.suspect("gone", null, List.of(LakeFiles.source(lake.raw("x"))));

        assertThat(undo.execute(undo.plan()).published()).isEmpty();
    }

    @Test
    void onlyTheNewestCommitIsTakenBackAndOnlyOnce() {
        lake.merge(1, lake.raw("a"));
        lake.compact(List.of(), lake.raw("b"));

        assertThatThrownBy(() -> lake.ledger.commit(new LedgerEntry.Undo("u", 1, 0)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("u takes slot 0 back, but only slot 1 can be taken back");
        undo.execute(undo.plan());
        LedgerUndo.Plan again = undo.plan();

        assertThat(again.obstacles()).extracting(Finding::code).containsExactly("NOTHING_TO_UNDO");
        assertThatThrownBy(() -> undo.execute(again)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> lake.ledger.commit(new LedgerEntry.Undo("u", 2, 0)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void anUndoIsRefusedIfWhatItNeedsIsGone() {
        ObjectStat a = lake.raw("a");
        LedgerFile first = lake.compact(List.of(), a);
        ObjectStat b = lake.raw("b");
        lake.compact(List.of(first), a, b);
        lake.store.delete(first.key());
        lake.store.delete(b.key());
        lake.store.delete(a.key());

        LedgerUndo.Plan plan = undo.plan();

        assertThat(plan.obstacles()).extracting(Finding::code).containsExactly("UNDO_FILE_GONE", "UNDO_SOURCE_GONE");
        assertThat(plan.obstacles()).extracting(Finding::path).containsExactly(first.key(), b.key());
    }

    @Test
    void aMergeIsNotTakenBackIfItsRawFilesAreGoneButForCompactedOnes() {
        ObjectStat a = lake.raw("a");
        ObjectStat b = lake.raw("b");
        lake.compact(List.of(), a);
        lake.merge(1, a, b);
        lake.store.delete(a.key());
        assertThat(undo.plan().obstacles()).isEmpty();

        lake.store.delete(b.key());

        assertThat(undo.plan().obstacles()).extracting(Finding::path).containsExactly(b.key());
    }

    @Test
    void anOutputTakenBackDoesNotComeAgain() {
        ObjectStat a = lake.raw("a");
        LedgerFile first = lake.compact(List.of(), a);
        undo.execute(undo.plan());

        assertThatThrownBy(() -> lake.ledger.commit(new LedgerEntry.Compaction(
                        "t", 1, List.of(new LedgerEntry.CompactedFile(first, List.of(LakeFiles.source(a)))))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("was committed twice");
    }
}
