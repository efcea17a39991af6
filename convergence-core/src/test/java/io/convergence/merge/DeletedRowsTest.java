package io.convergence.merge;

import static io.convergence.merge.Sample.A;
import static io.convergence.merge.Sample.B;
import static io.convergence.merge.Sample.BIG;
import static io.convergence.merge.Sample.ID;
import static io.convergence.merge.Sample.cells;
import static io.convergence.merge.Sample.commit;
import static io.convergence.merge.Sample.delete;
import static io.convergence.merge.Sample.insert;
import static io.convergence.merge.Sample.key;
import static io.convergence.merge.Sample.load;
import static io.convergence.merge.Sample.move;
import static io.convergence.merge.Sample.row;
import static io.convergence.merge.Sample.update;
import static org.assertj.core.api.Assertions.assertThat;

import io.convergence.change.ChangePosition;
import io.convergence.change.ChangeRecord;
import io.convergence.change.Operation;
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

/** Soft delete: rules S9 to S12 hold for the rows that are kept, too. */
class DeletedRowsTest {
    private static final MergePolicy POLICY = Sample.POLICY.keepingDeletedRows();
    private static final Long ONE = Long.getLong("convergence.seed");
    private static final int HISTORIES = Integer.getInteger("convergence.histories", 500);

    private final SimulatedTable table = new SimulatedTable(POLICY);

    private void deliver(ChangeRecord... changes) {
        table.deliver(List.of(changes), NewestTransaction.SETTLED);
        assertThat(table.stopped()).as(String.valueOf(table.last())).isFalse();
    }

    /** The rows kept, by key, cells by name. */
    private static Map<Object, Map<String, Object>> kept(SimulatedTable table) {
        var kept = new LinkedHashMap<Object, Map<String, Object>>();
        table.rows().values().forEach(stored -> {
            if (stored instanceof Tombstone tombstone) {
                tombstone
                        .deletedRow()
                        .ifPresent(row -> kept.putAll(Sample.shown(
                                List.of(new LiveRow(tombstone.key(), tombstone.position(), null, null, row.cells())))));
            }
        });
        return kept;
    }

    private static Map<Object, Instant> times(SimulatedTable table) {
        var times = new LinkedHashMap<Object, Instant>();
        table.rows().values().forEach(stored -> {
            if (stored instanceof Tombstone tombstone) {
                tombstone
                        .deletedRow()
                        .ifPresent(row -> times.put(
                                tombstone.key().values().get(0), row.deletedAt().orElseThrow()));
            }
        });
        return times;
    }

    @Test
    void aDeletedRowStaysAsItWasWithTheTimeOfTheDelete() {
        deliver(load(0, row(1, "a", 1L, "big")));
        deliver(update(1, 1, row(1, "b", 2L, Sample.UNKNOWN)));
        deliver(delete(2, 2, 1));

        assertThat(kept(table)).isEqualTo(Map.of(1L, Map.of("id", 1L, "a", "b", "b", 2L, "big", "big")));
        assertThat(times(table)).isEqualTo(Map.of(1L, commit(2)));
        assertThat(table.shown()).isEmpty();
    }

    @Test
    void rowsAreRemovedUnlessAskedToStay() {
        var plain = new SimulatedTable(Sample.POLICY);

        plain.deliver(List.of(insert(1, 1, row(1, "a", 1L, "x")), delete(2, 2, 1)), NewestTransaction.SETTLED);

        assertThat(kept(plain)).isEmpty();
        assertThat(plain.rows()).containsKey(key(1));
    }

    @Test
    void aRowInsertedAgainRevivesTheKeyAndInheritsNothing() {
        deliver(insert(1, 1, row(1, "a", 1L, "old")), delete(2, 2, 1));

        deliver(insert(3, 3, row(1, "new", null, Sample.UNKNOWN)));

        assertThat(kept(table)).isEmpty();
        assertThat(table.shown().get(1L)).containsEntry("a", "new").containsEntry("big", "?");
    }

    /** S10: a key change is no delete: the row goes on under its new key, and would be there twice. */
    @Test
    void s10AKeyChangeLeavesNoDeletedRowBehind() {
        deliver(insert(1, 1, row(1, "a", 1L, "x")), move(2, 2, 1, row(2, "a", 1L, "x")));

        assertThat(kept(table)).isEmpty();
        assertThat(table.rows().get(key(1))).isInstanceOf(Tombstone.class);

        deliver(delete(3, 3, 2));

        assertThat(kept(table)).containsOnlyKeys(2L);
    }

    @Test
    void aDeleteThatTellsTheWholeRowTellsUnknownCells() {
        deliver(insert(1, 1, row(1, "a", 1L, Sample.UNKNOWN)));

        deliver(Sample.cdc(Operation.DELETE, 2, 2, row(1, "a", 1L, "told at last"), Map.of()));

        assertThat(kept(table).get(1L)).containsEntry("big", "told at last");
    }

    @Test
    void aDeleteOfARowNeverSeenKeepsNothing() {
        deliver(Sample.cdc(Operation.DELETE, 2, 2, row(1, "a", 1L, "x"), Map.of()));

        assertThat(kept(table)).isEmpty();
        assertThat(table.counts().of(What.DELETE_OF_ABSENT)).isOne();
    }

    @Test
    void s11AChangeThatComesLateBetweenTheRowAndItsDeleteIsInTheRowKept() {
        deliver(insert(1, 1, row(1, "a", 1L, "x")), delete(5, 5, 1));

        deliver(update(3, 3, cells(ID, 1L, A, "late", B, 3L, BIG, Sample.UNKNOWN)));

        assertThat(kept(table)).isEqualTo(Map.of(1L, Map.of("id", 1L, "a", "late", "b", 3L, "big", "x")));
        assertThat(times(table)).isEqualTo(Map.of(1L, commit(5)));
        assertThat(table.historyRequests()).isOne();
    }

    @Test
    void s11AnOlderChangeThatTheRowKeptDoesNotDependOnIsStale() {
        deliver(update(3, 3, row(1, "c", 3L, "z")), delete(5, 5, 1));

        deliver(update(2, 2, row(1, "b", 2L, "y")), update(3, 3, row(1, "c", 3L, "z")));

        assertThat(table.historyRequests()).isZero();
        assertThat(table.counts().of(What.STALE_BELOW_TOMBSTONE)).isOne();
        assertThat(table.counts().of(What.REPLAYED)).isOne();
        assertThat(kept(table).get(1L)).containsEntry("a", "c");
    }

    /** S6: a reload starts with nothing stored, but rows it no longer has were deleted while nobody looked. */
    @Test
    void s6ARowMissingInANewerLoadStaysUntilAChangeOfThatLoadTouchesItsKey() {
        MergeResult.Merged first = Sample.merged(ChangeMerger.of(POLICY)
                .merge(MergeInput.of(StoredRows.none(), List.of(insert(1, 1, row(1, "a", 1L, "x"))))
                        .settled()));
        Tombstone missing = DeletedRow.missingIn(
                Sample.GENERATION, key(1), first.upserts().get(0).cells(), null);
        Map<MergeKey, StoredRow> stored = Map.of(key(1), missing);

        MergeResult.Merged deleted = Sample.merged(ChangeMerger.of(POLICY)
                .merge(MergeInput.of(StoredRows.of(stored), List.of(delete(2, 2, 1)))
                        .settled()));
        MergeResult.Merged again = Sample.merged(ChangeMerger.of(POLICY)
                .merge(new MergeInput(
                        StoredRows.of(stored),
                        List.of(delete(2, 2, 1)),
                        java.util.Set.of(key(1)),
                        NewestTransaction.SETTLED,
                        null)));
        MergeResult.Merged revived = Sample.merged(ChangeMerger.of(POLICY)
                .merge(MergeInput.of(StoredRows.of(stored), List.of(insert(2, 2, row(1, "b", 2L, "y"))))
                        .settled()));

        assertThat(deleted.tombstones().get(0).deletedRow()).isEqualTo(missing.deletedRow());
        assertThat(again.tombstones()).isEqualTo(deleted.tombstones());
        assertThat(revived.tombstones()).isEmpty();
        assertThat(revived.upserts()).hasSize(1);
    }

    /** S11, S12, S19 over random lives of a source, whose own rows are the oracle. */
    @Test
    void s12RandomHistoriesKeepTheRowsThatTheSourceDeleted() {
        TableSchema schema = new TableSchema(Sample.TABLE, List.of(ID, A, B, BIG, History.ADDED), List.of("id"));
        int compared = 0;
        int deletedRows = 0;
        int unknown = 0;
        for (History.Life life : History.Life.values()) {
            for (long seed = ONE == null ? 1 : ONE; seed <= (ONE == null ? HISTORIES : ONE); seed++) {
                var history = new History(seed, life);
                MergePolicy policy = history.policy(MergePolicy.of(schema)).keepingDeletedRows();
                var split = new SimulatedTable(policy);
                var whole = new SimulatedTable(policy);

                if (history.changes().isEmpty()) {
                    continue;
                }

                var random = new Random(seed);
                List<ChangeRecord> arriving = new ArrayList<>(history.changes());
                Collections.shuffle(arriving, random);
                for (int from = 0; from < arriving.size(); ) {
                    int to = Math.min(arriving.size(), from + 1 + random.nextInt(6));
                    split.deliver(arriving.subList(from, to), NewestTransaction.SETTLED);
                    from = to;
                }
                whole.deliver(history.changes(), NewestTransaction.SETTLED);

                String as = life + " history " + seed + ", load " + history.load() + ", -Dconvergence.seed=" + seed;
                assertThat(split.stopped()).as(as).isEqualTo(whole.stopped());
                if (whole.stopped()) {
                    continue;
                }
                assertThat(kept(split)).as(as).isEqualTo(kept(whole));
                assertThat(split.shown()).as(as).isEqualTo(whole.shown());
                boolean unsure = life == History.Life.WILD
                        && (history.load() == History.Load.NONE
                                || whole.counts().of(What.LOAD_OVERLAP_UNKNOWN) > 0);
                if (!unsure) {
                    compared++;
                    deletedRows += history.deleted().size();
                    Map<Object, Map<String, Object>> expected = history.deleted();
                    if (life == History.Life.ORDINARY) {
                        assertThat(kept(whole)).as(as).isEqualTo(expected);
                    } else {
                        unknown += kept(whole).equals(expected) ? 0 : 1;
                        assertThat(known(kept(whole), kept(whole))).as(as).isEqualTo(known(expected, kept(whole)));
                    }
                    assertThat(times(whole)).as(as).isEqualTo(history.deletedAt());
                }
            }
        }

        if (ONE == null) {
            assertThat(compared).isGreaterThan(HISTORIES);
            assertThat(deletedRows).isGreaterThan(HISTORIES);
            assertThat(unknown).isLessThan(HISTORIES / 10);
        }
    }

    /** Without the cells that are listed as unknown. */
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

    @Test
    void positionsOfMissingRowsAreBelowEveryLoadRow() {
        assertThat(DeletedRow.beforeLoad(Sample.GENERATION))
                .isLessThan(new ChangePosition.Load(Sample.GENERATION, "", 1, 0))
                .isLessThan(new ChangePosition.Load(Sample.GENERATION, "a", 1, 0));
    }
}
