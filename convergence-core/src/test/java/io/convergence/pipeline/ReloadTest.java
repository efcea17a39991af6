package io.convergence.pipeline;

import static io.convergence.pipeline.LandingSite.at;
import static io.convergence.pipeline.LandingSite.codes;
import static io.convergence.pipeline.LandingSite.insert;
import static io.convergence.pipeline.LandingSite.loaded;
import static io.convergence.pipeline.LandingSite.update;
import static org.assertj.core.api.Assertions.assertThat;

import io.convergence.change.ParquetFixture;
import io.convergence.raw.TimelineOptions;
import io.convergence.raw.TimelineOptions.LoadTimestamps;
import io.convergence.raw.TimelineOptions.Tasks;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** S6, S13: a reload replaces the table when it is whole, and never before. Every merge is a new process. */
class ReloadTest {
    private static final Map<Long, String> BEFORE = Map.of(1L, "uno", 2L, "two");

    private final LandingSite site = new LandingSite();

    @BeforeEach
    void aPublishedTable() {
        site.load(0, 1, loaded(-2, 1, "one"));
        site.load(5, 2, loaded(4, 2, "two"));
        site.changes(60, update(10, 1, "uno"));
        assertThat(site.later().merge().state()).isEqualTo(TableState.PUBLISHED);
    }

    @Test
    void s13EveryStepOfAReloadThatEmptiesTheFolderLeavesThePublishedTableAlone() {
        site.wipe();
        TableResult emptied = site.clock(10_000).merge();
        assertThat(emptied.state()).as("until LOAD files come it may be a DROP").isEqualTo(TableState.SUSPECT);
        assertThat(site.rows()).isEqualTo(BEFORE);

        site.load(10_010, 1, loaded(10_005, 1, "one, reloaded"));
        TableResult half = site.clock(10_020).merge();
        assertThat(half.state()).isEqualTo(TableState.HELD);
        assertThat(codes(half)).containsExactly("LOAD_UNSETTLED");
        assertThat(site.rows()).isEqualTo(BEFORE);

        site.load(10_030, 2, loaded(10_029, 3, "three"));
        TableResult rowsMissing =
                site.clock(10_031).merge(MergeOptions.defaults().fullLoadRows(3));
        assertThat(rowsMissing.state()).isEqualTo(TableState.HELD);
        assertThat(codes(rowsMissing)).containsExactly("LOAD_INCOMPLETE");

        TableResult behind = site.clock(10_032).merge(MergeOptions.defaults().fullLoadRows(2));
        assertThat(behind.state())
                .as("changes made during the load may be missing")
                .isEqualTo(TableState.HELD);
        assertThat(codes(behind)).containsExactly("RELOAD_CATCHING_UP");

        site.changes(10_090, update(10_015, 3, "changed during the load"));
        assertThat(site.clock(10_091)
                        .merge(MergeOptions.defaults().fullLoadRows(2))
                        .state())
                .as("its changes end before the load did")
                .isEqualTo(TableState.HELD);
        assertThat(site.rows()).isEqualTo(BEFORE);

        site.changes(10_150, insert(10_100, 4, "four"));
        assertThat(site.clock(10_151)
                        .merge(MergeOptions.defaults().fullLoadRows(2))
                        .state())
                .as("the source's clock may be ahead")
                .isEqualTo(TableState.HELD);

        site.changes(10_650, insert(10_631, 5, "newest"));
        TableResult whole = site.clock(10_651).merge(MergeOptions.defaults().fullLoadRows(2));
        assertThat(whole.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(site.rows()).isEqualTo(Map.of(1L, "one, reloaded", 3L, "changed during the load", 4L, "four"));
        assertThat(whole.completeThrough()).contains(LandingSite.at(10_631));

        assertThat(site.later().merge().state()).isEqualTo(TableState.PUBLISHED);
        assertThat(site.rows()).containsEntry(5L, "newest").hasSize(4);
        assertThat(site.later().merge().state()).isEqualTo(TableState.UNCHANGED);
    }

    /** The source's clock is two minutes ahead of the store's: its commit times lie after the load, and their changes do not. */
    @Test
    void s6s13AChangeOfTheTimeOfTheLoadDoesNotEndItBecauseTheSourcesClockIsAhead() {
        double ahead = 120;
        site.wipe();
        site.load(10_000, 1, loaded(9_990, 1, "uno"), loaded(9_991, 2, "changed during the load"));
        site.changes(10_030, update(9_970 + ahead, 1, "cached first"));

        TableResult behind = site.clock(10_031).merge(MergeOptions.defaults().fullLoadRows(2));
        Map<Long, String> meanwhile = Map.copyOf(site.rows());
        site.changes(10_060, update(9_995 + ahead, 1, "cached last"));
        TableResult quiet = site.clock(10_660).merge(MergeOptions.defaults().fullLoadRows(2));

        assertThat(behind.state()).isEqualTo(TableState.HELD);
        assertThat(codes(behind)).containsExactly("RELOAD_CATCHING_UP");
        assertThat(meanwhile).as("nothing goes back in time").isEqualTo(BEFORE);
        assertThat(quiet.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(site.rows()).isEqualTo(Map.of(1L, "cached last", 2L, "changed during the load"));
    }

    @Test
    void s6AReloadWithoutChangesIsPublishedWhenItHasSettled() {
        site.wipe();
        site.load(10_000, 1, loaded(9_999, 9, "nine"));

        TableResult young = site.clock(10_599).merge();
        TableResult settled = site.clock(10_600).merge();

        assertThat(young.state()).isEqualTo(TableState.HELD);
        assertThat(settled.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(site.rows()).isEqualTo(Map.of(9L, "nine"));
    }

    @Test
    void s5AReloadThatOverwritesItsFilesReadsNeitherLeftoversNorOlderChanges() {
        site.load(10_000, 1, loaded(9_999, 1, "one, reloaded"));

        TableResult result = site.later().merge();

        assertThat(result.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(codes(result)).containsExactly("LOAD_LEFTOVER", "CHANGES_BEFORE_LOAD");
        assertThat(site.rows()).isEqualTo(Map.of(1L, "one, reloaded"));
        assertThat(site.later().merge().state()).isEqualTo(TableState.UNCHANGED);
    }

    /** Rule S5: what is given for one load says nothing of the next, also if last-modified times tell nothing. */
    @Test
    void s5AStartGivenForTheFirstLoadIsNotTakenForTheReloadWhoseFolderWasKept() {
        TimelineOptions unknown = TimelineOptions.defaults()
                .withLoadTimestamps(LoadTimestamps.TASK_START)
                .withTasks(Tasks.SEPARATE);
        var given = new LandingSite().timeline(unknown.withDeclaredLoadStart(at(-2)));
        given.load(0, 1, loaded(-2, 1, "one"));
        given.changes(60, update(10, 1, "before the reload"), update(11, 1, "of a change that is in no file any more"));
        assertThat(given.later().merge().state()).isEqualTo(TableState.PUBLISHED);

        given.load(10_000, 1, loaded(9_999, 1, "reloaded"));
        TableResult held = given.later().merge();
        given.timeline(unknown.withFullLoadStartTime(at(-2)));
        TableResult stated = given.merge();
        given.lake()
                .table(LandingSite.ORDERS)
                .planDeclaration(Declaration.loadStart(at(9_990)), MergeOptions.defaults())
                .execute();
        TableResult declared = given.merge();

        assertThat(held.state()).isEqualTo(TableState.HELD);
        assertThat(codes(held)).containsExactly("LOAD_START_OUTDATED", "LOAD_TIME_UNKNOWN");
        assertThat(stated.state()).as("FullLoadStartTime").isEqualTo(TableState.HELD);
        assertThat(declared.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(given.rows()).isEqualTo(Map.of(1L, "reloaded"));
        assertThat(given.later()
                        .timeline(unknown.withDeclaredLoadStart(at(-2)))
                        .merge()
                        .state())
                .as("the start of the load before stays known")
                .isEqualTo(TableState.UNCHANGED);
        assertThat(given.later()
                        .timeline(unknown.withDeclaredLoadStart(at(9_995)))
                        .merge()
                        .state())
                .as("one given for this load is taken")
                .isEqualTo(TableState.UNCHANGED);
    }

    @Test
    void s5AStartThatLiesDaysBeforeTheFirstFileThatDmsStoredIsNotTakenEvenIfNothingWasPublished() {
        var given = new LandingSite()
                .timeline(TimelineOptions.defaults()
                        .withLoadTimestamps(LoadTimestamps.TASK_START)
                        .withDeclaredLoadStart(at(-2)));
        given.load(0, 1, loaded(-2, 1, "one"));
        given.changes(60, update(10, 1, "before the reload"));
        given.load(100_000, 1, loaded(99_999, 1, "reloaded"));

        TableResult result = given.later().merge();

        assertThat(result.state()).isEqualTo(TableState.HELD);
        assertThat(codes(result)).containsExactly("LOAD_TIME_UNKNOWN");
    }

    @Test
    void s6TheSameRowsLoadedAgainAreAReload() {
        site.wipe();
        site.load(10_000, 1, loaded(-2, 1, "one"));
        site.load(10_005, 2, loaded(4, 2, "two"));

        TableResult result = site.later().merge();

        assertThat(result.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(site.rows()).isEqualTo(Map.of(1L, "one", 2L, "two"));
    }

    /** What no widening can do, the reload that the message of that failure asks for does. */
    @Test
    void s15AReloadMayChangeTypesThatNothingWidens() {
        byte[] retyped = ParquetFixture.of("required binary ts (UTF8); optional int64 id; optional int64 name;")
                .write(row -> row.append("ts", "2026-03-01 13:00:00.000000")
                        .append("id", 1L)
                        .append("name", 17L));
        site.put(20_000, "raw/public/orders/LOAD00000001.parquet", retyped);

        TableResult result = site.later().merge();

        assertThat(result.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(site.rows()).isEqualTo(Map.of(1L, "17"));
    }

    @Test
    void s13FilesThatVanishDuringAReloadOfAReloadDoNotBringTheFirstBack() {
        site.wipe();
        site.load(10_000, 1, loaded(9_999, 8, "first reload"));
        assertThat(site.clock(10_010).merge().state()).isEqualTo(TableState.HELD);
        site.wipe();
        site.load(10_100, 1, loaded(10_099, 9, "second reload"));

        TableResult result = site.later().merge();

        assertThat(result.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(site.rows()).isEqualTo(Map.of(9L, "second reload"));
    }
}
