package io.convergence.testkit.dms;

import static io.convergence.testkit.assertj.LakeAssertions.assertThatTable;
import static org.assertj.core.api.Assertions.assertThat;

import io.convergence.TableId;
import io.convergence.pipeline.Declarations;
import io.convergence.pipeline.TableResult;
import io.convergence.target.DataFormat;
import io.convergence.target.ReplicationSpec;
import io.convergence.testkit.dms.ScriptedShop.World;
import java.time.Duration;
import java.time.LocalDateTime;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Random histories through the real pipeline: files in memory, merged on the way and at the end, against the scripted
 * source's own rows. What must become of a table is stated by the script before the pipeline sees it. Replay one with
 * {@code -Dconvergence.seed=}.
 */
class DmsScriptHistoriesTest {
    private static final int HISTORIES = Integer.getInteger("convergence.histories", 16);

    private static final long FIRST = Long.getLong("convergence.histories.first", 0);
    private static final List<TableId> TABLES = List.of(ScriptedShop.ORDERS, ScriptedShop.ITEMS);

    /** Changes up to 10 minutes behind a load may have been read by it, as far as the pipeline knows. */
    private static final Duration LOAD_IS_LONG_OVER = Duration.ofMinutes(30);

    /**
     * Kinds of histories: which happenings they may have, beside cuts and re-insertions. Where changes may overlap a load,
     * LOBs are never left out of updates: if keys change too, the pipeline cannot tell whose LOB the load read, gives the cell
     * up as unknown and reports it (LOAD_OVERLAP_UNKNOWN), so that the table is not the source's. Nor are keys swapped there:
     * whose row the load read then is contested, and the table disputed (KEY_COLLISION).
     */
    enum Kind {
        KEYS(0, ScriptHappening.LOB_UNCHANGED, ScriptHappening.KEY_CHANGE, ScriptHappening.KEY_SWAP),
        LATE(0, ScriptHappening.LOB_UNCHANGED, ScriptHappening.LATE_FILE, ScriptHappening.KEY_CHANGE),
        RUNS(
                0,
                ScriptHappening.LOB_UNCHANGED,
                ScriptHappening.NEW_RUN,
                ScriptHappening.KEY_CHANGE,
                ScriptHappening.LATE_FILE),
        REPLAYS(
                0,
                ScriptHappening.LOB_UNCHANGED,
                ScriptHappening.NEW_RUN,
                ScriptHappening.REPLAY_SAME_SEQUENCE,
                ScriptHappening.REPLAY_NEW_SEQUENCE,
                ScriptHappening.KEY_CHANGE,
                ScriptHappening.KEY_SWAP,
                ScriptHappening.LATE_FILE),
        OVERLAP(4, ScriptHappening.KEY_CHANGE, ScriptHappening.NEW_RUN),
        RELOADS(
                2,
                ScriptHappening.RELOAD_FOLDER_EMPTIED,
                ScriptHappening.RELOAD_FILES_KEPT,
                ScriptHappening.LOAD_OVERLAP,
                ScriptHappening.KEY_CHANGE),
        COLUMNS(
                0,
                ScriptHappening.LOB_UNCHANGED,
                ScriptHappening.ADD_COLUMN,
                ScriptHappening.ADD_COLUMN_WITH_DEFAULT,
                ScriptHappening.DROP_COLUMN,
                ScriptHappening.RENAME_COLUMN,
                ScriptHappening.WIDEN_COLUMN),
        CLOCK(0, ScriptHappening.LOB_UNCHANGED, ScriptHappening.CLOCK_STEPS_BACK, ScriptHappening.KEY_CHANGE);

        private final int duringLoad;
        private final Set<ScriptHappening> happenings;

        /** @param duringLoad transactions of each table while it is loaded */
        Kind(int duringLoad, ScriptHappening... own) {
            this.duringLoad = duringLoad;
            happenings = EnumSet.of(ScriptHappening.CUT_TRANSACTION, ScriptHappening.REINSERT);
            happenings.addAll(List.of(own));
        }
    }

    @ParameterizedTest
    @EnumSource
    void withoutAPlantedDisputeTheTableIsTheSourceElseItStops(Kind kind) {
        Long given = Long.getLong("convergence.seed");
        LongStream seeds = given == null ? LongStream.range(FIRST, FIRST + HISTORIES) : LongStream.of(given);

        int[] outcomes = seeds.mapToObj(seed -> tell(kind, seed)).reduce(new int[2], (a, b) ->
                new int[] {a[0] + b[0], a[1] + b[1]});

        assertThat(outcomes[0])
                .as("histories of kind %s that are published", kind)
                .isPositive();
        if (kind == Kind.CLOCK || kind == Kind.COLUMNS) {
            assertThat(outcomes[1])
                    .as("histories of kind %s that must stop", kind)
                    .isPositive();
        }
    }

    /** @return how many tables were published, and how many had to stop */
    private static int[] tell(Kind kind, long seed) {
        // Rows of CSV files tell their columns by their number alone.
        boolean csv = seed % 4 == 3 && kind != Kind.COLUMNS;
        ReplicationSpec spec = ScriptedShop.spec(settings ->
                settings.dataFormat(csv ? DataFormat.CSV : DataFormat.PARQUET).csv(c -> c.nullValue("~")));
        DmsScript script = DmsScript.of(spec).seed(seed).loadFileRows(3);
        World world = World.of(script, spec);
        int[] outcomes = new int[2];
        Map<TableId, Declarations> declared = new HashMap<>();
        for (TableId table : TABLES) {
            script.on(table);
            for (long i = 1; i <= 5; i++) {
                if (table.equals(ScriptedShop.ORDERS)) {
                    script.row(i, "status " + i, null, "note " + i, "body " + i);
                } else {
                    script.row(i, 1, LocalDateTime.of(2026, 1, 1, 1, 1).plusMinutes(i), 7, 1.5f, null);
                }
            }
        }
        script.load(meanwhile -> {
            for (TableId table : TABLES) {
                meanwhile.on(table).play(kind.duringLoad, kind.happenings);
            }
        });
        if (kind.duringLoad == 0) {
            script.pause(LOAD_IS_LONG_OVER);
        }
        for (int part = 0; part < 3; part++) {
            for (TableId table : TABLES) {
                script.on(table).play(4, kind.happenings);
            }
            for (TableId table : TABLES) {
                outcomes[
                        require(
                                world,
                                table,
                                declared,
                                "-Dconvergence.seed=" + seed + " " + kind + " part " + part + " " + table)]++;
            }
        }
        return outcomes;
    }

    /** Merges as the user has declared so far; if more must be declared, sees the merge stop for it and declares. */
    private static int require(World world, TableId table, Map<TableId, Declarations> declared, String what) {
        DmsScript script = world.script();
        ExpectedTable expected = script.expected(table);
        List<ExpectedTable.Kind> planted =
                expected.obstacles().stream().map(ExpectedTable.Obstacle::kind).toList();
        Declarations before = declared.getOrDefault(table, Declarations.of(table));
        Declarations now = script.declarations(table);
        boolean declarable = planted.stream().allMatch(ExpectedTable.Kind::endsByDeclaration);
        if (!planted.isEmpty() && !(declarable && now.equals(before))) {
            TableResult stopped = world.merge(table, before);
            assertThat(planted.stream().map(kind -> kind.state().orElseThrow()))
                    .as("%s: %s, obstacles %s", what, stopped, expected.obstacles())
                    .contains(stopped.state());
            if (!declarable) {
                return 1;
            }
        }

        declared.put(table, now);
        TableResult result = world.merge(table, now);
        assertThat(result.settled()).as("%s: %s", what, result).isTrue();
        assertThatTable(world.lake(now).table(table)).as("%s: %s", what, result).equalsReplayOf(script);
        return now.equals(before) ? 0 : 1;
    }
}
