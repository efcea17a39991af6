package io.convergence.pipeline;

import static io.convergence.pipeline.LandingSite.LAYOUT;
import static io.convergence.pipeline.LandingSite.ORDERS;
import static io.convergence.pipeline.LandingSite.insert;
import static io.convergence.pipeline.LandingSite.loaded;
import static io.convergence.pipeline.LandingSite.update;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.convergence.ConvergenceException;
import io.convergence.DataSize;
import io.convergence.Finding;
import io.convergence.TableId;
import io.convergence.curated.SnapshotSettings;
import io.convergence.merge.MergeCounts.What;
import io.convergence.raw.RawFormat;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** S17: each table for itself. And what a dry run shows and leaves alone. */
class IsolationTest {
    private static final TableId BROKEN = TableId.of("public", "broken");
    private static final TableId DISPUTED = TableId.of("public", "disputed");
    private static final TableId EMPTY = TableId.of("public", "empty");
    private static final TableId SOUND = TableId.of("public", "sound");

    private final LandingSite site = new LandingSite();

    @Test
    void s17TablesThatStopDoNotStopTheOthersAndEachHasItsResult() {
        site.tables(BROKEN, DISPUTED, EMPTY, SOUND);
        site.put(
                60,
                LAYOUT.cdcKey(BROKEN, LandingSite.at(60), RawFormat.PARQUET),
                "no Parquet".getBytes(StandardCharsets.UTF_8));
        site.changes(DISPUTED, 61, update(20, 1, "b"), update(10, 1, "a"));
        site.changes(SOUND, 62, insert(20, 1, "a"), update(30, 1, "b"));

        Convergence.RunResult run = site.later().lake().merge(MergeOptions.defaults(), ProgressListener.none());

        assertThat(run.tables())
                .extracting(TableResult::table, TableResult::state)
                .containsExactly(
                        tuple(BROKEN, TableState.FAILED),
                        tuple(DISPUTED, TableState.DISPUTED),
                        tuple(EMPTY, TableState.HELD),
                        tuple(SOUND, TableState.PUBLISHED));
        assertThat(run.settled()).isFalse();
        TableResult sound = run.tables().get(3);
        assertThat(sound.rows()).isEqualTo(1);
        assertThat(sound.counts().orElseThrow().toMap())
                .containsEntry(What.RECEIVED, 2L)
                .containsEntry(What.APPLIED, 1L)
                .containsEntry(What.SUPERSEDED, 1L);
        assertThat(site.rows(SOUND)).isEqualTo(Map.of(1L, "b"));
    }

    /** S17: a full disk, or as here no folder where one is wanted, is the table's and says what to do. */
    @Test
    void s17ATableThatCannotSpillDoesNotStopTheOthers(@TempDir Path folder) throws IOException {
        Path noFolder = Files.writeString(folder.resolve("file"), "not a folder");
        site.tables(ORDERS, SOUND);
        var many = new LandingSite.Row[5_000];
        Arrays.setAll(many, i -> loaded(-2, i, "name".repeat(100) + i));
        site.load(0, 1, many);
        site.changes(SOUND, 62, insert(20, 1, "a"));
        MergeOptions options = MergeOptions.defaults()
                .snapshot(SnapshotSettings.defaults()
                        .withMemory(DataSize.ofMegabytes(1))
                        .withSpillFolder(noFolder));

        Convergence.RunResult run = site.later().lake().merge(options, ProgressListener.none());

        assertThat(run.tables())
                .extracting(TableResult::state)
                .containsExactly(TableState.FAILED, TableState.PUBLISHED);
        assertThat(run.tables().get(0).findings())
                .singleElement()
                .satisfies(finding -> assertThat(finding.message())
                        .startsWith("Cannot make a folder for what memory does not hold in '" + noFolder + "': ")
                        .contains("withSpillFolder"));
        assertThatThrownBy(() -> site.lake().table(ORDERS).merge(options, ProgressListener.none()))
                .isInstanceOf(ConvergenceException.class);
    }

    /** S17: the memory that one table wants is not all there is. */
    @Test
    void s17ATableThatMemoryDoesNotHoldDoesNotStopTheOthers() {
        site.tables(ORDERS, SOUND);
        site.load(0, 1, loaded(-2, 1, "one"));
        site.changes(SOUND, 62, insert(20, 1, "a"));
        ProgressListener listener = (table, step, done, total) -> {
            if (table.equals(ORDERS)) {
                throw new OutOfMemoryError("Java heap space");
            }
        };

        Convergence.RunResult run = site.later().lake().merge(MergeOptions.defaults(), listener);

        assertThat(run.tables())
                .extracting(TableResult::state)
                .containsExactly(TableState.FAILED, TableState.PUBLISHED);
        assertThat(run.tables().get(0).findings().get(0).fix()).contains("MergeOptions.memory");
    }

    @Test
    void s17AFindingAboutAFileIsItsTablesAloneAndOneAboutAStrayObjectIsEveryones() {
        site.load(0, 1, loaded(-1, 1, "one"));
        // 02:30 on 29 March 2026, a time that the clocks of Berlin skipped.
        String skipped = site.changes(SOUND, 2_392_200, insert(20, 1, "a"));
        String stray = site.put(2_392_201, "raw/readme.txt", "by hand".getBytes(StandardCharsets.UTF_8));
        site.later();
        Convergence lake = Convergence.builder()
                .layout(LAYOUT.withTimezone(ZoneId.of("Europe/Berlin")))
                .rawPrefix("raw/")
                .store(site.store)
                .table(ORDERS, LandingSite.SHAPE, List.of("id"))
                .table(SOUND, LandingSite.SHAPE, List.of("id"))
                .build();

        Convergence.RunResult run = lake.merge(MergeOptions.defaults(), ProgressListener.none());

        assertThat(run.tables().get(0).findings())
                .extracting(Finding::code, Finding::path)
                .containsExactly(tuple("FOREIGN_OBJECT", stray));
        assertThat(run.tables().get(1).findings())
                .extracting(Finding::code, Finding::path)
                .contains(tuple("FOREIGN_OBJECT", stray), tuple("FILE_TIME_IMPOSSIBLE", skipped));
    }

    @Test
    void theTextOfAPlanTellsWhatAMergeWouldDoAndNothingIsWritten() {
        site.load(0, 1, loaded(-2, 1, "one"), loaded(-1, 2, "two"));
        site.changes(60, update(10, 1, "uno"));
        LakeTable table = site.lake().table(ORDERS);
        var stored = site.stored();

        MergePlan young = site.clock(70).lake().table(ORDERS).planMerge(MergeOptions.defaults());
        MergePlan settled = site.later().lake().table(ORDERS).planMerge(MergeOptions.defaults());
        String text = settled.toString();

        assertThat(young.outlook()).isEqualTo(TableState.HELD);
        assertThat(young.toString())
                .startsWith("merge of public.orders at slot -1: HELD\n")
                .contains("  newest transaction: held until a later one shows\n")
                .contains("LOAD_UNSETTLED");
        assertThat(text.replaceAll("[0-9,]+ bytes", "# bytes")).isEqualTo("""
                        merge of public.orders at slot -1: PUBLISHED
                          2 raw files to apply (1 LOAD, 1 CDC) with 3 rows; read from 2 raw and 0 compacted files, # bytes
                          newest transaction: settled
                        """);
        assertThat(settled.rawFiles()).hasSize(2);
        assertThat(site.stored()).as("a plan writes nothing").isEqualTo(stored);
        assertThatThrownBy(table::published)
                .hasMessage("Cannot read table public.orders: nothing of it was published yet. Merge it first.");
    }
}
