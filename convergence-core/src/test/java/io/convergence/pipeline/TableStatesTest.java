package io.convergence.pipeline;

import static io.convergence.pipeline.LandingSite.SHAPE;
import static io.convergence.pipeline.LandingSite.at;
import static io.convergence.pipeline.LandingSite.codes;
import static io.convergence.pipeline.LandingSite.delete;
import static io.convergence.pipeline.LandingSite.insert;
import static io.convergence.pipeline.LandingSite.loaded;
import static io.convergence.pipeline.LandingSite.move;
import static io.convergence.pipeline.LandingSite.update;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.convergence.Finding;
import io.convergence.compact.CompactionOptions;
import io.convergence.ledger.RawSource;
import io.convergence.merge.KeyUniqueness;
import io.convergence.merge.MergeCounts.What;
import io.convergence.raw.TimelineOptions;
import io.convergence.raw.TimelineOptions.LoadTimestamps;
import io.convergence.raw.TimelineOptions.Tasks;
import io.convergence.schema.Column;
import io.convergence.schema.DataType;
import io.convergence.schema.TableSchema;
import io.convergence.source.SourceEngine;
import io.convergence.source.SourceSchema;
import io.convergence.target.MigrationType;
import io.convergence.target.ReplicationSpec;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What state a table's files put it into, and what ends each state. Every merge is a new process. */
class TableStatesTest {
    private final LandingSite site = new LandingSite();

    private void loadedTable() {
        site.load(0, 1, loaded(-2, 1, "one"), loaded(-1, 2, "two"));
    }

    @Test
    void aMergePublishesAndTheNextFindsNothingToDo() {
        loadedTable();
        site.changes(60, update(10, 1, "uno"), delete(20, 2), insert(30, 3, "three"));

        TableResult first = site.later().merge();
        var stored = site.stored();
        TableResult second = site.merge();

        assertThat(first.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(first.rows()).isEqualTo(2);
        assertThat(first.filesRead()).isEqualTo(2);
        assertThat(first.counts().orElseThrow().toMap()).containsEntry(What.RECEIVED, 5L);
        assertThat(site.rows()).isEqualTo(Map.of(1L, "uno", 3L, "three"));
        assertThat(second.state()).isEqualTo(TableState.UNCHANGED);
        assertThat(second.completeThrough()).isEqualTo(first.completeThrough()).isPresent();
        assertThat(site.stored()).as("a run with nothing new writes nothing").isEqualTo(stored);
    }

    @Test
    void aTableWithoutFilesIsHeldUntilItsLoadComes() {
        TableResult none = site.merge();
        loadedTable();
        TableResult loaded = site.later().merge();

        assertThat(none.state()).isEqualTo(TableState.HELD);
        assertThat(codes(none)).containsExactly("NO_FILES");
        assertThat(none.rows()).as("nothing is published").isEqualTo(-1);
        assertThat(loaded.state()).isEqualTo(TableState.PUBLISHED);
    }

    @Test
    void aTableDeclaredEmptyByItsFullLoadRowsIsPublishedWithoutRows() {
        site.shape(SHAPE.withSchema(new TableSchema(
                LandingSite.ORDERS,
                List.of(
                        Column.required("id", DataType.parse("int8")),
                        Column.nullable("name", DataType.parse("string(20)"))),
                List.of("id"))));

        TableResult empty = site.merge(MergeOptions.defaults().fullLoadRows(0));
        TableResult again = site.merge(MergeOptions.defaults().fullLoadRows(0));
        site.changes(60, insert(10, 1, "one"));
        TableResult filled = site.later().merge(MergeOptions.defaults().fullLoadRows(0));

        assertThat(empty.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(empty.rows()).isZero();
        assertThat(again.state()).isEqualTo(TableState.UNCHANGED);
        assertThat(filled.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(site.rows()).isEqualTo(Map.of(1L, "one"));
    }

    @Test
    void anEmptyTableWhoseColumnsNobodyToldCannotBePublished() {
        TableResult result = site.merge(MergeOptions.defaults().fullLoadRows(0));

        assertThat(result.state()).isEqualTo(TableState.FAILED);
        assertThat(result.findings().get(0).message())
                .isEqualTo("Cannot publish table public.orders: its key column 'id' is neither in a file nor in the"
                        + " source's schema, which have the columns []. Give the source's schema, or the key's"
                        + " right name.");
    }

    @Test
    void s6AYoungLoadIsHeldAndGoesOnByItselfOnceItHasSettled() {
        loadedTable();

        TableResult young = site.clock(599).merge();
        TableResult settled = site.clock(600).merge();

        assertThat(young.state()).isEqualTo(TableState.HELD);
        assertThat(codes(young)).containsExactly("LOAD_UNSETTLED");
        assertThat(settled.state()).isEqualTo(TableState.PUBLISHED);
    }

    @Test
    void s6AYoungLoadIsCompleteWhenItHasTheRowsDmsReports() {
        loadedTable();

        TableResult some = site.clock(1).merge(MergeOptions.defaults().fullLoadRows(3));
        site.load(2, 2, loaded(1, 3, "three"));
        TableResult all = site.clock(3).merge(MergeOptions.defaults().fullLoadRows(3));

        assertThat(some.state()).isEqualTo(TableState.HELD);
        assertThat(some.findings().get(0).message()).isEqualTo("The load has 2 rows so far, DMS reported 3.");
        assertThat(all.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(site.rows()).hasSize(3);
    }

    @Test
    void s6ALoadWithAMissingFileIsHeldHoweverOldItIs() {
        loadedTable();
        site.load(2, 3, loaded(1, 3, "three"));

        TableResult gap = site.later().merge(MergeOptions.defaults().declareComplete());
        site.load(4000, 2, loaded(1, 4, "four"));
        TableResult whole = site.later().merge();

        assertThat(gap.state()).isEqualTo(TableState.HELD);
        assertThat(codes(gap)).contains("LOAD_FILE_MISSING");
        assertThat(whole.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(site.rows()).hasSize(4);
    }

    @Test
    void s14AVanishedFileMakesTheTableSuspectUntilItIsRestoredAsItWas() {
        loadedTable();
        String changes = site.changes(60, update(10, 1, "uno"));
        byte[] content = site.store.get(changes).orElseThrow().content();
        site.later().merge();
        site.store.delete(changes);
        site.changes(5000, update(4990, 1, "later"));

        TableResult suspect = site.later().merge(MergeOptions.defaults().declareComplete());
        TableResult still = site.later().merge();
        site.put(60, changes, content);
        TableResult restored = site.clock(20_000).merge();

        assertThat(suspect.state()).isEqualTo(TableState.SUSPECT);
        assertThat(suspect.findings())
                .extracting(Finding::code, Finding::path)
                .containsExactly(tuple("RAW_FILE_VANISHED", changes));
        assertThat(suspect.rows()).as("the published table stands").isEqualTo(2);
        assertThat(still.state()).isEqualTo(TableState.SUSPECT);
        assertThat(restored.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(site.rows()).isEqualTo(Map.of(1L, "later", 2L, "two"));
    }

    @Test
    void s14ARewrittenFileOfChangesMakesTheTableSuspectUntilAReload() {
        loadedTable();
        site.changes(60, update(10, 1, "uno"));
        site.later().merge();
        site.lateChanges(5000, 60, update(10, 1, "rewritten"));

        TableResult suspect = site.later().merge();
        var published = site.rows();
        site.wipe();
        site.load(20_000, 1, loaded(19_999, 7, "seven"));
        TableResult reloaded = site.later().merge();

        assertThat(suspect.state()).isEqualTo(TableState.SUSPECT);
        assertThat(published).isEqualTo(Map.of(1L, "uno", 2L, "two"));
        assertThat(reloaded.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(site.rows()).isEqualTo(Map.of(7L, "seven"));
    }

    /** The rest of the load would otherwise pass for a newer one and replace the table without the segment's rows. */
    @Test
    void s14AVanishedSegmentOfALoadIsNoReload() {
        site.load(0, "p1", 1, loaded(-2, 1, "one"));
        site.load(5, "p2", 1, loaded(-1, 2, "two"));
        site.later().merge();
        site.store.delete("raw/public/orders/p1/LOAD00000001.parquet");

        TableResult result = site.later().merge();

        assertThat(result.state()).isEqualTo(TableState.SUSPECT);
        assertThat(site.rows()).isEqualTo(Map.of(1L, "one", 2L, "two"));
    }

    @Test
    void s14TheVanishedFirstFileOfALoadIsNoReloadInProgress() {
        loadedTable();
        site.load(5, 2, loaded(4, 3, "three"));
        site.later().merge();
        site.store.delete("raw/public/orders/LOAD00000001.parquet");

        TableResult result = site.later().merge();

        assertThat(result.state()).isEqualTo(TableState.SUSPECT);
        assertThat(codes(result)).contains("RAW_FILE_VANISHED");
    }

    @Test
    void s2AFileWhoseRowsContradictTheirSequenceDisputesTheTableInEveryProcessUntilAReload() {
        loadedTable();
        site.changes(
                60, update(20, 1, "second").counter(20), update(10, 1, "first").counter(10));

        TableResult first = site.later().merge(MergeOptions.defaults().declareComplete());
        TableResult second = site.merge();
        site.lake()
                .table(LandingSite.ORDERS)
                .compact(CompactionOptions.builder().settled().build(), ProgressListener.none());
        site.changes(5000, insert(4990, 3, "three"), insert(4991, 4, "four"));
        site.later();
        site.lake()
                .table(LandingSite.ORDERS)
                .compact(CompactionOptions.builder().settled().build(), ProgressListener.none());
        TableResult compacted = site.merge();
        site.load(20_000, 1, loaded(19_999, 1, "reloaded"));
        TableResult reloaded = site.later().merge();

        assertThat(first.state()).isEqualTo(TableState.DISPUTED);
        assertThat(codes(first)).containsExactly("ORDER_DISPUTED");
        assertThat(second.state()).as("another process").isEqualTo(TableState.DISPUTED);
        assertThat(site.lake().table(LandingSite.ORDERS).ledger().snapshot().compactedSources())
                .as("compaction leaves order and place of changes as they are")
                .hasSize(2);
        assertThat(compacted.state()).as("compacted").isEqualTo(TableState.DISPUTED);
        assertThat(compacted.rows()).as("nothing was ever published").isEqualTo(-1);
        assertThat(reloaded.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(site.rows()).isEqualTo(Map.of(1L, "reloaded"));
    }

    /** Why the log need not keep disputes of files: what it calls applied has none, and all else is read again. */
    @Test
    void s2ADisputedFileIsNeverAppliedNeitherWhileItIsOlderThanTheLoadNorWhenItComesToBelong() {
        var known = TimelineOptions.defaults().withLoadTimestamps(LoadTimestamps.TASK_START);
        String disputed = site.changes(
                -60,
                update(-70, 1, "second").counter(20),
                update(-80, 1, "first").counter(10));
        loadedTable();
        site.changes(60, update(10, 2, "newer"));

        TableResult without =
                site.later().timeline(known.withDeclaredLoadStart(at(-2))).merge();
        TableResult with = site.timeline(known.withDeclaredLoadStart(at(-100))).merge();
        site.lake()
                .table(LandingSite.ORDERS)
                .compact(CompactionOptions.builder().settled().build(), ProgressListener.none());
        TableResult compacted = site.merge();
        TableResult withoutAgain =
                site.timeline(known.withDeclaredLoadStart(at(-2))).merge();

        var snapshot = site.lake().table(LandingSite.ORDERS).ledger().snapshot();
        assertThat(without.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(with.state()).isEqualTo(TableState.DISPUTED);
        assertThat(compacted.state()).isEqualTo(TableState.DISPUTED);
        assertThat(withoutAgain.state()).isEqualTo(TableState.UNCHANGED);
        assertThat(snapshot.compactedSources())
                .extracting(RawSource::key)
                .as("the log knows the file and has its evidence")
                .contains(disputed);
        assertThat(snapshot.appliedSources()).extracting(RawSource::key).doesNotContain(disputed);
    }

    @Test
    void s2TimeThatStepsBackBetweenFilesDisputesTheTable() {
        loadedTable();
        site.changes(60, update(50, 1, "fifty"));
        site.changes(120, update(40, 1, "forty").counter(60_000));

        TableResult result = site.later().merge();

        assertThat(result.state()).isEqualTo(TableState.DISPUTED);
        assertThat(codes(result)).containsExactly("CLOCK_STEPPED_BACK", "ORDER_DISPUTED");
    }

    /** Steps of less than a second show on one key only, also against a row that an earlier merge applied. */
    @Test
    void s2ASmallStepBackOnOneKeyDisputesTheTableAlsoAgainstWhatIsStored() {
        loadedTable();
        site.changes(60, update(50, 1, "stored"));
        TableResult published = site.later().merge();
        site.changes(5000, update(49.5, 1, "back").counter(60_000));

        TableResult disputed = site.later().merge();

        assertThat(published.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(disputed.state()).isEqualTo(TableState.DISPUTED);
        assertThat(disputed.counts().orElseThrow().of(What.WITHHELD)).isEqualTo(1);
        assertThat(site.rows()).isEqualTo(Map.of(1L, "stored", 2L, "two"));
    }

    @Test
    void s3APauseWithTimeMovingForwardIsNoDisputeThoughTheCounterRestarts() {
        loadedTable();
        site.changes(60, update(50, 1, "before"));
        site.changes(90_000, update(89_990, 1, "after the pause").counter(1));

        TableResult result = site.later().merge();

        assertThat(result.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(site.rows()).containsEntry(1L, "after the pause");
    }

    @Test
    void s10KeysThatCollideDisputeTheTableUntilAReload() {
        loadedTable();
        site.changes(60, move(10, 1, 2, "one"), move(10, 2, 1, "fits no row"));

        TableResult collision = site.later().merge();
        site.load(20_000, 1, loaded(19_999, 2, "reloaded"));
        TableResult reloaded = site.later().merge();

        assertThat(collision.state()).isEqualTo(TableState.DISPUTED);
        assertThat(codes(collision)).contains("KEY_COLLISION");
        assertThat(collision.rows()).isEqualTo(-1);
        assertThat(reloaded.state()).isEqualTo(TableState.PUBLISHED);
    }

    /** Each contested key is counted; not each is told, or memory would grow with them. */
    @Test
    void s10OfManyContestedKeysTheFirstAreToldAndAllAreCounted() {
        int pairs = 150;
        var load = new LandingSite.Row[2 * pairs];
        var changes = new LandingSite.Row[2 * pairs];
        for (int i = 0; i < pairs; i++) {
            load[2 * i] = loaded(-2, 2L * i, "one");
            load[2 * i + 1] = loaded(-2, 2L * i + 1, "two");
            changes[2 * i] = move(10 + i, 2L * i, 2L * i + 1, "one");
            changes[2 * i + 1] = move(10 + i, 2L * i + 1, 2L * i, "fits no row");
        }
        site.load(0, 1, load);
        site.changes(1_000, changes);

        TableResult collision = site.later().merge();

        List<Finding> told = collision.findings().stream()
                .filter(finding -> finding.code().equals("KEY_COLLISION"))
                .toList();
        long counted = collision.counts().orElseThrow().of(What.DISPUTED);
        assertThat(collision.state()).isEqualTo(TableState.DISPUTED);
        assertThat(counted).isGreaterThanOrEqualTo(pairs);
        assertThat(told).hasSize(101);
        assertThat(told.get(100).message())
                .startsWith(
                        counted - 100 + " more findings of this kind are not told one by one; there are " + counted);
    }

    @ParameterizedTest
    @EnumSource(SourceEngine.class)
    void s10WhatTheOrderOfKeyChangesProvesDependsOnTheEngine(SourceEngine engine) {
        site.settings(builder -> builder.schema(SourceSchema.of(engine)));
        loadedTable();
        site.changes(60, move(10, 1, 2, "one"), move(10, 2, 1, "fits no row"));

        TableResult result = site.later().merge();

        boolean eachStatement = Set.of(SourceEngine.MYSQL, SourceEngine.MARIADB, SourceEngine.SQL_SERVER)
                .contains(engine);
        assertThat(result.state()).isEqualTo(eachStatement ? TableState.PUBLISHED : TableState.DISPUTED);
    }

    @Test
    void s10KeysOfASourceWithoutDeferrableConstraintsCanBeDeclaredUniqueAtEachStatement() {
        site.settings(builder -> builder.schema(SourceSchema.of(SourceEngine.POSTGRESQL))
                .keyUniqueness(KeyUniqueness.AT_EACH_STATEMENT));
        loadedTable();
        site.changes(60, move(10, 1, 2, "one"), move(10, 2, 1, "fits no row"));

        assertThat(site.later().merge().state()).isEqualTo(TableState.PUBLISHED);
    }

    @Test
    void s10TwoRowsOfOneKeyInALoadAreNeverPublished() {
        site.load(0, 1, loaded(-2, 1, "one"), loaded(-1, 1, "another"));

        TableResult result = site.later().merge();

        assertThat(result.state()).isEqualTo(TableState.DISPUTED);
        assertThat(codes(result)).containsExactly("LOAD_KEY_TWICE");
        assertThat(result.rows()).isEqualTo(-1);
    }

    @Test
    void s10AKeyChangeMovesTheRow() {
        loadedTable();
        site.changes(60, move(10, 1, 11, "one"));

        site.later().merge();

        assertThat(site.rows()).isEqualTo(Map.of(2L, "two", 11L, "one"));
    }

    @Test
    void aDamagedFileFailsTheTableUntilItIsMended() {
        loadedTable();
        site.later().merge();
        String changes = site.changes(5000, update(4990, 1, "uno"));
        byte[] sound = site.store.get(changes).orElseThrow().content();
        site.put(5000, changes, "PAR1 is not enough".getBytes(StandardCharsets.UTF_8));

        TableResult damaged = site.later().merge();
        var stands = site.rows();
        site.put(5000, changes, sound);
        TableResult mended = site.later().merge();

        assertThat(damaged.state()).isEqualTo(TableState.FAILED);
        assertThat(codes(damaged)).containsExactly("TABLE_FAILED");
        assertThat(damaged.findings().get(0).message()).contains(changes);
        assertThat(stands).isEqualTo(Map.of(1L, "one", 2L, "two"));
        assertThat(mended.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(site.rows()).containsEntry(1L, "uno");
    }

    @Test
    void aTableWithoutKeyCannotBeMerged() {
        Convergence lake = Convergence.builder()
                .layout(LandingSite.LAYOUT)
                .store(site.store)
                .table(LandingSite.ORDERS, SHAPE)
                .build();

        TableResult result = lake.merge(MergeOptions.defaults(), ProgressListener.none())
                .tables()
                .get(0);

        assertThat(result.state()).isEqualTo(TableState.FAILED);
        assertThat(result.findings().get(0).message())
                .isEqualTo(
                        "Cannot merge table public.orders: it has no key. Give its schema a primary key, name the key"
                                + " columns, or keep an append-only change log of it"
                                + " (MergeOptions.style(TableStyle.append())).");
        assertThatThrownBy(() -> lake.table(LandingSite.ORDERS).planMerge(MergeOptions.defaults()))
                .isInstanceOf(PipelineException.class);
    }

    @Test
    void s5ChangesFlushedBeforeTheFirstRowOfTheLoadArrivedDoNotTouchIt() {
        site.changes(-60, update(-70, 1, "older than the load"));
        site.changes(-10, update(-15, 2, "flushed as the load began"));
        site.load(0, 1, loaded(-10, 1, "one"), loaded(-1, 2, "two"));

        TableResult result = site.later().merge();

        assertThat(result.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(codes(result)).containsExactly("CHANGES_BEFORE_LOAD");
        assertThat(site.rows()).isEqualTo(Map.of(1L, "one", 2L, "flushed as the load began"));
        assertThat(site.merge().state()).as("the older file is never new").isEqualTo(TableState.UNCHANGED);
    }

    @Test
    void s5AnUnknownLoadStartHoldsTheTableUntilItIsDeclared() {
        var unknown = TimelineOptions.defaults()
                .withLoadTimestamps(LoadTimestamps.TASK_START)
                .withTasks(Tasks.SEPARATE);
        site.changes(-60, update(-70, 1, "older than the load"));
        loadedTable();
        site.changes(60, update(10, 2, "newer"));

        TableResult held =
                site.later().timeline(unknown).merge(MergeOptions.defaults().declareComplete());
        TableResult declared =
                site.timeline(unknown.withDeclaredLoadStart(at(-2))).merge();

        assertThat(held.state()).isEqualTo(TableState.HELD);
        assertThat(codes(held)).containsExactly("LOAD_TIME_UNKNOWN");
        assertThat(declared.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(site.rows()).isEqualTo(Map.of(1L, "one", 2L, "newer"));
    }

    @Test
    void s5OneTasksTimesOfStorageTellTheLoadStartIfTheyFollowTheNames() {
        site.timeline(TimelineOptions.defaults().withLoadTimestamps(LoadTimestamps.TASK_START));
        site.changes(-60, update(-70, 1, "older than the load"));
        loadedTable();
        site.changes(60, update(10, 2, "newer"));

        TableResult result = site.later().merge();

        assertThat(result.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(site.rows()).isEqualTo(Map.of(1L, "one", 2L, "newer"));
    }

    @Test
    void changesWithoutALoadAreAWarningButPublished() {
        site.changes(60, insert(10, 1, "one"));

        TableResult result = site.later().merge();

        assertThat(result.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(codes(result)).containsExactly("NO_LOAD");
        assertThat(site.rows()).isEqualTo(Map.of(1L, "one"));
    }

    /** Rule S6: the task that replicates may be ahead of the one that loads. */
    @Test
    void s6ALoadOfAnotherTaskThatIsNotThereIsWaitedForAndNotTakenForEmpty() {
        TimelineOptions separate = TimelineOptions.defaults().withTasks(Tasks.SEPARATE);
        site.timeline(separate);
        site.changes(60, update(10, 1, "one of many rows"));

        TableResult awaited = site.later().merge();
        TableStatus shown = site.lake().table(LandingSite.ORDERS).show(MergeOptions.defaults());
        site.load(5000, 1, loaded(1, 1, "one"), loaded(2, 2, "two"));
        TableResult loaded = site.later().merge();

        assertThat(awaited.state()).isEqualTo(TableState.HELD);
        assertThat(awaited.rows()).as("nothing is published").isEqualTo(-1);
        assertThat(codes(awaited)).contains("LOAD_AWAITED");
        assertThat(shown.condition()).isEqualTo(TableCondition.AWAITING_LOAD);
        assertThat(loaded.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(site.rows()).isEqualTo(Map.of(1L, "one of many rows", 2L, "two"));
    }

    @ParameterizedTest
    @EnumSource(MigrationType.class)
    void s6ALoadThatTheSpecPromisesIsWaitedForUntilItIsDeclaredEmpty(MigrationType migration) {
        ReplicationSpec spec = ReplicationSpec.builder()
                .sourceEngine(SourceEngine.POSTGRESQL)
                .tableMappings(mappings -> mappings.include("public", "%"))
                .migrationType(migration)
                .settings(settings -> settings.bucketName("bucket"))
                .build();
        site.settings(builder -> builder.spec(spec));
        site.changes(60, insert(10, 1, "one"));

        TableResult first = site.later().merge();
        TableResult empty = site.merge(MergeOptions.defaults().fullLoadRows(0));
        site.changes(9000, insert(8990, 2, "two"));
        TableResult later = site.later().merge();

        assertThat(first.state()).isEqualTo(migration == MigrationType.CDC ? TableState.PUBLISHED : TableState.HELD);
        assertThat(codes(first)).contains(migration == MigrationType.CDC ? "NO_LOAD" : "LOAD_AWAITED");
        assertThat(empty.settled()).isTrue();
        assertThat(later.state()).as("what is published goes on").isEqualTo(TableState.PUBLISHED);
        assertThat(site.rows()).isEqualTo(Map.of(1L, "one", 2L, "two"));
    }

    @Test
    void s6ChangesWithoutALoadSettleBeforeTheyAreTakenForAllThereIs() {
        site.changes(60, insert(10, 1, "one"));

        TableResult young = site.clock(659).merge();
        site.changes(650, insert(640, 2, "two"));
        TableResult settled = site.clock(661).merge();

        assertThat(young.state()).isEqualTo(TableState.HELD);
        assertThat(codes(young)).contains("LOAD_UNSETTLED");
        assertThat(settled.state()).as("a busy table need not be quiet").isEqualTo(TableState.PUBLISHED);
    }
}
