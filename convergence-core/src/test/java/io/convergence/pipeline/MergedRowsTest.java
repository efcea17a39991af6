package io.convergence.pipeline;

import static io.convergence.pipeline.LandingSite.ORDERS;
import static io.convergence.pipeline.LandingSite.SHAPE;
import static io.convergence.pipeline.LandingSite.codes;
import static io.convergence.pipeline.LandingSite.delete;
import static io.convergence.pipeline.LandingSite.insert;
import static io.convergence.pipeline.LandingSite.loaded;
import static io.convergence.pipeline.LandingSite.move;
import static io.convergence.pipeline.LandingSite.update;
import static org.assertj.core.api.Assertions.assertThat;

import io.convergence.DataSize;
import io.convergence.merge.MergeCounts.What;
import io.convergence.pipeline.LandingSite.Row;
import io.convergence.target.NullOnUpdate;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Rules of the pure merge as they show in published tables, each merge a process of its own. */
class MergedRowsTest {
    /** Files of a thousand bytes: a small table stands in many buckets. */
    private static final MergeOptions SMALL = MergeOptions.defaults()
            .declareComplete()
            .snapshot(MergeOptions.defaults().snapshot().withTargetSize(DataSize.ofBytes(1_000)));

    private final LandingSite site = new LandingSite();

    private void loadedTable() {
        site.load(0, 1, loaded(-2, 1, "one"), loaded(-1, 2, "two"));
    }

    private TableResult later() {
        return site.later().merge();
    }

    /** The kinds of ties in turn: load and change, two transactions, one transaction in one file, and in two. */
    @Test
    void s1TheLastChangeByPositionIsTheRowWhateverTheOrderInWhichFilesCome() {
        Row[] first = {
            update(10, 1, "a"), update(20, 1, "b"), update(30, 2, "c").counter(30_000)
        };
        Row[] second = {update(30, 2, "d").counter(30_004), update(30, 1, "e").counter(30_008)};
        var straight = new LandingSite();
        straight.load(0, 1, loaded(-2, 1, "one"), loaded(-1, 2, "two"));
        straight.changes(60, first);
        straight.changes(120, second);
        straight.later().merge();

        site.changes(120, second);
        later();
        site.lateChanges(9000, 60, first);
        later();
        site.load(9001, 1, loaded(-2, 1, "one"), loaded(-1, 2, "two"));
        TableResult last = later();

        assertThat(straight.rows()).isEqualTo(Map.of(1L, "e", 2L, "d"));
        assertThat(last.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(site.rows()).isEqualTo(straight.rows());
    }

    @Test
    void s8ANullInAnUpdateIsWhatTheSpecSays() {
        loadedTable();
        site.changes(60, update(10, 1, null), delete(20, 2), insert(30, 3, null));

        site.shape(SHAPE.withNullOnUpdate(Map.of("name", NullOnUpdate.REFUSE), NullOnUpdate.NULL));
        TableResult refused = later();
        site.shape(SHAPE.withNullOnUpdate(Map.of("name", NullOnUpdate.UNKNOWN), NullOnUpdate.NULL));
        TableResult unknown = later();
        Map<Long, String> kept = site.rows();
        var other = new LandingSite();
        other.load(0, 1, loaded(-2, 1, "one"), loaded(-1, 2, "two"));
        other.changes(60, update(10, 1, null), delete(20, 2), insert(30, 3, null));
        TableResult overwritten = other.later().merge();

        assertThat(refused.state()).isEqualTo(TableState.FAILED);
        assertThat(unknown.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(unknown.counts().orElseThrow().of(What.UNKNOWN_KEPT)).isEqualTo(1);
        var expected = new TreeMap<Long, String>();
        expected.put(1L, "one");
        expected.put(3L, null);
        assertThat(kept).isEqualTo(expected);
        assertThat(overwritten.counts().orElseThrow().of(What.UNKNOWN_KEPT)).isZero();
        expected.put(1L, null);
        assertThat(other.rows()).isEqualTo(expected);
    }

    /** Each step is a merge of its own, so that what is inherited comes from what is stored. */
    @Test
    void s9UnknownCellsKeepValuesOfTheirRowAlongKeyChangesAndNeverAcrossADelete() {
        site.shape(SHAPE.withNullOnUpdate(Map.of("name", NullOnUpdate.UNKNOWN), NullOnUpdate.NULL));
        loadedTable();
        later();
        site.changes(9000, move(8990, 1, 11, null), update(8991, 2, null));
        later();
        Map<Long, String> moved = site.rows();
        site.changes(18_000, delete(17_990, 11), insert(17_991, 2, "anew"), update(17_992, 2, null));
        later();
        site.changes(27_000, insert(26_990, 11, null), update(26_991, 11, null));

        TableResult result = later();

        assertThat(moved).isEqualTo(Map.of(2L, "two", 11L, "one"));
        assertThat(result.state()).isEqualTo(TableState.PUBLISHED);
        var expected = new TreeMap<Long, String>();
        expected.put(2L, "anew");
        expected.put(11L, null);
        assertThat(site.rows())
                .as("the row of before the delete is not that of after")
                .isEqualTo(expected);
    }

    @Test
    void s10KeysMoveThroughEachOtherOverAllBuckets() {
        site.shape(SHAPE.withNullOnUpdate(Map.of("name", NullOnUpdate.UNKNOWN), NullOnUpdate.NULL));
        int rows = 400;
        Row[] load = new Row[rows];
        Row[] up = new Row[rows];
        var expected = new TreeMap<Long, String>();
        for (int i = 0; i < rows; i++) {
            load[i] = loaded(-1, i, "row " + i);
            // The highest key first, as a database that checks each row must do it.
            up[i] = move(8990, rows - 1 - i, rows - i, null).counter(8_990_000 + i);
            expected.put(i + 1L, "row " + i);
        }
        site.load(0, 1, load);
        site.later().merge(SMALL);
        site.changes(9000, up);
        TableResult shifted = site.later().merge(SMALL);
        Map<Long, String> all = site.rows();
        site.changes(18_000, move(17_990, 1, 2, "row 0"), move(17_990, 2, 1, "row 1"));
        TableResult swapped = site.later().merge(SMALL);

        assertThat(shifted.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(site.lake()
                        .table(ORDERS)
                        .ledger()
                        .snapshot()
                        .published()
                        .orElseThrow()
                        .data())
                .hasSizeGreaterThan(4);
        assertThat(all).isEqualTo(expected);
        assertThat(swapped.state()).isEqualTo(TableState.PUBLISHED);
        expected.put(1L, "row 1");
        expected.put(2L, "row 0");
        assertThat(site.rows()).isEqualTo(expected);
    }

    @Test
    void s12ADeletedRowIsNotBroughtBackByALateChangeNorBelowTheFloorGuessed() {
        MergeOptions kept = MergeOptions.defaults().tombstoneRetention(Duration.ofHours(1));
        loadedTable();
        site.changes(60, update(50, 1, "a"));
        site.changes(600, delete(590, 2));
        site.later().merge(kept);
        site.lateChanges(5000, 300, update(290, 2, "stale"));
        TableResult above = site.later().merge(kept);
        site.changes(20_000, update(19_990, 1, "uno"));
        site.later().merge(kept);
        site.lateChanges(30_000, 15_000, update(14_990, 2, "stale, too"), insert(14_991, 9, "never seen"));

        TableResult below = site.later().merge(kept);

        assertThat(above.counts().orElseThrow().of(What.STALE_BELOW_TOMBSTONE)).isEqualTo(1);
        assertThat(below.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(below.counts().orElseThrow().of(What.QUARANTINED)).isEqualTo(2);
        assertThat(codes(below)).contains("CHANGE_QUARANTINED");
        assertThat(site.rows()).isEqualTo(Map.of(1L, "uno"));
    }

    /** Rule S12: nothing is guessed, and nothing forgotten either. */
    @Test
    void s12WhatIsSetAsideIsToldByEveryMergeAndByShowUntilAReload() {
        MergeOptions kept = MergeOptions.defaults().tombstoneRetention(Duration.ofHours(1));
        loadedTable();
        site.changes(60, update(50, 1, "a"));
        site.later().merge(kept);
        site.changes(20_000, update(19_990, 1, "uno"));
        site.later().merge(kept);
        String late = site.lateChanges(30_000, 15_000, update(14_990, 7, "x"), insert(14_991, 9, "never seen"));

        TableResult below = site.later().merge(kept);
        site.changes(40_000, update(39_990, 1, "due"));
        TableResult next = site.later().merge(kept);
        TableResult idle = site.later().merge(kept);
        TableStatus shown = site.lake().table(LandingSite.ORDERS).show(kept);
        site.load(60_000, 1, loaded(59_999, 9, "reloaded"));
        TableResult reloaded = site.later().merge(kept.reloadGuard(ReloadGuard.none()));
        TableResult after = site.later().merge(kept);

        assertThat(codes(below)).contains("CHANGE_QUARANTINED");
        for (TableResult result : List.of(next, idle)) {
            assertThat(result.findings())
                    .filteredOn(finding -> finding.code().equals("CHANGES_MISSING"))
                    .singleElement()
                    .satisfies(finding -> assertThat(finding.message())
                            .startsWith("2 changes")
                            .contains(late + " row 0"));
        }
        assertThat(next.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(List.of(below, next, idle))
                .as("not every change committed later is in the table")
                .extracting(result -> result.completeThrough().orElseThrow())
                .containsOnly(LandingSite.at(14_990));
        assertThat(shown.toString()).contains("CHANGES_MISSING");
        assertThat(shown.snapshot().completeThrough())
                .as("what readers are told")
                .contains(LandingSite.at(14_990));
        assertThat(reloaded.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(codes(reloaded)).doesNotContain("CHANGES_MISSING");
        assertThat(codes(after)).doesNotContain("CHANGES_MISSING");
    }

    /** Which of the two wrote a file cannot be told: what one writes the other writes again, as after a restart. */
    @Test
    void s16TwoTasksThatWriteOneTableToOneFolderAreNeverMergedTwice() {
        loadedTable();
        site.changes(60, update(10, 1, "a"), update(30, 2, "b"));
        site.changes(
                61, update(10, 1, "a").counter(-9_000_000), update(30, 2, "b").counter(-8_999_996));
        TableResult first = later();
        site.changes(9000, delete(8980, 1), insert(8990, 1, "c"));
        site.changes(
                9001, delete(8980, 1).counter(-7_000_000), insert(8990, 1, "c").counter(-6_999_996));
        TableResult second = later();
        String overwritten = site.changes(18_000, update(17_990, 1, "d"));
        later();
        site.store.delete(overwritten);
        site.changes(18_000, update(17_990, 1, "d").counter(-5_000_000));

        TableResult third = later();

        assertThat(first.counts().orElseThrow().of(What.REPLAYED)).isEqualTo(2);
        assertThat(second.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(second.counts().orElseThrow().of(What.REPLAYED)).isEqualTo(2);
        assertThat(third.state()).as("one has overwritten what the other wrote").isEqualTo(TableState.SUSPECT);
        assertThat(site.rows()).isEqualTo(Map.of(1L, "d", 2L, "b"));
    }
}
