package io.convergence.merge;

import static io.convergence.merge.Sample.POLICY;
import static io.convergence.merge.Sample.UNKNOWN;
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

import io.convergence.Finding;
import io.convergence.change.ChangeRecord;
import io.convergence.change.Operation;
import io.convergence.merge.MergeCounts.What;
import io.convergence.schema.Column;
import io.convergence.schema.DataType;
import io.convergence.schema.TableSchema;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys that another row takes: cases of decision 0008, each named by its letter there. */
class TakenKeysTest {
    private static final MergePolicy STATEMENT = POLICY.withKeyUniqueness(KeyUniqueness.AT_EACH_STATEMENT);

    private final Map<MergeKey, StoredRow> stored = new HashMap<>();
    private MergePolicy policy = POLICY;

    private MergeResult merge(ChangeRecord... changes) {
        return ChangeMerger.of(policy)
                .merge(MergeInput.of(StoredRows.of(stored), List.of(changes)).settled());
    }

    private MergeResult.Merged apply(ChangeRecord... changes) {
        MergeResult.Merged result = merged(merge(changes));
        result.upserts().forEach(row -> stored.put(row.key(), row));
        result.tombstones().forEach(row -> stored.put(row.key(), row));
        return result;
    }

    private static ChangeRecord deleteOf(int transaction, int counter, Map<Column, Object> old) {
        return Sample.cdc(Operation.DELETE, transaction, counter, old, Map.of());
    }

    private static ChangeRecord[] withoutLoad(ChangeRecord... changes) {
        return Arrays.stream(changes)
                .map(change -> (ChangeRecord) ((Sample.Row) change).withoutLoad())
                .toArray(ChangeRecord[]::new);
    }

    private static Map<String, Object> shownRow(long id, Object a, Object b, Object big) {
        var cells = new HashMap<String, Object>();
        cells.put("id", id);
        cells.put("a", a);
        cells.put("b", b);
        cells.put("big", big);
        return cells;
    }

    private static void assertCollision(MergeResult result, String why) {
        assertThat(result).isInstanceOf(MergeResult.Disputed.class);
        assertThat(result.findings()).extracting(Finding::code).containsOnly("KEY_COLLISION");
        assertThat(result.findings()).extracting(Finding::message).anyMatch(text -> text.contains(why));
    }

    // ---- D: a live key is inserted and deleted in one transaction

    @Test
    void s10D1AnInsertOverALiveRowAndAKeyOnlyDeleteInOneTransactionAreAKeyCollision() {
        apply(insert(1, 4, row(1, "old", 1L, "x")));

        var result = merge(insert(2, 8, row(1, "new", 2L, "y")), delete(2, 12, 1));

        assertCollision(result, "a change does not tell which of several rows on it leaves");
    }

    @Test
    void s10D2ADeleteThatTellsTheOldRowLeavesTheNewOne() {
        apply(insert(1, 4, row(1, "old", 1L, "x")));

        var result = apply(insert(2, 8, row(1, "new", 2L, "y")), deleteOf(2, 12, row(1, "old", 1L, "x")));

        assertThat(shown(result.upserts())).containsOnly(Map.entry(1L, shownRow(1, "new", 2L, "y")));
    }

    @Test
    void s10D3ADeleteThatTellsTheNewRowDoesNotTellWhetherTheOldOneIsStillThere() {
        apply(insert(1, 4, row(1, "old", 1L, "x")));

        var result = merge(insert(2, 8, row(1, "new", 2L, "y")), deleteOf(2, 12, row(1, "new", 2L, "y")));

        assertCollision(result, "whether the older one is still there is not told");
    }

    @Test
    void s10D4ALaterInsertSettlesTheKey() {
        apply(load(0, row(1, "latest", 3L, "z")));

        var result =
                apply(insert(2, 8, row(1, "new", 2L, "y")), delete(2, 12, 1), insert(3, 16, row(1, "latest", 3L, "z")));

        assertThat(shown(result.upserts())).containsOnly(Map.entry(1L, shownRow(1, "latest", 3L, "z")));
        assertThat(result.findings()).isEmpty();
    }

    @Test
    void s10D4ALaterKeyChangeOntoTheKeyShowsThatItWasFree() {
        apply(insert(1, 4, row(1, "old", 1L, "x")), insert(1, 6, row(2, "two", 2L, "big two")));

        var result = apply(
                insert(2, 8, row(1, "new", 2L, "y")), delete(2, 12, 1), move(3, 16, 2, row(1, "two", 2L, UNKNOWN)));

        assertThat(shown(result.upserts())).containsOnly(Map.entry(1L, shownRow(1, "two", 2L, "big two")));
    }

    @Test
    void s10D5WhereKeysAreCheckedAtEachStatementTheNewRowIsTheOneDeleted() {
        policy = STATEMENT;
        apply(load(0, row(1, "new", 2L, "y")));

        var result = apply(insert(2, 8, row(1, "new", 2L, "y")), delete(2, 12, 1));

        assertThat(result.upserts()).isEmpty();
        assertThat(result.tombstones()).extracting(Tombstone::key).containsExactly(key(1));
    }

    @Test
    void s11D6ATransactionCutBetweenInsertAndDeleteIsDecidedTogether() {
        apply(insert(1, 4, row(1, "old", 1L, "x")));
        apply(insert(2, 8, row(1, "new", 2L, "y")));

        assertThat(merge(delete(2, 12, 1))).isInstanceOf(MergeResult.NeedsHistory.class);
    }

    @Test
    void s11D6ADeleteThatArrivesBeforeTheInsertOfItsTransactionIsDecidedTogether() {
        apply(delete(2, 12, 1));

        assertThat(merge(insert(2, 8, row(1, "new", 2L, "y")))).isInstanceOf(MergeResult.NeedsHistory.class);
    }

    @Test
    void s11D6AnOldRowThatArrivesAfterInsertAndDeleteIsDecidedTogether() {
        apply(insert(2, 8, row(1, "new", 2L, "y")), delete(2, 12, 1));

        assertThat(merge(insert(1, 4, row(1, "old", 1L, "x")))).isInstanceOf(MergeResult.NeedsHistory.class);
    }

    // ---- E: the ordinary neighbours of D, which must not raise an alarm

    @Test
    void s10E1AFreeKeyInsertedAndDeletedInOneTransactionIsFree() {
        policy = POLICY.withLoadEnd(commit(1));
        apply(insert(1, 4, row(1, "other", 1L, "x")), delete(1, 6, 1));

        var result = apply(
                insert(2, 8, row(1, "again", 2L, "y")),
                delete(2, 12, 1),
                insert(2, 16, row(2, "new", 2L, "y")),
                delete(2, 20, 2));

        assertThat(result.upserts()).isEmpty();
        assertThat(result.findings()).isEmpty();
    }

    @Test
    void s10E2ADeleteAndAnInsertInOneTransactionReplaceTheRow() {
        apply(load(0, row(1, "old", 1L, "x")));

        var result = apply(delete(2, 8, 1), insert(2, 12, row(1, "new", 2L, "y")));

        assertThat(shown(result.upserts())).containsOnly(Map.entry(1L, shownRow(1, "new", 2L, "y")));
        assertThat(result.counts().of(What.INSERT_OVER_LIVE)).isZero();
    }

    @Test
    void s10E3AfterAnUnseenTruncateInsertsReplaceTheRows() {
        apply(insert(1, 4, row(1, "old", 1L, "x")), insert(1, 8, row(2, "old", 1L, "x")));

        var result = apply(insert(5, 40, row(1, "new", 2L, "y")), insert(5, 44, row(2, "new", 2L, "y")));

        assertThat(shown(result.upserts())).containsOnlyKeys(1L, 2L);
        assertThat(result.counts().of(What.INSERT_OVER_LIVE)).isEqualTo(2);
        assertThat(result.findings()).isEmpty();
    }

    @Test
    void s10E4ChangesTheLoadHadSeenAreReplayedOverIt() {
        apply(load(0, row(1, "latest", 3L, "z")));

        var result = apply(
                insert(1, 4, row(1, "first", 1L, "x")),
                update(2, 8, row(1, "second", 1L, UNKNOWN)),
                delete(3, 12, 1),
                insert(4, 16, row(1, "latest", 3L, "z")));

        assertThat(shown(result.upserts())).containsOnly(Map.entry(1L, shownRow(1, "latest", 3L, "z")));
        assertThat(result.findings()).isEmpty();
    }

    @Test
    void s10E5WithoutALoadAnUnseenKeyInsertedAndDeletedIsTakenAsFreeAndSaidSo() {
        var result = apply(withoutLoad(insert(2, 8, row(1, "new", 2L, "y")), delete(2, 12, 1)));

        assertThat(result.upserts()).isEmpty();
        assertThat(result.findings()).extracting(Finding::code).containsExactly("UNSEEN_KEY_FREED");
    }

    @Test
    void s10E6WithoutALoadADeleteThatTellsAnotherRowLeavesTheInsertedOne() {
        var result =
                apply(withoutLoad(insert(2, 8, row(1, "new", 2L, "y")), deleteOf(2, 12, row(1, "unseen", 7L, "x"))));

        assertThat(shown(result.upserts())).containsOnly(Map.entry(1L, shownRow(1, "new", 2L, "y")));
        assertThat(result.findings()).isEmpty();
    }

    // ---- K: key changes while the load runs

    @Test
    void s10K1ACellOfARowThatLeftAKeyIsUnknownIfTheLoadMayHaveReadTheKeysNextRow() {
        var result = apply(
                load(0, row(1, "same", 1L, "big of the next row")),
                move(1, 4, 1, row(9, "moved", 5L, UNKNOWN)),
                insert(2, 8, row(1, "same", 1L, "big of the next row")));

        assertThat(shown(result.upserts()))
                .containsEntry(1L, shownRow(1, "same", 1L, "big of the next row"))
                .containsEntry(9L, shownRow(9, "moved", 5L, "?"));
        assertThat(result.counts().of(What.LOAD_OVERLAP_UNKNOWN)).isEqualTo(1);
        assertThat(result.findings()).extracting(Finding::code).containsExactly("LOAD_OVERLAP_UNKNOWN");
    }

    @Test
    void s10K1IsSeenAlsoIfTheNextRowComesInALaterMerge() {
        var base = load(0, row(1, "same", 1L, "big of the next row"));
        var moved = move(1, 4, 1, row(9, "moved", 5L, UNKNOWN));
        var next = insert(2, 8, row(1, "same", 1L, "big of the next row"));
        apply(base, moved);

        assertThat(merge(next))
                .isInstanceOfSatisfying(
                        MergeResult.NeedsHistory.class,
                        needs -> assertThat(needs.keys()).contains(key(1)));
    }

    /** S11: what is stored does not tell whether the LOAD file had the column, so that it is unknown whatever the delivery. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void s10K1S11AColumnYoungerThanTheLoadIsUnknownTooWhateverTheDelivery(boolean addedBetween) {
        Column added = Column.nullable("added", DataType.of(DataType.Kind.INT4));
        MergePolicy wider = MergePolicy.of(new TableSchema(
                Sample.TABLE, List.of(Sample.ID, Sample.A, Sample.B, Sample.BIG, added), List.of("id")));
        ChangeRecord base = load(0, row(1, "same", 1L, "big of the next row"));
        if (addedBetween) {
            apply(base);
            RowLayout layout = ChangeMerger.of(wider).layout();
            stored.replaceAll((key, row) -> new LiveRow(
                    key, row.position(), null, null, ((LiveRow) row).cells().in(layout)));
        }
        policy = wider;
        ChangeRecord moved = move(1, 4, 1, row(9, "moved", 5L, UNKNOWN));
        ChangeRecord next = insert(2, 8, row(1, "same", 1L, "big of the next row"));

        var result = addedBetween ? apply(moved, next) : apply(base, moved, next);

        Map<String, Object> expected = shownRow(9, "moved", 5L, "?");
        expected.put("added", "?");
        assertThat(shown(result.upserts())).containsEntry(9L, expected);
        assertThat(result.counts().of(What.LOAD_OVERLAP_UNKNOWN)).isEqualTo(2);
    }

    @Test
    void s10K2ACellIsKeptIfTheLoadedRowCannotBeTheNextOne() {
        var result = apply(
                load(0, row(1, "moved", 1L, "big")),
                move(1, 4, 1, row(9, "moved", 1L, UNKNOWN)),
                insert(2, 8, row(1, "next", 2L, "y")));

        assertThat(shown(result.upserts())).containsEntry(9L, shownRow(9, "moved", 1L, "big"));
        assertThat(result.findings()).isEmpty();
    }

    @Test
    void s10K3ACellIsKeptIfTheKeyIsTakenAgainAfterTheLoad() {
        policy = POLICY.withLoadEnd(commit(1));

        var result = apply(
                load(0, row(1, "same", 1L, "big")),
                move(1, 4, 1, row(9, "same", 1L, UNKNOWN)),
                insert(2, 8, row(1, "same", 1L, "y")));

        assertThat(shown(result.upserts())).containsEntry(9L, shownRow(9, "same", 1L, "big"));
        assertThat(result.findings()).isEmpty();
    }

    @Test
    void s10K4AKeyTheLoadDidNotFindMayHaveHadARowThatMovedOn() {
        policy = STATEMENT;

        var result = apply(
                load(0, row(1, "one", 1L, "big one")),
                move(1, 4, 1, row(2, "one", 1L, UNKNOWN)),
                move(1, 8, 2, row(3, "two", 2L, UNKNOWN)),
                delete(2, 12, 2));

        assertThat(shown(result.upserts())).containsOnly(Map.entry(3L, shownRow(3, "two", 2L, "?")));
    }

    @Test
    void s10K5ARowThatPassesAFreeKeyInOneTransactionKeepsItsCells() {
        var result = apply(
                load(0, row(1, "one", 1L, "big one")),
                move(1, 4, 1, row(2, "one", 1L, UNKNOWN)),
                move(1, 8, 2, row(3, "changed", 2L, UNKNOWN)));

        assertThat(shown(result.upserts())).containsOnly(Map.entry(3L, shownRow(3, "changed", 2L, "big one")));
        assertThat(result.findings()).isEmpty();
    }

    @Test
    void s10K6AfterTheLoadAKeyChangeOntoALoadedRowThatStaysIsAKeyCollision() {
        policy = POLICY.withLoadEnd(commit(1));
        apply(load(0, row(1, "one", 1L, "x")), load(1, row(2, "two", 2L, "y")));

        var result = merge(move(2, 8, 1, row(2, "one", 1L, UNKNOWN)));

        assertCollision(result, "moves onto it while its own row stays");
    }

    // ---- M: rows that move through each other and change

    @Test
    void s10M1ARowThatIsMadeLikeTheOneThatCameIsNotTakenForIt() {
        apply(insert(1, 4, row(1, "one", 1L, "big one")), insert(1, 8, row(2, "two", 1L, "big two")));

        var result = merge(move(2, 12, 1, row(2, "now", 1L, UNKNOWN)), move(2, 16, 2, row(3, "now", 1L, UNKNOWN)));

        assertCollision(result, "a change does not tell which of several rows on it leaves");
    }

    @Test
    void s10M2WhereKeysAreCheckedAtEachStatementTheKeysOwnRowLeaves() {
        policy = STATEMENT;
        apply(insert(1, 4, row(1, "one", 1L, "big one")), insert(1, 8, row(2, "two", 1L, "big two")));

        var result = apply(move(2, 12, 1, row(2, "now", 1L, UNKNOWN)), move(2, 16, 2, row(3, "now", 1L, UNKNOWN)));

        assertThat(shown(result.upserts()))
                .containsEntry(2L, shownRow(2, "now", 1L, "big one"))
                .containsEntry(3L, shownRow(3, "now", 1L, "big two"));
    }
}
