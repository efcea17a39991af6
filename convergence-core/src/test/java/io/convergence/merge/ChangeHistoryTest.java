package io.convergence.merge;

import static io.convergence.merge.Sample.A;
import static io.convergence.merge.Sample.B;
import static io.convergence.merge.Sample.BIG;
import static io.convergence.merge.Sample.ID;
import static io.convergence.merge.Sample.commit;
import static io.convergence.merge.Sample.delete;
import static io.convergence.merge.Sample.insert;
import static io.convergence.merge.Sample.key;
import static io.convergence.merge.Sample.load;
import static io.convergence.merge.Sample.move;
import static io.convergence.merge.Sample.row;
import static io.convergence.merge.Sample.update;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convergence.change.CellState;
import io.convergence.change.ChangePosition;
import io.convergence.change.ChangeRecord;
import io.convergence.merge.ChangeHistory.Intermediate;
import io.convergence.merge.MergeCounts.What;
import io.convergence.merge.MergeInput.NewestTransaction;
import io.convergence.schema.TableSchema;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** SCD 2: rules S1, S6, S7, S9, S10, S11 and S19 over time. */
class ChangeHistoryTest {
    private static final Long ONE = Long.getLong("convergence.seed");
    private static final int HISTORIES = Integer.getInteger("convergence.histories", 500);
    private static final MergePolicy POLICY = Sample.POLICY.withLoadEnd(commit(1));

    private static HistoryResult.Versions versions(ChangeHistory history, ChangeRecord... changes) {
        return versions(history, List.of(changes));
    }

    private static HistoryResult.Versions versions(ChangeHistory history, List<ChangeRecord> changes) {
        HistoryResult result = history.versions(changes, NewestTransaction.SETTLED);
        if (result instanceof HistoryResult.Versions versions) {
            return versions;
        }
        throw new AssertionError("No versions: " + result);
    }

    private static List<String> lines(HistoryResult.Versions history) {
        return history.versions().stream().map(ChangeHistoryTest::line).toList();
    }

    private static String line(RowVersion version) {
        return version.key() + " " + cells(version.cells()) + " " + seconds(version.validFrom()) + ".."
                + version.validTo().map(ChangeHistoryTest::seconds).orElse("") + " " + version.begin() + " "
                + version.end();
    }

    private static String seconds(Instant time) {
        return String.valueOf(java.time.Duration.between(Sample.RUN, time).toSeconds());
    }

    private static String cells(RowCells cells) {
        var text = new StringBuilder();
        for (int i = 1; i < cells.layout().size(); i++) {
            text.append(i == 1 ? "" : ",")
                    .append(cells.state(i) == CellState.UNKNOWN ? "?" : String.valueOf(cells.published(i)));
        }
        return text.toString();
    }

    @Test
    void s1VersionsFollowThePositionAndAreValidByCommitTime() {
        var history = versions(
                ChangeHistory.of(POLICY),
                delete(9, 9, 1),
                update(4, 4, row(1, "b", 2L, Sample.UNKNOWN)),
                load(0, row(1, "a", 1L, "x")),
                insert(12, 12, row(1, "c", 3L, "y")));

        assertThat(lines(history))
                .containsExactly(
                        "[1] a,1,x 1..4 START REPLACED", "[1] b,2,x 4..9 UPDATE DELETED", "[1] c,3,y 12.. INSERT OPEN");
        assertThat(history.start()).isEqualTo(commit(1));
        assertThat(history.completeThrough()).contains(commit(12).plusNanos(1000));
    }

    @Test
    void fromIsInclusiveAndToExclusive() {
        var history = versions(
                ChangeHistory.of(POLICY), insert(2, 1, row(1, "a", 1L, "x")), update(5, 2, row(1, "b", 1L, "x")));

        assertThat(history.asOf(commit(2)).map(ChangeHistoryTest::line)).hasSize(1);
        assertThat(history.asOf(commit(5).minusNanos(1))
                        .map(version -> version.cells().published(1)))
                .containsExactly("a");
        assertThat(history.asOf(commit(5)).map(version -> version.cells().published(1)))
                .containsExactly("b");
        assertThat(history.current().map(version -> version.cells().published(1)))
                .containsExactly("b");
        assertThatThrownBy(() -> history.asOf(commit(1)))
                .hasMessage("Cannot show the table at " + commit(1) + ": its history starts at " + commit(2) + ".");
    }

    @Test
    void s9ValuesNeverCrossADelete() {
        var history = versions(
                ChangeHistory.of(POLICY),
                insert(2, 1, row(1, "a", 1L, "old")),
                delete(3, 2, 1),
                insert(4, 3, row(1, "b", 1L, Sample.UNKNOWN)));

        assertThat(lines(history)).containsExactly("[1] a,1,old 2..3 INSERT DELETED", "[1] b,1,? 4.. INSERT OPEN");
    }

    @Test
    void s10AKeyChangeEndsOneKeyAndBeginsTheOtherWithTheRowsOwnCells() {
        var history = versions(
                ChangeHistory.of(POLICY),
                insert(2, 1, row(1, "a", 1L, "big")),
                move(3, 2, 1, row(2, "a", 1L, Sample.UNKNOWN)));

        assertThat(lines(history))
                .containsExactly("[1] a,1,big 2..3 INSERT KEY_CHANGE", "[2] a,1,big 3.. KEY_CHANGE OPEN");
        assertThat(history.versions().get(0).movedTo()).contains(key(2));
        assertThat(history.versions().get(1).movedFrom()).contains(key(1));
    }

    @Test
    void statesWithinATransactionAreCollapsedOrKept() {
        List<ChangeRecord> changes = List.of(
                insert(2, 1, row(1, "a", 1L, "x")),
                update(3, 2, row(1, "b", 1L, "x")),
                update(3, 3, row(1, "c", 1L, "x")),
                insert(4, 4, row(2, "gone at once", 1L, "x")),
                delete(4, 5, 2));

        assertThat(lines(versions(ChangeHistory.of(POLICY), changes)))
                .containsExactly("[1] a,1,x 2..3 INSERT REPLACED", "[1] c,1,x 3.. UPDATE OPEN");
        assertThat(lines(versions(ChangeHistory.of(POLICY).withIntermediate(Intermediate.KEPT), changes)))
                .containsExactly(
                        "[1] a,1,x 2..3 INSERT REPLACED",
                        "[1] b,1,x 3..3 UPDATE REPLACED",
                        "[1] c,1,x 3.. UPDATE OPEN",
                        "[2] gone at once,1,x 4..4 INSERT DELETED");
    }

    @Test
    void aRowDeletedAndInsertedInOneTransactionGoesOn() {
        var history = versions(
                ChangeHistory.of(POLICY),
                insert(2, 1, row(1, "a", 1L, "x")),
                delete(3, 2, 1),
                insert(3, 3, row(1, "b", 1L, "x")));

        assertThat(lines(history)).containsExactly("[1] a,1,x 2..3 INSERT REPLACED", "[1] b,1,x 3.. INSERT OPEN");
    }

    @Test
    void anUpdateThatChangesNoCellMakesNoVersion() {
        var history = versions(
                ChangeHistory.of(POLICY),
                insert(2, 1, row(1, "a", 1L, "x")),
                update(3, 2, row(1, "a", 1L, Sample.UNKNOWN)));

        assertThat(lines(history)).containsExactly("[1] a,1,x 2.. INSERT OPEN");
    }

    /** S6: the load read the row after the update that is replayed over it, so it was never "new" before. */
    @Test
    void s6WhatTheLoadOverlapsIsNoHistory() {
        MergePolicy policy = Sample.POLICY.withLoadEnd(commit(5));
        var history = versions(
                ChangeHistory.of(policy),
                load(0, row(1, "new", 2L, "x")),
                update(2, 1, row(1, "old", 1L, "x")),
                update(4, 2, row(1, "new", 2L, "x")),
                delete(4, 3, 9),
                update(7, 4, row(1, "newest", 2L, "x")));

        assertThat(lines(history)).containsExactly("[1] new,2,x 5..7 START REPLACED", "[1] newest,2,x 7.. UPDATE OPEN");
    }

    @Test
    void s6WithoutTheLoadsEndNoHistoryIsToldOfALoadedTable() {
        assertThatThrownBy(() -> versions(ChangeHistory.of(Sample.POLICY), load(0, row(1, "a", 1L, "x"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "Cannot tell the history of table public.t: it was loaded, and until the load's end rows may"
                                + " be newer than the changes replayed over them. Give the load's end"
                                + " (MergePolicy.withLoadEnd) or a start after it (startingAt).");
        assertThat(lines(
                        versions(ChangeHistory.of(Sample.POLICY).startingAt(commit(3)), load(0, row(1, "a", 1L, "x")))))
                .containsExactly("[1] a,1,x 3.. START OPEN");
    }

    @Test
    void s7TheNewestTransactionIsHeldUntilItSettles() {
        List<ChangeRecord> changes = List.of(insert(2, 1, row(1, "a", 1L, "x")), update(3, 2, row(1, "b", 1L, "x")));

        HistoryResult held = ChangeHistory.of(POLICY).versions(changes, NewestTransaction.HOLD);

        assertThat(held).isInstanceOfSatisfying(HistoryResult.Versions.class, versions -> {
            assertThat(lines(versions)).containsExactly("[1] a,1,x 2.. INSERT OPEN");
            assertThat(versions.completeThrough()).contains(commit(3));
            assertThat(versions.heldFiles()).containsExactly(Sample.file(3));
            assertThat(versions.counts().of(What.HELD)).isOne();
        });
    }

    @Test
    void s1ACommitTimeThatGoesBackMakesNoVersionOfNegativeLength() {
        var later = (Sample.Row) update(5, 2, row(1, "b", 1L, "x"));
        var back = new Sample.Row(
                later.operation(), later.position(), later.file(), 2, commit(1), later.row(), later.old());

        var history = versions(ChangeHistory.of(POLICY), insert(4, 1, row(1, "a", 1L, "x")), back);

        assertThat(lines(history)).containsExactly("[1] a,1,x 4..4 INSERT REPLACED", "[1] b,1,x 4.. UPDATE OPEN");
        assertThat(history.findings()).extracting(finding -> finding.code()).containsExactly("HISTORY_TIME_BACK");
    }

    @Test
    void aChangeWithoutCommitTimeIsRefused() {
        var change = (Sample.Row) insert(4, 1, row(1, "a", 1L, "x"));
        var timeless = new Sample.Row(change.operation(), change.position(), "f", 7, null, change.row(), Map.of());

        assertThatThrownBy(() -> versions(ChangeHistory.of(POLICY), timeless))
                .isInstanceOf(UnmergeableChangeException.class)
                .hasMessage(
                        "Cannot merge 'f' row 7: it has no commit time, without which no history can be told. Let DMS"
                                + " write one (TimestampColumnName), or keep the current state alone.");
    }

    @Test
    void s2TwoChangesThatDifferUnderOneIdentityAreDisputed() {
        HistoryResult result = ChangeHistory.of(POLICY)
                .versions(
                        List.of(insert(2, 1, row(1, "a", 1L, "x")), insert(2, 1, row(1, "b", 1L, "x"))),
                        NewestTransaction.SETTLED);

        assertThat(result).isInstanceOf(HistoryResult.Disputed.class);
        assertThat(result.findings()).extracting(finding -> finding.code()).containsExactly("ORDER_DISPUTED");
    }

    /** The current state is told by the update at the end, what was there before it is not. */
    @Test
    void s10AKeyContestedAtACommitIsDisputedThoughALaterChangeTellsItsRow() {
        List<ChangeRecord> changes = List.of(
                insert(2, 1, row(1, "a", 1L, "x")),
                insert(2, 2, row(2, "b", 1L, "x")),
                move(3, 3, 1, row(2, "a", 1L, "x")),
                update(5, 4, row(2, "told", 5L, "told")));

        MergeResult current = ChangeMerger.of(POLICY)
                .merge(MergeInput.of(StoredRows.none(), changes).settled());
        HistoryResult history = ChangeHistory.of(POLICY).versions(changes, NewestTransaction.SETTLED);

        assertThat(current).isInstanceOf(MergeResult.Merged.class);
        assertThat(history).isInstanceOf(HistoryResult.Disputed.class);
        assertThat(history.findings()).extracting(finding -> finding.code()).containsExactly("KEY_COLLISION");
    }

    /** S11, S19: at every commit of a random life the history shows the source's own rows of that moment. */
    @Test
    void s19RandomHistoriesShowTheSourceAtEveryCommit() {
        TableSchema schema = new TableSchema(Sample.TABLE, List.of(ID, A, B, BIG, History.ADDED), List.of("id"));
        int moments = 0;
        int unknown = 0;
        Map<History.Life, Integer> disputed = new LinkedHashMap<>();
        for (History.Life life : History.Life.values()) {
            for (long seed = ONE == null ? 1 : ONE; seed <= (ONE == null ? HISTORIES : ONE); seed++) {
                var source = new History(seed, life);
                String as = life + " history " + seed + ", load " + source.load() + ", -Dconvergence.seed=" + seed;
                var history = ChangeHistory.of(source.policy(MergePolicy.of(schema)));
                if (source.load() != History.Load.NONE) {
                    history = history.startingAt(source.loaded());
                }
                List<ChangeRecord> arriving = new ArrayList<>(source.changes());
                arriving.addAll(source.changes().subList(0, source.changes().size() / 3));
                Collections.shuffle(arriving, new Random(seed));

                HistoryResult result = history.versions(arriving, NewestTransaction.SETTLED);
                HistoryResult again = history.versions(source.changes(), NewestTransaction.SETTLED);

                if (!(result instanceof HistoryResult.Versions versions)) {
                    disputed.merge(life, 1, Integer::sum);
                    assertThat(result.findings())
                            .as(as)
                            .allMatch(finding -> finding.code().equals("KEY_COLLISION"));
                    assertThat(again).as(as).isInstanceOf(HistoryResult.Disputed.class);
                    continue;
                }
                assertThat(lines((HistoryResult.Versions) again)).as(as).isEqualTo(lines(versions));
                checkOrder(versions, as);
                var kept = versions(history.withIntermediate(Intermediate.KEPT), arriving);
                checkOrder(kept, as);
                boolean unseenFreed = versions.counts().of(What.UNSEEN_KEY_FREED) > 0;
                for (Map.Entry<Instant, Map<Object, Map<String, Object>>> commit :
                        source.commits().entrySet()) {
                    Instant moment = commit.getKey();
                    if (moment.isBefore(versions.start()) || unseenFreed) {
                        continue;
                    }
                    moments++;
                    Map<Object, Map<String, Object>> shown = shown(versions, moment);
                    assertThat(shown(kept, moment)).as(as).isEqualTo(shown);
                    if (!shown.equals(commit.getValue())) {
                        unknown++;
                        assertThat(known(shown, shown))
                                .as(as + " at " + moment)
                                .isEqualTo(known(commit.getValue(), shown));
                    }
                }
            }
        }

        if (ONE == null) {
            assertThat(moments).isGreaterThan(HISTORIES * 4);
            assertThat(unknown).isLessThan(moments / 10);
            assertThat(disputed.getOrDefault(History.Life.ORDINARY, 0)).isLessThan(HISTORIES / 50);
            assertThat(disputed.get(History.Life.WILD)).isBetween(HISTORIES / 100, HISTORIES / 2);
        }
    }

    /** The comparison sees a wrong order: positions given to the changes the other way round. */
    @Test
    void s1TheComparisonSeesABrokenOrder() {
        int differences = 0;
        for (long seed = 1; seed <= 100; seed++) {
            var source = new History(seed, History.Life.ORDINARY);
            if (source.load() != History.Load.NONE) {
                continue;
            }
            List<ChangeRecord> broken = new ArrayList<>();
            List<ChangePosition> positions = new ArrayList<>();
            source.changes().forEach(change -> positions.add(0, change.position()));
            for (int i = 0; i < positions.size(); i++) {
                broken.add(((Sample.Row) source.changes().get(i)).withPosition(positions.get(i)));
            }
            HistoryResult result = ChangeHistory.of(source.policy(MergePolicy.of(
                            new TableSchema(Sample.TABLE, List.of(ID, A, B, BIG, History.ADDED), List.of("id")))))
                    .versions(broken, NewestTransaction.SETTLED);
            boolean equal = result instanceof HistoryResult.Versions versions
                    && source.commits().entrySet().stream()
                            .filter(commit -> !commit.getKey().isBefore(versions.start()))
                            .allMatch(commit -> shown(versions, commit.getKey()).equals(commit.getValue()));
            differences += equal ? 0 : 1;
        }

        assertThat(differences).isGreaterThan(20);
    }

    /** Versions of a key follow each other without overlap. */
    private static void checkOrder(HistoryResult.Versions history, String as) {
        RowVersion before = null;
        for (RowVersion version : history.versions()) {
            if (before != null && before.key().equals(version.key())) {
                assertThat(before.validTo()).as(as).isPresent();
                assertThat(before.validTo().orElseThrow()).as(as).isBeforeOrEqualTo(version.validFrom());
                assertThat(before.position()).as(as).isLessThanOrEqualTo(version.position());
            }
            before = version;
        }
    }

    private static Map<Object, Map<String, Object>> shown(HistoryResult.Versions history, Instant moment) {
        return Sample.shown(history.asOf(moment)
                .map(version -> new LiveRow(version.key(), version.position(), null, null, version.cells()))
                .toList());
    }

    private static Map<Object, Map<String, Object>> known(
            Map<Object, Map<String, Object>> rows, Map<Object, Map<String, Object>> shown) {
        var known = new LinkedHashMap<Object, Map<String, Object>>();
        rows.forEach((key, cells) -> {
            var rest = new LinkedHashMap<>(cells);
            shown.getOrDefault(key, Map.of()).forEach((column, value) -> {
                if ("?".equals(value)) {
                    rest.remove(column);
                }
            });
            known.put(key, rest);
        });
        return known;
    }
}
