package io.convergence.merge;

import static io.convergence.merge.Sample.A;
import static io.convergence.merge.Sample.B;
import static io.convergence.merge.Sample.BIG;
import static io.convergence.merge.Sample.ID;
import static io.convergence.merge.Sample.POLICY;
import static io.convergence.merge.Sample.UNKNOWN;
import static io.convergence.merge.Sample.at;
import static io.convergence.merge.Sample.cells;
import static io.convergence.merge.Sample.commit;
import static io.convergence.merge.Sample.delete;
import static io.convergence.merge.Sample.insert;
import static io.convergence.merge.Sample.key;
import static io.convergence.merge.Sample.load;
import static io.convergence.merge.Sample.merged;
import static io.convergence.merge.Sample.move;
import static io.convergence.merge.Sample.row;
import static io.convergence.merge.Sample.shown;
import static io.convergence.merge.Sample.update;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convergence.Finding;
import io.convergence.TableId;
import io.convergence.change.ChangePosition;
import io.convergence.change.ChangeRecord;
import io.convergence.merge.MergeCounts.What;
import io.convergence.merge.MergeInput.NewestTransaction;
import io.convergence.schema.Column;
import io.convergence.schema.DataType;
import io.convergence.schema.TableSchema;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Each rule of the merge by an example; random histories are in {@link MergePropertiesTest}. */
class ChangeMergerTest {
    private final Map<MergeKey, StoredRow> stored = new HashMap<>();

    private MergeResult merge(ChangeRecord... changes) {
        return ChangeMerger.of(POLICY)
                .merge(MergeInput.of(StoredRows.of(stored), List.of(changes)).settled());
    }

    private MergeResult.Merged apply(ChangeRecord... changes) {
        MergeResult.Merged result = merged(merge(changes));
        result.upserts().forEach(row -> stored.put(row.key(), row));
        result.tombstones().forEach(row -> stored.put(row.key(), row));
        return result;
    }

    private static Map<String, Object> shownRow(long id, Object a, Object b, Object big) {
        var cells = new HashMap<String, Object>();
        cells.put("id", id);
        cells.put("a", a);
        cells.put("b", b);
        cells.put("big", big);
        return cells;
    }

    // ---- order and identity

    @Test
    void s1TheOrderIsThatOfPositionsWhateverTheArrival() {
        var result = apply(
                delete(3, 30, 1), insert(1, 10, row(1, "first", 1L, "x")), update(2, 20, row(1, "second", 2L, "x")));

        assertThat(result.upserts()).isEmpty();
        assertThat(result.tombstones()).extracting(Tombstone::key).containsExactly(key(1));
        assertThat(result.counts().of(What.SUPERSEDED)).isEqualTo(2);
    }

    @Test
    void s1SeveralChangesOfOneKeyInOneTransactionFollowTheCounter() {
        var result =
                apply(insert(1, 12, row(1, "again", 3L, "z")), delete(1, 8, 1), insert(1, 4, row(1, "first", 1L, "x")));

        assertThat(shown(result.upserts())).containsOnly(Map.entry(1L, shownRow(1, "again", 3L, "z")));
    }

    @Test
    void s1LoadRowsComeBeforeAllChanges() {
        var result = apply(update(1, 4, row(1, "changed", 2L, "y")), load(0, row(1, "loaded", 1L, "x")));

        assertThat(shown(result.upserts())).containsOnly(Map.entry(1L, shownRow(1, "changed", 2L, "y")));
    }

    @Test
    void s2ACounterAgainstTheCommitTimeDisputesTheTable() {
        var result = merge(
                insert(1, 20, row(1, "a", 1L, "x")),
                update(2, 10, row(1, "b", 2L, "x")),
                insert(3, 30, row(2, "c", 3L, "x")));

        assertThat(result).isInstanceOf(MergeResult.Disputed.class);
        assertThat(result.findings()).extracting(Finding::code).containsOnly("ORDER_DISPUTED");
        assertThat(result.findings().get(0).path())
                .contains(Sample.file(1) + " row 20")
                .contains(Sample.file(2) + " row 10");
        assertThat(result.counts().of(What.WITHHELD)).isEqualTo(3);
    }

    @Test
    void s2ACounterAgainstTheStoredRowDisputesTheTable() {
        apply(insert(1, 20, row(1, "a", 1L, "x")));

        var result = merge(update(2, 10, row(1, "b", 2L, "x")));

        assertThat(result).isInstanceOf(MergeResult.Disputed.class);
    }

    @Test
    void s2RowsOfAFileAgainstTheirCountersDisputeTheTable() {
        var first = (Sample.Row) insert(1, 4, row(1, "a", 1L, "x"));
        var second = (Sample.Row) insert(1, 8, row(2, "b", 2L, "x"));
        var swapped = new Sample.Row(
                second.operation(), second.position(), second.file(), 1, second.time(), second.row(), Map.of());

        var result = merge(first, swapped);

        assertThat(result.findings())
                .extracting(Finding::message)
                .anyMatch(text -> text.contains("order of rows in a file"));
    }

    @Test
    void s2CountersOfDifferentRunsDoNotCompare() {
        var later = (Sample.Row) update(9, 4, row(1, "later", 2L, "y"));
        var position = (ChangePosition.Sequenced) later.position();
        var otherRun = later.withPosition(new ChangePosition.Sequenced(
                position.generation(),
                position.sequence(),
                position.run().plusSeconds(9),
                position.fileInstant(),
                position.row()));

        var result = apply(insert(1, 20, row(1, "a", 1L, "x")), otherRun);

        assertThat(shown(result.upserts()).get(1L)).containsEntry("a", "later");
    }

    @Test
    void s3AChangeDeliveredTwiceCountsOnce() {
        var change = insert(1, 4, row(1, "a", 1L, "x"));
        var again = ((Sample.Row) change).again("cdc/again.parquet", Instant.parse("2026-02-01T00:00:00Z"), 7);

        var result = apply(change, change, again);

        assertThat(result.counts().of(What.DUPLICATE)).isEqualTo(2);
        assertThat(result.counts().of(What.APPLIED)).isEqualTo(1);
    }

    @Test
    void s3AChangeAppliedBeforeIsReplayedAndChangesNothing() {
        var change = update(1, 4, row(1, "a", 1L, UNKNOWN));
        apply(load(0, row(1, "l", 0L, "big")), change);

        var result = merged(
                merge(((Sample.Row) change).again("cdc/again.parquet", Instant.parse("2026-02-01T00:00:00Z"), 7)));

        assertThat(result.upserts()).isEmpty();
        assertThat(result.counts().of(What.REPLAYED)).isEqualTo(1);
    }

    @Test
    void s3OneSequenceForTwoDifferentRowsDisputesTheTable() {
        var result = merge(insert(1, 4, row(1, "a", 1L, "x")), insert(1, 4, row(1, "b", 1L, "x")));

        assertThat(result.findings()).extracting(Finding::code).contains("ORDER_DISPUTED");
    }

    @Test
    void s7TheNewestCommitTimestampIsHeldAndBoundsWhatIsComplete() {
        var input = MergeInput.of(
                StoredRows.none(),
                List.of(
                        insert(1, 4, row(1, "a", 1L, "x")),
                        insert(2, 8, row(2, "b", 2L, "x")),
                        insert(2, 12, row(3, "c", 3L, "x"))));

        var held = merged(ChangeMerger.of(POLICY).merge(input));
        var settled = merged(ChangeMerger.of(POLICY).merge(input.settled()));

        assertThat(shown(held.upserts())).containsOnlyKeys(1L);
        assertThat(held.counts().of(What.HELD)).isEqualTo(2);
        assertThat(held.heldFiles()).containsExactly(Sample.file(2));
        assertThat(held.completeThrough()).contains(commit(2));
        assertThat(shown(settled.upserts())).containsOnlyKeys(1L, 2L, 3L);
        assertThat(settled.completeThrough()).contains(commit(2).plusNanos(1000));
    }

    @Test
    void s7ChangesOlderThanThePublishedBoundAreReportedAsLate() {
        var input = new MergeInput(
                StoredRows.none(),
                List.of(insert(1, 4, row(1, "a", 1L, "x"))),
                Set.of(),
                NewestTransaction.HOLD,
                commit(5));

        var result = merged(ChangeMerger.of(POLICY).merge(input));

        assertThat(result.counts().of(What.LATE)).isEqualTo(1);
        assertThat(result.findings()).extracting(Finding::code).containsExactly("LATE_CHANGES");
        assertThat(result.completeThrough()).contains(commit(5));
    }

    // ---- images

    @Test
    void s8ANullOverwritesAndAnUnknownCellDoesNot() {
        apply(load(0, row(1, "a", 1L, "big")));

        var result = apply(update(1, 4, row(1, null, 2L, UNKNOWN)));

        assertThat(shown(result.upserts())).containsEntry(1L, shownRow(1, null, 2L, "big"));
        assertThat(result.counts().of(What.UNKNOWN_KEPT)).isEqualTo(1);
        assertThat(result.upserts().get(0).cells().inherited().stream().boxed()).containsExactly(3);
    }

    @Test
    void s8AKeyOnlyDeleteRemovesTheRow() {
        apply(load(0, row(1, "a", 1L, "big")));

        var result = apply(delete(1, 4, 1));

        assertThat(result.tombstones()).extracting(Tombstone::key).containsExactly(key(1));
    }

    @Test
    void s8AColumnTheFileLacksKeepsTheValueInAnUpdateAndIsNullInAnInsert() {
        apply(load(0, row(1, "a", 1L, "big")));

        var result = apply(
                update(1, 4, cells(ID, 1L, A, "b", B, 2L)),
                insert(1, 8, cells(ID, 2L, A, "c", B, 3L)),
                update(1, 12, cells(ID, 3L, A, "d", B, 4L)));

        assertThat(shown(result.upserts()))
                .containsEntry(1L, shownRow(1, "b", 2L, "big"))
                .containsEntry(2L, shownRow(2, "c", 3L, null))
                .containsEntry(3L, shownRow(3, "d", 4L, null));
        assertThat(result.upserts())
                .extracting(row -> row.cells().hasInherited())
                .containsExactly(true, false, true);
    }

    @Test
    void s9AFirstSeenUpdateRemembersWhatIsUnknown() {
        var result = apply(update(1, 4, row(1, "a", 1L, UNKNOWN)));

        assertThat(shown(result.upserts())).containsEntry(1L, shownRow(1, "a", 1L, "?"));
        assertThat(result.upserts().get(0).cells().unknown().stream().boxed()).containsExactly(3);
        assertThat(result.counts().of(What.UNKNOWN_FIRST_SEEN)).isEqualTo(1);
        assertThat(result.counts().of(What.UPDATE_OF_ABSENT)).isEqualTo(1);
    }

    @Test
    void s9AnUnknownCellBecomesKnownWhenAChangeTellsIt() {
        apply(update(1, 4, row(1, "a", 1L, UNKNOWN)));

        var result = apply(update(2, 8, row(1, "a", 1L, "told")));

        assertThat(result.upserts().get(0).cells().hasUnknown()).isFalse();
    }

    @Test
    void s9ValuesNeverCrossADelete() {
        apply(load(0, row(1, "a", 1L, "big")));

        var result = apply(delete(1, 4, 1), update(2, 8, row(1, "b", 2L, UNKNOWN)));

        assertThat(shown(result.upserts())).containsEntry(1L, shownRow(1, "b", 2L, "?"));
    }

    @Test
    void s9AfterAKeyChangeValuesComeFromTheRowOfTheOldKey() {
        apply(load(0, row(1, "a", 1L, "big one")), load(1, row(2, "b", 2L, "big two")));

        var result = apply(delete(1, 4, 2), move(1, 8, 1, row(2, "a", 1L, UNKNOWN)));

        assertThat(shown(result.upserts())).containsOnly(Map.entry(2L, shownRow(2, "a", 1L, "big one")));
        assertThat(result.tombstones()).extracting(Tombstone::key).containsExactly(key(1));
    }

    // ---- key changes

    @Test
    void s10RowsThatSwapKeysInOneTransactionAreToldByTheirImages() {
        apply(load(0, row(1, "one", 1L, "big one")), load(1, row(2, "two", 2L, "big two")));

        var result = apply(move(1, 4, 1, row(2, "one", 1L, UNKNOWN)), move(1, 8, 2, row(1, "two", 2L, UNKNOWN)));

        assertThat(shown(result.upserts()))
                .containsEntry(1L, shownRow(1, "two", 2L, "big two"))
                .containsEntry(2L, shownRow(2, "one", 1L, "big one"));
        assertThat(result.counts().of(What.MOVED_BY_IMAGE)).isEqualTo(1);
    }

    @Test
    void s10RowsThatAllMoveUpOneKeyKeepTheirValues() {
        apply(load(0, row(1, "one", 1L, "x")), load(1, row(2, "two", 2L, "y")), load(2, row(3, "three", 3L, "z")));

        var result = apply(
                move(1, 4, 1, row(2, "one", 1L, UNKNOWN)),
                move(1, 8, 2, row(3, "two", 2L, UNKNOWN)),
                move(1, 12, 3, row(4, "three", 3L, UNKNOWN)));

        assertThat(shown(result.upserts()))
                .containsOnly(
                        Map.entry(2L, shownRow(2, "one", 1L, "x")),
                        Map.entry(3L, shownRow(3, "two", 2L, "y")),
                        Map.entry(4L, shownRow(4, "three", 3L, "z")));
    }

    @Test
    void s10ASwapWhoseImagesFitNoRowIsAKeyCollision() {
        apply(load(0, row(1, "one", 1L, "x")), load(1, row(2, "two", 2L, "y")));

        var result = merge(move(1, 4, 1, row(2, "one", 1L, UNKNOWN)), move(1, 8, 2, row(1, "changed", 9L, UNKNOWN)));

        assertThat(result).isInstanceOf(MergeResult.Disputed.class);
        assertThat(result.findings()).extracting(Finding::code).containsOnly("KEY_COLLISION");
    }

    @Test
    void s10FullBeforeImagesSingleOutARowThatChangesAsItMoves() {
        apply(load(0, row(1, "one", 1L, "x")), load(1, row(2, "two", 2L, "y")));

        var result = apply(
                move(1, 4, row(1, "one", 1L, "x"), row(2, "one", 1L, "x")),
                move(1, 8, row(2, "two", 2L, "y"), row(1, "changed", 9L, UNKNOWN)));

        assertThat(shown(result.upserts()))
                .containsEntry(1L, shownRow(1, "changed", 9L, "y"))
                .containsEntry(2L, shownRow(2, "one", 1L, "x"));
    }

    @Test
    void s10AKeyChangeOntoARowThatStaysIsAKeyCollision() {
        apply(insert(1, 4, row(1, "one", 1L, "x")), insert(1, 8, row(2, "two", 2L, "y")));

        var result = merge(move(2, 12, 1, row(2, "one", 1L, "x")));

        assertThat(result).isInstanceOf(MergeResult.Disputed.class);
        assertThat(result.findings().get(0).message())
                .contains("[2]")
                .contains("moves onto it while its own row stays");
    }

    @Test
    void s10AKeyChangeTheLoadHadSeenAlreadyKeepsTheLoadedCells() {
        apply(load(0, row(2, "loaded later", 5L, "big")));

        var result =
                apply(move(1, 4, 1, row(2, "moved", 1L, UNKNOWN)), update(2, 8, row(2, "loaded later", 5L, UNKNOWN)));

        assertThat(shown(result.upserts())).containsEntry(2L, shownRow(2, "loaded later", 5L, "big"));
        assertThat(result.counts().of(What.LOAD_OVERLAP_KEY_CHANGE)).isEqualTo(1);
    }

    @Test
    void s10ATransactionCutBetweenTwoMovesIsDecidedTogether() {
        var first = move(1, 4, 1, row(2, "one", 1L, UNKNOWN));
        var second = move(1, 8, 2, row(1, "two", 2L, UNKNOWN));
        var loads = List.of(load(0, row(1, "one", 1L, "big one")), load(1, row(2, "two", 2L, "big two")));
        apply(loads.get(0), loads.get(1));
        apply(first);

        var asked = merge(second);
        var result = merged(ChangeMerger.of(POLICY)
                .merge(MergeInput.of(StoredRows.of(stored), List.of(second))
                        .settled()
                        .withHistory(
                                ((MergeResult.NeedsHistory) asked).keys(),
                                List.of(loads.get(0), loads.get(1), first))));

        assertThat(asked).isInstanceOf(MergeResult.NeedsHistory.class);
        assertThat(shown(result.upserts()))
                .containsEntry(1L, shownRow(1, "two", 2L, "big two"))
                .containsEntry(2L, shownRow(2, "one", 1L, "big one"));
    }

    @Test
    void s10WithoutBeforeImagesOrphansAreReportedAsPossible() {
        var policy = POLICY.withKeyChanges(KeyChanges.UNTRACKED);
        apply(load(0, row(1, "one", 1L, "x")));

        var result = merged(ChangeMerger.of(policy)
                .merge(MergeInput.of(StoredRows.of(stored), List.of(update(1, 4, row(2, "one", 1L, "x"))))
                        .settled()));

        assertThat(shown(result.upserts())).containsOnlyKeys(2L);
        assertThat(result.counts().of(What.ORPHAN_POSSIBLE)).isEqualTo(1);
        assertThat(result.findings()).extracting(Finding::code).containsExactly("ORPHANS_POSSIBLE");
    }

    // ---- late changes

    @Test
    void s11AnOlderChangeNeverBeatsANewerRow() {
        apply(insert(5, 20, row(1, "new", 2L, "y")));

        var result = apply(update(1, 4, row(1, "old", 1L, "x")));

        assertThat(result.upserts()).isEmpty();
        assertThat(result.counts().of(What.STALE)).isEqualTo(1);
    }

    @Test
    void s11ALateChangeOfARowWithInheritedCellsNeedsHistory() {
        var base = load(0, row(1, "a", 1L, "old big"));
        var newer = update(5, 20, row(1, "b", 2L, UNKNOWN));
        var late = update(1, 4, row(1, "a", 1L, "new big"));
        apply(base, newer);

        var asked = merge(late);
        var result = merged(ChangeMerger.of(POLICY)
                .merge(MergeInput.of(StoredRows.of(stored), List.of(late))
                        .settled()
                        .withHistory(Set.of(key(1)), List.of(base, newer))));

        assertThat(asked)
                .isInstanceOfSatisfying(
                        MergeResult.NeedsHistory.class,
                        needs -> assertThat(needs.keys()).containsExactly(key(1)));
        assertThat(shown(result.upserts())).containsEntry(1L, shownRow(1, "b", 2L, "new big"));
        assertThat(result.counts().of(What.FROM_HISTORY)).isEqualTo(3);
    }

    @Test
    void s11HistoryIsAskedForUntilClosedOverLinkedKeys() {
        var base = load(0, row(1, "a", 1L, "old big"));
        var moved = move(5, 20, 1, row(2, "b", 2L, UNKNOWN));
        var late = update(1, 4, row(1, "a", 1L, "new big"));
        apply(base, moved);
        var merger = ChangeMerger.of(POLICY);
        var input = MergeInput.of(StoredRows.of(stored), List.of(late)).settled();

        var first = (MergeResult.NeedsHistory) merger.merge(input);
        var second =
                (MergeResult.NeedsHistory) merger.merge(input.withHistory(first.keys(), List.of(base, late, moved)));
        var result = merged(merger.merge(input.withHistory(second.keys(), List.of(base, late, moved))));

        assertThat(first.keys()).containsExactly(key(1));
        assertThat(second.keys()).containsExactlyInAnyOrder(key(1), key(2));
        assertThat(shown(result.upserts())).containsOnly(Map.entry(2L, shownRow(2, "b", 2L, "new big")));
    }

    @Test
    void s11HistoryThatLacksAnAppliedChangeIsNotBelieved() {
        apply(load(0, row(1, "a", 1L, "big")), update(5, 20, row(1, "b", 2L, UNKNOWN)));
        var late = update(1, 4, row(1, "a", 1L, "new big"));

        var result = ChangeMerger.of(POLICY)
                .merge(MergeInput.of(StoredRows.of(stored), List.of(late))
                        .settled()
                        .withHistory(Set.of(key(1)), List.of()));

        assertThat(result.findings()).extracting(Finding::code).containsExactly("HISTORY_INCOMPLETE");
    }

    @Test
    void s12ALateChangeCannotBringADeletedRowBack() {
        apply(insert(1, 4, row(1, "a", 1L, "x")), delete(5, 20, 1));

        var result = apply(update(2, 8, row(1, "late", 2L, "y")));

        assertThat(result.upserts()).isEmpty();
        assertThat(result.counts().of(What.STALE_BELOW_TOMBSTONE)).isEqualTo(1);
    }

    /** What the rule is for: the same late change, but the tombstone is lost. */
    @Test
    void s12WithoutItsTombstoneADeletedRowComesBack() {
        apply(insert(1, 4, row(1, "a", 1L, "x")), delete(5, 20, 1));
        stored.clear();

        var result = apply(update(2, 8, row(1, "late", 2L, "y")));

        assertThat(result.upserts()).extracting(LiveRow::key).containsExactly(key(1));
    }

    @Test
    void s12ADeleteBeforeItsInsertArrivesLeavesATombstone() {
        apply(delete(5, 20, 1));

        var result = apply(insert(1, 4, row(1, "a", 1L, "x")));

        assertThat(result.upserts()).isEmpty();
        assertThat(stored.get(key(1))).isInstanceOf(Tombstone.class);
    }

    @Test
    void s12AChangeOfAnAbsentKeyBelowTheFloorIsQuarantined() {
        var policy = POLICY.withFloor(at(3, 10));
        var below = insert(1, 4, row(1, "a", 1L, "x"));
        var above = insert(5, 20, row(2, "b", 2L, "y"));

        var result = merged(ChangeMerger.of(policy)
                .merge(MergeInput.of(StoredRows.none(), List.of(below, above)).settled()));

        assertThat(shown(result.upserts())).containsOnlyKeys(2L);
        assertThat(result.quarantined()).containsExactly(below.origin());
        assertThat(result.findings()).extracting(Finding::code).containsExactly("CHANGE_QUARANTINED");
    }

    @Test
    void s12AChangeOfAnAbsentKeyAtTheFloorIsApplied() {
        var policy = POLICY.withFloor(at(3, 10));

        var result = merged(ChangeMerger.of(policy)
                .merge(MergeInput.of(StoredRows.none(), List.of(insert(3, 10, row(1, "a", 1L, "x"))))
                        .settled()));

        assertThat(shown(result.upserts())).containsOnlyKeys(1L);
        assertThat(result.quarantined()).isEmpty();
    }

    @Test
    void s12AChangeBelowTheFloorOfAKeyStillKnownIsDecidedByWhatIsStored() {
        apply(insert(1, 4, row(1, "a", 1L, "x")), delete(5, 20, 1), insert(5, 24, row(2, "b", 2L, "y")));
        var policy = POLICY.withFloor(at(3, 10));

        var result = merged(ChangeMerger.of(policy)
                .merge(MergeInput.of(
                                StoredRows.of(stored),
                                List.of(update(2, 6, row(1, "late", 1L, "x")), update(2, 8, row(2, "late", 1L, "x"))))
                        .settled()));

        assertThat(result.upserts()).isEmpty();
        assertThat(result.quarantined()).isEmpty();
        assertThat(result.counts().toMap())
                .containsEntry(What.STALE_BELOW_TOMBSTONE, 1L)
                .containsEntry(What.STALE, 1L);
    }

    @Test
    void s12AKeyChangeFromAKeyForgottenBelowTheFloorIsQuarantined() {
        apply(insert(5, 24, row(2, "b", 2L, "y")));
        var late = move(2, 6, 1, row(2, "late", 1L, UNKNOWN));

        var result = merged(ChangeMerger.of(POLICY.withFloor(at(3, 10)))
                .merge(MergeInput.of(StoredRows.of(stored), List.of(late)).settled()));

        assertThat(result.upserts()).isEmpty();
        assertThat(result.quarantined()).containsExactly(late.origin());
    }

    @Test
    void s9AnUnknownCellAfterADeleteStaysUnknownThroughAKeyChange() {
        apply(insert(1, 4, row(1, "a", 1L, "of the deleted row")), delete(2, 8, 1));

        var result = apply(update(3, 12, row(1, "b", 2L, UNKNOWN)), move(4, 16, 1, row(2, "b", 2L, UNKNOWN)));

        assertThat(shown(result.upserts())).containsOnly(Map.entry(2L, shownRow(2, "b", 2L, "?")));
    }

    @Test
    void s10ABeforeImageOfTheSameKeyIsNoKeyChange() {
        apply(load(0, row(1, "a", 1L, "big")));

        var result = apply(move(1, 4, 1, row(1, "b", 2L, UNKNOWN)));

        assertThat(shown(result.upserts())).containsOnly(Map.entry(1L, shownRow(1, "b", 2L, "big")));
        assertThat(result.tombstones()).isEmpty();
        assertThat(result.counts().of(What.KEY_CHANGED)).isZero();
    }

    @Test
    void s11KeyChangesChainedAcrossTransactionsWithALateLinkNeedHistory() {
        var base = load(0, row(1, "a", 1L, "big"));
        var first = move(1, 4, 1, row(2, "a", 1L, UNKNOWN));
        var second = move(2, 8, 2, row(3, "a", 1L, UNKNOWN));
        var third = move(3, 12, 3, row(4, "a", 1L, UNKNOWN));
        apply(base, first, third);

        var input = MergeInput.of(StoredRows.of(stored), List.of(second)).settled();
        var merger = ChangeMerger.of(POLICY);
        var asked = (MergeResult.NeedsHistory) merge(second);
        var more = (MergeResult.NeedsHistory) merger.merge(input.withHistory(asked.keys(), List.of(first, third)));
        var result = merged(merger.merge(input.withHistory(more.keys(), List.of(base, first, third))));

        assertThat(shown(stored.values())).containsOnlyKeys(2L, 4L);
        assertThat(asked.keys()).containsExactlyInAnyOrder(key(2), key(3));
        assertThat(more.keys()).containsExactlyInAnyOrder(key(1), key(2), key(3), key(4));
        assertThat(shown(result.upserts())).containsOnly(Map.entry(4L, shownRow(4, "a", 1L, "big")));
    }

    // ---- counts and contradictions

    @Test
    void s17EveryReceivedChangeComesToOneEnd() {
        apply(load(0, row(1, "a", 1L, "x")), insert(2, 8, row(2, "b", 2L, "y")), delete(3, 12, 2));

        var result = merged(ChangeMerger.of(POLICY)
                .merge(
                        StoredRows.of(stored),
                        List.of(
                                insert(2, 8, row(2, "b", 2L, "y")),
                                update(4, 16, row(1, "c", 3L, "z")),
                                update(4, 16, row(1, "c", 3L, "z")),
                                update(5, 20, row(1, "d", 4L, "z")),
                                update(6, 24, row(1, "held", 5L, "z")))));

        long ends = Arrays.stream(What.values())
                .filter(What::end)
                .mapToLong(result.counts()::of)
                .sum();
        assertThat(ends).isEqualTo(result.counts().of(What.RECEIVED)).isEqualTo(5);
        assertThat(result.counts().toMap())
                .containsEntry(What.STALE_BELOW_TOMBSTONE, 1L)
                .containsEntry(What.DUPLICATE, 1L)
                .containsEntry(What.SUPERSEDED, 1L)
                .containsEntry(What.APPLIED, 1L)
                .containsEntry(What.HELD, 1L);
    }

    @Test
    void anInsertOfALiveKeyReplacesTheRowAndIsCounted() {
        apply(load(0, row(1, "loaded", 1L, "x")));

        var result = apply(insert(1, 4, row(1, "inserted", 2L, "y")));

        assertThat(shown(result.upserts())).containsEntry(1L, shownRow(1, "inserted", 2L, "y"));
        assertThat(result.counts().of(What.INSERT_OVER_LIVE)).isEqualTo(1);
    }

    @Test
    void s15ValuesWidenToThePublishedTypesAndNeverNarrow() {
        Column wide = Column.nullable("b", DataType.numeric(12, 2));
        var policy = MergePolicy.of(new TableSchema(Sample.TABLE, List.of(ID, A, wide, BIG), List.of("id")));
        Column narrow = Column.nullable("b", DataType.of(DataType.Kind.INT1));
        var narrowPolicy = MergePolicy.of(new TableSchema(Sample.TABLE, List.of(ID, A, narrow, BIG), List.of("id")));
        var input = MergeInput.of(StoredRows.none(), List.of(insert(1, 4, row(1, "a", 1000L, "x"))))
                .settled();

        var result = merged(ChangeMerger.of(policy).merge(input));

        assertThat(shown(result.upserts()).get(1L)).containsEntry("b", new BigDecimal("1000.00"));
        assertThatThrownBy(() -> ChangeMerger.of(narrowPolicy).merge(input))
                .isInstanceOf(UnmergeableChangeException.class)
                .hasMessage("Cannot merge '" + Sample.file(1)
                        + "' row 4: column 'b' is published as int1, which cannot hold its value of type"
                        + " int4 exactly. Widen the published column, or reload the table if its type was changed.");
    }

    @Test
    void aColumnThatIsNotPublishedIsNeverDropped() {
        var change = insert(1, 4, cells(ID, 1L, Column.nullable("surprise", DataType.of(DataType.Kind.NCLOB)), "x"));

        assertThatThrownBy(() -> merge(change))
                .isInstanceOf(UnmergeableChangeException.class)
                .hasMessageContaining("column 'surprise' is not among the published columns");
    }

    @Test
    void aChangeWithoutItsKeyIsAnError() {
        assertThatThrownBy(() -> merge(insert(1, 4, cells(A, "x"))))
                .isInstanceOf(UnmergeableChangeException.class)
                .hasMessageContaining("key column 'id' is ABSENT");
    }

    @Test
    void generationsAreNotMixed() {
        apply(load(0, row(1, "a", 1L, "x")));
        var other = ((Sample.Row) insert(1, 4, row(1, "b", 2L, "y"))).withoutLoad();

        assertThatThrownBy(() -> merge(other))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("generations");
    }

    @Test
    void changesOfAnotherTableAreRefused() {
        var policy =
                MergePolicy.of(new TableSchema(TableId.of("public", "other"), List.of(ID, A, B, BIG), List.of("id")));

        assertThatThrownBy(() -> ChangeMerger.of(policy).merge(StoredRows.none(), List.of(delete(1, 4, 1))))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void s1WithoutASequenceTheFileAndRowDecide() {
        var first = (Sample.Row) insert(1, 4, row(1, "a", 1L, "x"));
        var second = (Sample.Row) update(1, 8, row(1, "b", 2L, "x"));
        Instant file = Instant.parse("2026-01-01T00:20:00Z");

        var result = apply(
                second.withPosition(new ChangePosition.Filed(Sample.GENERATION, file, 2)),
                first.withPosition(new ChangePosition.Filed(Sample.GENERATION, file, 1)));

        assertThat(shown(result.upserts()).get(1L)).containsEntry("a", "b");
    }

    @Test
    void keysOfEqualValueAreEqualWhateverTheirType() {
        assertThat(MergeKey.of(1L))
                .isEqualTo(MergeKey.of(new BigDecimal("1.00")))
                .isEqualTo(MergeKey.of(BigInteger.ONE));
        assertThat(MergeKey.of(0.0)).isEqualTo(MergeKey.of(-0.0));
        assertThat(MergeKey.of(new BigDecimal("1E+2"))).isEqualTo(MergeKey.of(100L));
        assertThat(MergeKey.of(new BigDecimal("0.5")))
                .isLessThan(MergeKey.of(1L))
                .isGreaterThan(MergeKey.of(-1L));
        assertThat(MergeKey.of(new BigInteger("18446744073709551615"))).isGreaterThan(MergeKey.of(Long.MAX_VALUE));
        assertThat(MergeKey.of("\uFFFF")).isLessThan(MergeKey.of("\uD83D\uDE00"));
        assertThat(MergeKey.of("a", 1L)).isLessThan(MergeKey.of("a", 2L)).isGreaterThan(MergeKey.of("", 9L));
    }
}
