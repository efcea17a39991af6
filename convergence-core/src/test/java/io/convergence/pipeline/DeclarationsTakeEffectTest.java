package io.convergence.pipeline;

import static io.convergence.pipeline.LandingSite.ORDERS;
import static io.convergence.pipeline.LandingSite.SHAPE;
import static io.convergence.pipeline.LandingSite.at;
import static io.convergence.pipeline.LandingSite.codes;
import static io.convergence.pipeline.LandingSite.delete;
import static io.convergence.pipeline.LandingSite.insert;
import static io.convergence.pipeline.LandingSite.loaded;
import static io.convergence.pipeline.LandingSite.update;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convergence.Finding;
import io.convergence.compact.CompactionOptions;
import io.convergence.ledger.LedgerEntry;
import io.convergence.ledger.LedgerEntry.Declared.Kind;
import io.convergence.merge.MergeCounts.What;
import io.convergence.raw.TimelineOptions;
import io.convergence.raw.TimelineOptions.LoadTimestamps;
import io.convergence.raw.TimelineOptions.Tasks;
import io.convergence.target.NullOnUpdate;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * S5, S6, S14: what is declared in the log takes effect in every later merge; what contradicts the files or the log is
 * refused, and planning writes nothing. Every merge and every declaration is a new process.
 */
class DeclarationsTakeEffectTest {
    private final LandingSite site = new LandingSite();

    private DeclarationPlan plan(Declaration declaration) {
        return site.lake().table(ORDERS).planDeclaration(declaration, MergeOptions.defaults());
    }

    private DeclarationPlan declare(Declaration declaration) {
        DeclarationPlan plan = plan(declaration);
        plan.execute();
        return plan;
    }

    private TableStatus show() {
        return site.lake().table(ORDERS).show(MergeOptions.defaults());
    }

    private void compact() {
        site.lake().table(ORDERS).compact(CompactionOptions.builder().settled().build(), ProgressListener.none());
    }

    /** Rows 1 and 2 of a load, 3 of changes. */
    private String publishedTable() {
        site.load(0, 1, loaded(-2, 1, "one"), loaded(-1, 2, "two"));
        String changes = site.changes(60, update(10, 1, "uno"), insert(20, 3, "three"));
        assertThat(site.later().merge().state()).isEqualTo(TableState.PUBLISHED);
        return changes;
    }

    @Test
    void s14ATruncationThatNoFileShowsEmptiesTheTableAtTheMomentDeclared() {
        publishedTable();
        // One file holds changes of both sides; the commit time of each decides, not the time in the name.
        site.changes(5000, insert(4000, 4, "before"), update(4010, 1, "before"), insert(4020, 5, "after"));
        site.changes(6000, insert(5900, 6, "after, too"));

        DeclarationPlan plan = declare(Declaration.truncated(at(4015)));
        TableResult result = site.later().merge();

        assertThat(plan.entry().text()).isEqualTo("declared/1 at=2026-03-01T11:06:55Z");
        assertThat(result.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(codes(result)).contains("BEFORE_TRUNCATION", "CHANGES_BEFORE_BEGINNING");
        assertThat(site.rows()).isEqualTo(Map.of(5L, "after", 6L, "after, too"));
        assertThat(site.later().merge().state()).isEqualTo(TableState.UNCHANGED);
        assertThat(show().generation()).isEqualTo(at(4015));
    }

    @Test
    void s14ATruncatedTableIsPublishedEmptyAndGoesOn() {
        publishedTable();

        declare(Declaration.truncated(at(3000)));
        TableResult empty = site.later().merge();
        site.changes(9000, insert(8990, 7, "seven"));
        TableResult filled = site.later().merge();

        assertThat(empty.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(empty.rows()).isZero();
        assertThat(filled.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(site.rows()).isEqualTo(Map.of(7L, "seven"));
    }

    /** That the table is empty is news, though nothing of it is applied yet. */
    @Test
    void s14S7ATruncatedTableIsPublishedEmptyThoughAllThatCameSinceIsHeld() {
        publishedTable();
        site.changes(9000, insert(8990, 7, "held"));
        declare(Declaration.truncated(at(3000)));

        TableResult empty = site.merge();
        Map<Long, String> shown = site.rows();
        TableResult filled = site.later().merge();

        assertThat(empty.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(empty.counts().orElseThrow().of(What.HELD)).isEqualTo(1);
        assertThat(shown).isEmpty();
        assertThat(filled.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(site.rows()).isEqualTo(Map.of(7L, "held"));
    }

    /** S18: the files that hold both sides may be compacted. */
    @Test
    void s18ATruncationCutsCompactedFilesAtTheSameChange() {
        publishedTable();
        site.changes(5000, insert(4000, 4, "before"), insert(4020, 5, "after"));
        site.changes(6000, delete(5900, 5), insert(5910, 6, "after, too"));
        site.later();
        compact();

        declare(Declaration.truncated(at(4010)));
        site.later().merge();

        assertThat(site.rows()).isEqualTo(Map.of(6L, "after, too"));
    }

    @Test
    void s14WhatDmsDeletedAtATruncateIsExplainedAndTheMomentIsFoundByTheFiles() {
        publishedTable();
        site.wipe();
        site.changes(9000, insert(8990, 7, "seven"));
        TableResult suspect = site.later().merge();

        DeclarationPlan plan = declare(Declaration.truncated().withNote("by the nightly job"));
        TableResult result = site.merge();

        assertThat(suspect.state()).isEqualTo(TableState.SUSPECT);
        assertThat(plan.before().condition()).isEqualTo(TableCondition.SUSPECT);
        assertThat(plan.after().condition()).isEqualTo(TableCondition.CURRENT);
        assertThat(plan.entry().text())
                .as("after the newest commit in the deleted files")
                .isEqualTo("declared/1 at=2026-03-01T10:00:20.000001Z -- by the nightly job");
        assertThat(result.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(site.rows()).isEqualTo(Map.of(7L, "seven"));
    }

    /** S13: of what was committed after the truncation nothing may be missing. */
    @Test
    void s13ATruncationDoesNotExplainTheLossOfLaterChanges() {
        publishedTable();
        String after = site.changes(6000, insert(5900, 6, "after"));
        site.changes(9000, insert(8990, 7, "seven"));
        site.later().merge();
        site.store.delete(after);

        DeclarationPlan plan = declare(Declaration.truncated(at(4000)));
        TableResult result = site.merge();

        assertThat(plan.after().condition()).isEqualTo(TableCondition.SUSPECT);
        assertThat(result.state()).isEqualTo(TableState.SUSPECT);
        assertThat(codes(result)).contains("RAW_FILE_VANISHED");
        assertThat(site.rows()).containsOnlyKeys(1L, 2L, 3L, 6L, 7L);
    }

    @Test
    void s14ALoadAfterTheTruncationIsTheTable() {
        publishedTable();
        declare(Declaration.truncated(at(3000)));
        site.load(20_000, 1, loaded(19_999, 9, "nine"));

        TableResult result = site.later().merge();

        assertThat(result.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(site.rows()).isEqualTo(Map.of(9L, "nine"));
    }

    @Test
    void s14ATruncationIsRefusedWhereItCannotBe() {
        publishedTable();

        assertThatThrownBy(() -> plan(Declaration.truncated()))
                .isInstanceOf(PipelineException.class)
                .hasMessage(
                        "Cannot declare truncated of table public.orders: no raw file is gone, so it does not show when the table was emptied. Give the moment the TRUNCATE was committed.");
        assertThatThrownBy(() -> plan(Declaration.truncated(at(1_000_000))))
                .hasMessageContaining("that moment is still to come");
        assertThatThrownBy(() -> plan(Declaration.truncated(at(-10))))
                .hasMessageContaining("the load there is began later");
        declare(Declaration.truncated(at(3000)));
        assertThatThrownBy(() -> plan(Declaration.truncated(at(3000))))
                .hasMessageContaining("slot 1 of the log declares the same");
        site.later().merge();
        assertThatThrownBy(() -> plan(Declaration.truncated(at(2000))))
                .hasMessageContaining("what is published began later")
                .hasMessageContaining("ledger undo");
    }

    @Test
    void s14AnAmbiguousMomentIsAskedFor() {
        publishedTable();
        String changes = site.changes(5000, insert(4000, 4, "four"), insert(4010, 5, "five"));
        site.later().merge();
        site.store.delete(changes);
        site.changes(5001, insert(4005, 6, "between"));

        assertThatThrownBy(() -> plan(Declaration.truncated()))
                .hasMessageContaining("'raw/public/orders/")
                .hasMessageContaining("so it does not show when the table was emptied");
    }

    @Test
    void s13AMomentThatIsCorrectedBeforeTheMergeReplacesTheFormer() {
        publishedTable();
        site.changes(5000, insert(4000, 4, "four"), insert(4020, 5, "five"));
        declare(Declaration.truncated(at(4010)));
        declare(Declaration.truncated(at(3900)));

        site.later().merge();

        assertThat(site.rows()).containsOnlyKeys(4L, 5L);
    }

    @Test
    void s13ADeclarationThatWhatIsPublishedOvertookIsToldAndChangesNothing() {
        publishedTable();
        declare(Declaration.truncated(at(3000)));
        site.later().merge();
        var ledger = site.lake().table(ORDERS).ledger();
        ledger.commit(new LedgerEntry.Declared(
                "t", ledger.snapshot().slot(), Kind.TRUNCATED, "declared/1 at=2026-03-01T10:10:00Z", List.of()));

        TableResult result = site.later().merge();

        assertThat(result.state()).isEqualTo(TableState.SUSPECT);
        assertThat(codes(result)).contains("DECLARATION_OVERTAKEN");
    }

    @Test
    void s14ExpiredFilesKeepTheirRowsAndTheirPlace() {
        String changes = publishedTable();
        site.store.delete("raw/public/orders/LOAD00000001.parquet");
        site.store.delete(changes);
        TableResult suspect = site.merge();

        DeclarationPlan plan = declare(Declaration.expired());
        TableResult unchanged = site.later().merge();
        site.changes(9000, update(8990, 3, "drei"), insert(8991, 4, "four"));
        TableResult result = site.later().merge();

        assertThat(suspect.state()).isEqualTo(TableState.SUSPECT);
        assertThat(plan.after().condition()).isEqualTo(TableCondition.CURRENT);
        assertThat(plan.after().expired()).isEqualTo(2);
        assertThat(unchanged.state()).isEqualTo(TableState.UNCHANGED);
        assertThat(result.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(site.rows()).isEqualTo(Map.of(1L, "uno", 2L, "two", 3L, "drei", 4L, "four"));
        assertThat(site.lake().table(ORDERS).check().findings())
                .extracting(Finding::code)
                .doesNotContain("RAW_FILES_GONE");
    }

    /** S11: what only the lost history could decide is not guessed. */
    @Test
    void s11HistoryThatExpiredMakesTheTableSuspectWhenItIsNeeded() {
        site.shape(SHAPE.withNullOnUpdate(Map.of("name", NullOnUpdate.UNKNOWN), NullOnUpdate.NULL));
        site.load(0, 1, loaded(-1, 1, "one"));
        site.changes(60, insert(10, 2, "a"));
        String inheriting = site.changes(180, update(130, 2, null), insert(140, 3, "newest"));
        site.later().merge();
        site.store.delete(inheriting);
        declare(Declaration.expired());
        site.lateChanges(9000, 120, update(80, 2, "late"));

        TableResult needed = site.later().merge();
        var stands = site.rows();
        site.load(50_000, 1, loaded(49_999, 1, "reloaded"));
        TableResult reloaded = site.later().merge();

        assertThat(needed.state()).isEqualTo(TableState.SUSPECT);
        assertThat(codes(needed)).contains("HISTORY_EXPIRED");
        assertThat(stands).containsEntry(2L, "a");
        assertThat(reloaded.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(site.rows()).isEqualTo(Map.of(1L, "reloaded"));
    }

    /** S18: compacted files keep the history of files that expired. */
    @Test
    void s11HistoryOfExpiredFilesIsReadFromCompactedOnes() {
        site.shape(SHAPE.withNullOnUpdate(Map.of("name", NullOnUpdate.UNKNOWN), NullOnUpdate.NULL));
        site.load(0, 1, loaded(-1, 1, "one"));
        String first = site.changes(60, insert(10, 2, "a"));
        String second = site.changes(180, update(130, 2, null), insert(140, 3, "newest"));
        site.later().merge();
        compact();
        site.store.delete(first);
        site.store.delete(second);
        declare(Declaration.expired());
        site.lateChanges(9000, 120, update(80, 2, "late"));

        TableResult result = site.later().merge();

        assertThat(result.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(codes(result)).contains("HISTORY_READ");
        assertThat(site.rows()).containsEntry(2L, "late");
    }

    @Test
    void s14OnlyFilesThatAreGoneAndWereMergedCanExpire() {
        String changes = publishedTable();
        assertThatThrownBy(() -> plan(Declaration.expired()))
                .hasMessageContaining("no raw file that was merged or compacted is gone");
        site.lateChanges(5000, 60, update(10, 1, "rewritten"));
        assertThatThrownBy(() -> plan(Declaration.expired(at(4000))))
                .hasMessageContaining("'" + changes + "' was not removed but written anew");
    }

    @Test
    void s13ADeclaredReloadHoldsTheTableUntilItsLoadIsThere() {
        publishedTable();
        site.wipe();
        assertThat(site.merge().state()).isEqualTo(TableState.SUSPECT);

        declare(Declaration.reloaded());
        TableResult awaited = site.later().merge();
        site.load(20_000, 1, loaded(19_999, 9, "nine"));
        TableResult young = site.clock(20_010).merge();
        TableResult result = site.later().merge();

        assertThat(awaited.state()).isEqualTo(TableState.HELD);
        assertThat(codes(awaited)).contains("RELOAD_AWAITED");
        assertThat(young.state()).isEqualTo(TableState.HELD);
        assertThat(result.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(site.rows()).isEqualTo(Map.of(9L, "nine"));
    }

    @Test
    void s6ADeclaredReloadOfAnEmptyTableIsDeclaredComplete() {
        publishedTable();
        site.wipe();
        declare(Declaration.reloaded());
        site.changes(20_000, insert(19_990, 5, "five"));
        assertThat(site.later().merge().state()).isEqualTo(TableState.HELD);

        declare(Declaration.loadComplete());
        TableResult result = site.merge();

        assertThat(result.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(site.rows()).isEqualTo(Map.of(5L, "five"));
    }

    /** The new load has no file of the second segment; the old one's would pass for it. */
    @Test
    void s5ADeclaredReloadTellsLeftoversThatNothingElseTells() {
        site.load(0, "p1", 1, loaded(-2, 1, "one"));
        site.load(5, "p2", 1, loaded(-1, 2, "two"));
        site.later().merge();
        site.load(20_000, "p1", 1, loaded(19_999, 1, "reloaded"));
        TableResult suspect = site.later().merge();

        declare(Declaration.reloaded());
        TableResult result = site.merge();

        assertThat(suspect.state()).isEqualTo(TableState.SUSPECT);
        assertThat(result.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(site.rows()).isEqualTo(Map.of(1L, "reloaded"));
    }

    @Test
    void s5ADeclaredLoadStartEndsLoadTimeUnknownOfThatLoadAlone() {
        site.timeline(TimelineOptions.defaults()
                .withLoadTimestamps(LoadTimestamps.TASK_START)
                .withTasks(Tasks.SEPARATE));
        site.changes(-60, update(-70, 1, "older than the load"));
        site.load(0, 1, loaded(-2, 1, "one"));
        site.changes(60, insert(10, 2, "two"));
        TableResult held = site.later().merge();

        DeclarationPlan plan = declare(Declaration.loadStart(at(-5)));
        TableResult result = site.merge();
        site.load(20_000, 1, loaded(19_999, 1, "reloaded"));
        site.changes(20_060, insert(20_010, 3, "three"));
        TableResult next = site.later().merge();

        assertThat(held.state()).isEqualTo(TableState.HELD);
        assertThat(codes(held)).contains("LOAD_TIME_UNKNOWN");
        assertThat(plan.entry().text()).isEqualTo("declared/1 at=2026-03-01T09:59:55Z load=2026-03-01T10:00:00Z");
        assertThat(result.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(next.state()).as("the next load's start is another").isEqualTo(TableState.HELD);
        assertThat(codes(next)).contains("LOAD_TIME_UNKNOWN");
        assertThat(site.rows()).isEqualTo(Map.of(1L, "one", 2L, "two"));
    }

    /** The way out that the finding names, though the options are as they were. */
    @Test
    void s5AnotherLoadStartThanTheOneInTheOptionsIsDeclaredWhereThatCannotBeTheLoads() {
        site.timeline(TimelineOptions.defaults()
                .withLoadTimestamps(LoadTimestamps.TASK_START)
                .withDeclaredLoadStart(at(0).minus(Duration.ofHours(26))));
        site.load(0, 1, loaded(-2, 1, "one"));
        site.changes(60, insert(10, 2, "two"));
        TableResult held = site.later().merge();

        declare(Declaration.loadStart(at(-5)));
        TableResult result = site.merge();

        assertThat(held.state()).isEqualTo(TableState.HELD);
        assertThat(codes(held)).contains("LOAD_TIME_UNKNOWN");
        assertThat(result.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(codes(result)).doesNotContain("LOAD_TIME_UNKNOWN");
    }

    @Test
    void s5ALoadStartIsRefusedWhereTheFilesTellIt() {
        publishedTable();

        assertThatThrownBy(() -> plan(Declaration.loadStart(at(-5))))
                .hasMessageContaining(
                        "the arrival times in its LOAD rows tell that its load began 2026-03-01T09:59:58Z");
    }

    @Test
    void s6ALoadDeclaredCompleteIsPublishedAtOnce() {
        site.load(0, 1, loaded(-2, 1, "one"));
        TableResult young = site.clock(10).merge();

        declare(Declaration.loadComplete());
        TableResult result = site.merge();

        assertThat(codes(young)).containsExactly("LOAD_UNSETTLED");
        assertThat(result.state()).isEqualTo(TableState.PUBLISHED);
        assertThatThrownBy(() -> plan(Declaration.loadComplete()))
                .hasMessageContaining("its load of 2026-03-01T10:00:00Z is published");
    }

    @Test
    void s6ALoadWithAMissingFileCannotBeDeclaredComplete() {
        site.load(0, 1, loaded(-2, 1, "one"));
        site.load(5, 3, loaded(-1, 3, "three"));

        assertThatThrownBy(() -> plan(Declaration.loadComplete()))
                .hasMessageContaining("its files say otherwise. 1 of 3 load files are missing");
    }

    @Test
    void s14ColumnsAreDeclaredInTheLogAsInTheConfiguration() {
        publishedTable();

        assertThatThrownBy(() -> plan(Declaration.columnDefault("nmae", "x")))
                .hasMessageContaining("neither its files nor the source's schema have a column 'nmae'");
        assertThatThrownBy(() -> plan(Declaration.parse(Kind.COLUMN_DEFAULT, "name=yesterday")))
                .hasMessage(
                        "Cannot declare column-default 'name=yesterday' of table public.orders: its value is neither null, true, false, a number nor a text in single quotes.");
        assertThatThrownBy(() -> plan(Declaration.columnDefault("id", "text"))).hasMessageContaining("does not fit");
        DeclarationPlan plan = declare(Declaration.columnDefault("name", "it's = ok"));
        assertThat(plan.entry().text()).isEqualTo("name='it's = ok'");
        assertThatThrownBy(() -> plan(Declaration.columnDefault("name", "other")))
                .hasMessageContaining("column 'name' is declared already");
    }

    @Test
    void s2AnOrderIsDeclaredInTheLog() {
        site.load(0, 1, loaded(-2, 1, "one"));
        site.changes(60, update(50, 1, "fifty"));
        site.changes(120, update(40, 1, "forty").counter(60_000));
        TableResult disputed = site.later().merge();

        assertThatThrownBy(() -> plan(Declaration.order("2026-03-01T10:02:00Z=counter")))
                .hasMessageContaining("its runs began [2026-03-01T10:01:00Z]");
        assertThatThrownBy(() -> plan(Declaration.order("2026-03-01T10:01:00Z=name")))
                .hasMessageContaining("none of counter, files and follows");
        DeclarationPlan plan = declare(Declaration.order("2026-03-01T10:01:00Z=counter"));
        TableResult result = site.merge();

        assertThat(disputed.state()).isEqualTo(TableState.DISPUTED);
        assertThat(plan.entry().text()).isEqualTo("2026-03-01T10:01:00Z=counter");
        assertThat(result.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(site.rows()).isEqualTo(Map.of(1L, "forty"));
    }

    @Test
    void planningWritesNothingAndSaysWhatWouldChange() {
        publishedTable();
        site.wipe();
        var stored = site.stored();

        DeclarationPlan plan = plan(Declaration.truncated());

        assertThat(site.stored()).isEqualTo(stored);
        assertThat(plan.toString())
                .contains("before, public.orders: SUSPECT")
                .contains("RAW_FILE_VANISHED")
                .contains("declaring truncated")
                .contains("after, public.orders: CURRENT");
        assertThat(site.merge().state()).isEqualTo(TableState.SUSPECT);
    }

    @Test
    void aSuspicionInTheLogIsEndedByTheDeclarationThatExplainsIt() {
        String changes = publishedTable();
        var ledger = site.lake().table(ORDERS).ledger();
        var place = ledger.snapshot().appliedSources().stream()
                .filter(source -> source.key().equals(changes))
                .toList();
        site.store.delete(changes);
        ledger.suspect("seen while compacting", at(0), place);
        TableResult suspect = site.merge();

        DeclarationPlan plan = declare(Declaration.expired());

        assertThat(suspect.state()).isEqualTo(TableState.SUSPECT);
        assertThat(plan.entry().resolves()).containsExactly(1L);
        assertThat(site.lake().table(ORDERS).ledger().snapshot().suspicions()).isEmpty();
        assertThat(site.later().merge().state()).isEqualTo(TableState.UNCHANGED);
    }

    @Test
    void aDeclarationOfANewerVersionStopsTheMergeAndIsNotGuessed() {
        publishedTable();
        var ledger = site.lake().table(ORDERS).ledger();

        assertThatThrownBy(() -> ledger.commit(
                        new LedgerEntry.Declared("t", 0, Kind.TRUNCATED, "declared/2 from=2026-03-01", List.of())))
                .hasMessage(
                        "Cannot understand the declaration 'declared/2 from=2026-03-01': it is of a newer version. Use the version that wrote it.");
    }
}
