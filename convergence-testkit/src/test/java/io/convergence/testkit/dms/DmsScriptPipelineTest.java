package io.convergence.testkit.dms;

import static io.convergence.testkit.assertj.LakeAssertions.assertThatTable;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convergence.Finding;
import io.convergence.compact.CompactionOptions;
import io.convergence.merge.MergeCounts.What;
import io.convergence.pipeline.Declaration;
import io.convergence.pipeline.Declarations;
import io.convergence.pipeline.MergeOptions;
import io.convergence.pipeline.ProgressListener;
import io.convergence.pipeline.TableResult;
import io.convergence.pipeline.TableState;
import io.convergence.schema.DataType;
import io.convergence.source.RowImages;
import io.convergence.source.SourceColumn;
import io.convergence.source.SourceEngine;
import io.convergence.source.SourceSchema;
import io.convergence.target.ReplicationSpec;
import io.convergence.testkit.dms.ScriptedShop.World;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the pipeline makes of single happenings, each against what the script says must become of the table. */
class DmsScriptPipelineTest {
    private final ReplicationSpec spec = ScriptedShop.spec();
    private final DmsScript script = DmsScript.of(spec)
            .on(ScriptedShop.ORDERS)
            .row(1, "new", 1, "a", "one")
            .row(2, "new", 2, "b", "two")
            .row(3, "new", null, null, null);
    private final World world = World.of(script, spec);

    private void requireReplay() {
        assertThatTable(world.lake(Declarations.of(ScriptedShop.ORDERS)).table(ScriptedShop.ORDERS))
                .equalsReplayOf(script);
    }

    @Test
    void s11ALateFileIsMergedIntoWhatWasPublished() {
        script.load()
                .pause(Duration.ofHours(1))
                .lateFile()
                .update(1, "status", "late", "note", "kept")
                .commit()
                .flush()
                .update(1, "status", "later")
                .commit();
        world.merge(ScriptedShop.ORDERS);

        TableResult result = world.merge(script.arrive(), ScriptedShop.ORDERS);

        assertThat(script.expected(ScriptedShop.ORDERS).mustBePublished()).isTrue();
        assertThat(result.state()).isEqualTo(TableState.PUBLISHED);
        requireReplay();
    }

    @ParameterizedTest
    @EnumSource
    void s3AReplayIsDroppedAndCounted(ScriptReplay replay) {
        script.load()
                .update(1, "status", "a")
                .commit()
                .update(2, "status", "b")
                .commit()
                .restart(replay, 1)
                .update(1, "status", "c")
                .commit();

        TableResult result = world.merge(ScriptedShop.ORDERS);

        assertThat(result.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(result.counts().orElseThrow().of(What.REPLAYED)).isEqualTo(1);
        assertThat(result.findings()).extracting(Finding::code).contains("REPLAY_DROPPED");
        requireReplay();
    }

    @ParameterizedTest
    @EnumSource
    void s3AReplayAfterALongPauseIsToldFromWhatIsApplied(ScriptReplay replay) {
        script.load()
                .pause(Duration.ofHours(1))
                .update(1, "status", "a")
                .update(2, "status", "b")
                .commit()
                .insert(4, "new", 3, "c", "four")
                .commit();
        world.merge(ScriptedShop.ORDERS);
        script.pause(Duration.ofDays(16)).restart(replay, 2).delete(4).commit();

        TableResult result = world.merge(ScriptedShop.ORDERS);

        assertThat(result.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(result.counts().orElseThrow().of(What.REPLAYED)).isEqualTo(2);
        requireReplay();
    }

    /** The rows of before come again without the column, in a file of their own: no column has gone. */
    @ParameterizedTest
    @EnumSource
    void s3AReplayFromBeforeAColumnWasAddedIsDropped(ScriptReplay replay) {
        script.load()
                .pause(Duration.ofHours(1))
                .update(1, "status", "a")
                .commit()
                .addColumn(SourceColumn.nullable("paid", DataType.of(DataType.Kind.INT4)))
                .update(1, "paid", 8)
                .commit();
        world.merge(ScriptedShop.ORDERS);
        script.restart(replay, 2).update(2, "paid", 9).commit();

        TableResult result = world.merge(ScriptedShop.ORDERS);

        assertThat(result.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(result.counts().orElseThrow().of(What.REPLAYED)).isEqualTo(2);
        assertThat(result.findings()).extracting(Finding::code).containsExactly("REPLAY_DROPPED");
        requireReplay();
    }

    @Test
    void s2AClockThatStepsBackIsDisputedAndAReloadEndsIt() {
        script.load()
                .update(1, "status", "a")
                .commit()
                .stepClockBack(Duration.ofMinutes(1))
                .update(1, "status", "b")
                .commit();
        TableResult disputed = world.merge(ScriptedShop.ORDERS);
        assertThat(script.expected(ScriptedShop.ORDERS).obstacles())
                .extracting(ExpectedTable.Obstacle::kind)
                .containsExactly(ExpectedTable.Kind.CLOCK_STEPPED_BACK);
        assertThat(disputed.state()).isEqualTo(TableState.DISPUTED);

        TableResult reloaded = world.merge(script.reload(ScriptReload.FOLDER_EMPTIED), ScriptedShop.ORDERS);

        assertThat(script.expected(ScriptedShop.ORDERS).mustBePublished()).isTrue();
        assertThat(reloaded.state()).isEqualTo(TableState.PUBLISHED);
        requireReplay();
    }

    /** 2:10 comes twice, and the file of the second time is named before one of the first. */
    @Test
    void s4FilesOfARepeatedHourAreMergedInTheOrderInWhichTheyWereStored() {
        ReplicationSpec of = ScriptedShop.spec(
                settings -> settings.datePartition(date -> date.timezone(ZoneId.of("Europe/Berlin"))));
        DmsScript told = DmsScript.of(of)
                .on(ScriptedShop.ORDERS)
                .row(1, "new", 1, "a", "one")
                .at(Instant.parse("2026-10-24T20:00:00Z"))
                .load()
                .at(Instant.parse("2026-10-25T00:30:00Z"))
                .update(1, "status", "summer")
                .commit()
                .flush()
                .at(Instant.parse("2026-10-25T01:10:00Z"))
                .update(1, "status", "winter", "note", "b")
                .commit()
                .flush()
                .at(Instant.parse("2026-10-25T01:40:00Z"))
                .update(1, "note", "c")
                .commit();
        World berlin = World.of(told, of);

        TableResult result = berlin.merge(ScriptedShop.ORDERS);

        assertThat(result.state()).as("%s", result).isEqualTo(TableState.PUBLISHED);
        assertThat(result.findings()).isEmpty();
        assertThatTable(berlin.lake(Declarations.of(ScriptedShop.ORDERS)).table(ScriptedShop.ORDERS))
                .equalsReplayOf(told);
    }

    @Test
    void s5LeftoversOfALongerLoadAreNotRead() {
        script.loadFileRows(1).load().delete(2).commit().delete(3).commit();
        world.merge(ScriptedShop.ORDERS);

        TableResult result = world.merge(
                script.pause(Duration.ofHours(1))
                        .reload(
                                ScriptReload.FILES_KEPT,
                                s -> s.update(1, "status", "while loading", "body", "x")
                                        .commit()),
                ScriptedShop.ORDERS);

        assertThat(result.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(result.findings()).extracting(Finding::code).contains("LOAD_LEFTOVER");
        requireReplay();
    }

    @Test
    void s14AnAddedDefaultIsSuspectUntilItIsDeclared() {
        SourceColumn bare = SourceColumn.nullable("paid", DataType.of(DataType.Kind.INT4));
        script.load()
                .addColumn(new SourceColumn("paid", bare.type(), true, "", bare.maxBytes(), bare.fixedWidth(), true), 7)
                .update(1, "paid", 8)
                .commit();

        TableResult suspect = world.merge(ScriptedShop.ORDERS);
        Declarations declared = script.declarations(ScriptedShop.ORDERS);
        TableResult published = world.merge(ScriptedShop.ORDERS, declared);

        assertThat(suspect.state()).isEqualTo(TableState.SUSPECT);
        assertThat(published.state()).isEqualTo(TableState.PUBLISHED);
        assertThatTable(world.lake(declared).table(ScriptedShop.ORDERS)).equalsReplayOf(script);
    }

    @Test
    void s14AColumnThatGoesAsAnotherComesIsSuspected() {
        script.load()
                .dropColumn("note")
                .addColumn(SourceColumn.nullable("remark", DataType.wstring(40)))
                .update(1, "remark", "x")
                .commit();

        TableResult result = world.merge(ScriptedShop.ORDERS);

        assertThat(script.expected(ScriptedShop.ORDERS).obstacles())
                .extracting(ExpectedTable.Obstacle::kind)
                .containsExactly(ExpectedTable.Kind.RENAME_SUSPECTED);
        assertThat(result.state()).isEqualTo(TableState.SUSPECT);
    }

    /** The source captures TRUNCATE and DMS empties the folder; PostgreSQL's leaves no trace, until somebody declares it. */
    @ParameterizedTest
    @EnumSource(
            value = SourceEngine.class,
            names = {"MYSQL", "POSTGRESQL"})
    void s14ATruncateIsPublishedOnceItIsDeclared(SourceEngine engine) {
        ReplicationSpec of =
                ScriptedShop.spec(settings -> {}, SourceSchema.of(engine, ScriptedShop.orders(RowImages.FULL)));
        DmsScript told = DmsScript.of(of).row(1, "new", 1, "a", "one").row(2, "new", 2, "b", "two");
        World truncated = World.of(told, of);
        told.load().pause(Duration.ofHours(1)).update(1, "status", "paid").commit();
        truncated.merge(ScriptedShop.ORDERS);

        told.pause(Duration.ofMinutes(5)).truncate();
        Instant commit = told.clock().instant();
        TableResult before = truncated.merge(told.pause(Duration.ofMinutes(5)), ScriptedShop.ORDERS);
        assertThat(before.state())
                .isEqualTo(told.expected(ScriptedShop.ORDERS)
                        .obstacles()
                        .get(0)
                        .kind()
                        .state()
                        .orElse(TableState.UNCHANGED));
        told.insert(3, "after", 3, "c", "three").commit();
        told.writeTo(truncated.store());
        truncated
                .lake(Declarations.of(ScriptedShop.ORDERS))
                .table(ScriptedShop.ORDERS)
                .planDeclaration(
                        Declaration.truncated(commit), MergeOptions.defaults().declareComplete())
                .execute();
        TableResult after = truncated.merge(ScriptedShop.ORDERS);

        assertThat(after.state()).as("%s", after).isEqualTo(TableState.PUBLISHED);
        assertThatTable(truncated.lake(Declarations.of(ScriptedShop.ORDERS)).table(ScriptedShop.ORDERS))
                .equalsReplayOf(told);
    }

    @Test
    void s14ARenamedColumnKeepsLargeObjectsThatWereNotLogged() {
        script.load().pause(Duration.ofHours(1)).update(1, "status", "paid").commit();
        script.renameColumn("body", "words").update(2, "status", "sent").commit();

        TableResult suspect = world.merge(ScriptedShop.ORDERS);
        Declarations declared = script.declarations(ScriptedShop.ORDERS);
        TableResult published = world.merge(ScriptedShop.ORDERS, declared);

        assertThat(script.expected(ScriptedShop.ORDERS).obstacles())
                .extracting(ExpectedTable.Obstacle::kind)
                .containsExactly(ExpectedTable.Kind.RENAME_SUSPECTED);
        assertThat(suspect.state()).isEqualTo(TableState.SUSPECT);
        assertThat(declared.renames()).containsEntry("body", "words");
        assertThat(published.state()).isEqualTo(TableState.PUBLISHED);
        assertThatTable(world.lake(declared).table(ScriptedShop.ORDERS)).equalsReplayOf(script);
    }

    /** S19: nothing tells of it, which the script says in advance and the assertion sees. */
    @Test
    void s19ARealNullInASuspectColumnAndATruncateAreSeenByTheAssertion() {
        script.load().pause(Duration.ofHours(1)).update(1, "body", null).commit();
        world.merge(ScriptedShop.ORDERS);

        assertThat(script.expected(ScriptedShop.ORDERS).obstacles())
                .extracting(ExpectedTable.Obstacle::kind)
                .containsExactly(ExpectedTable.Kind.NULL_NOT_TOLD);
        assertThatThrownBy(this::requireReplay)
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("key [1]: body is one instead of null")
                .hasMessageContaining("NULL_NOT_TOLD");

        world.merge(script.truncate(), ScriptedShop.ORDERS);

        assertThatThrownBy(this::requireReplay)
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("3 differences");
    }

    /** Compaction joins files from before and after the rename, so that rows have both columns, one of them absent. */
    @Test
    void s18ARenamedColumnOfCompactedFilesIsOneColumn() {
        script.load()
                .pause(Duration.ofHours(1))
                .insert(5, "new", 5, "five", "body")
                .delete(1)
                .insert(1, "again", 7, "seven", null)
                .commit()
                .flush()
                .renameColumn("note", "remark")
                .insert(6, "new", 6, "six", null)
                .update(2, "status", "kept")
                .commit();
        script.writeTo(world.store());
        Declarations declared = script.declarations(ScriptedShop.ORDERS);
        world.lake(declared)
                .table(ScriptedShop.ORDERS)
                .compact(CompactionOptions.builder().settled().build(), ProgressListener.none());

        TableResult result = world.merge(ScriptedShop.ORDERS, declared);

        assertThat(result.state()).as("%s", result).isEqualTo(TableState.PUBLISHED);
        assertThatTable(world.lake(declared).table(ScriptedShop.ORDERS)).equalsReplayOf(script);
    }
}
