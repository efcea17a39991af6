package io.convergence.pipeline;

import static io.convergence.pipeline.LandingSite.LAYOUT;
import static io.convergence.pipeline.LandingSite.ORDERS;
import static io.convergence.pipeline.LandingSite.SHAPE;
import static io.convergence.pipeline.LandingSite.at;
import static io.convergence.pipeline.LandingSite.codes;
import static io.convergence.pipeline.LandingSite.csvChanges;
import static io.convergence.pipeline.LandingSite.csvLoad;
import static io.convergence.pipeline.LandingSite.delete;
import static io.convergence.pipeline.LandingSite.insert;
import static io.convergence.pipeline.LandingSite.loaded;
import static io.convergence.pipeline.LandingSite.move;
import static io.convergence.pipeline.LandingSite.update;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.convergence.Finding;
import io.convergence.change.ReadCounts;
import io.convergence.compact.CompactionOptions;
import io.convergence.compact.CompactionPlan;
import io.convergence.compact.CompactionResult;
import io.convergence.merge.MergeCounts.What;
import io.convergence.raw.RawFormat;
import io.convergence.schema.Column;
import io.convergence.schema.DataType;
import io.convergence.schema.TableSchema;
import io.convergence.target.CsvForm;
import io.convergence.target.CsvLayout;
import io.convergence.target.RowShape;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** CSV files are surveyed, merged and reported as Parquet files are. Every merge is a new process. */
class CsvPipelineTest {
    private static final Column ID = Column.required("id", DataType.parse("int8"));
    private static final Column NAME = Column.nullable("name", DataType.parse("string(20)"));
    private static final Column MORE = Column.nullable("more", DataType.parse("int4"));
    private static final Column SEQ = Column.nullable("seq", DataType.string(50));
    private static final Column BEFORE = Column.nullable("before_id", DataType.parse("int8"));

    private final LandingSite site = new LandingSite();

    private static RowShape shape(Consumer<CsvForm.Builder> form, Column... columns) {
        return SHAPE.withSchema(new TableSchema(ORDERS, List.of(columns), List.of("id")))
                .withCsv(CsvForm.of(form));
    }

    private String load(double second, int number, String text) {
        return site.put(second, LAYOUT.loadKey(ORDERS, number, RawFormat.CSV), text.getBytes(UTF_8));
    }

    private String changes(double second, String text) {
        return site.put(second, LAYOUT.cdcKey(ORDERS, at(second), RawFormat.CSV), text.getBytes(UTF_8));
    }

    private void gzipChanges(double second, String text) {
        var bytes = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(bytes)) {
            gzip.write(text.getBytes(UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        site.put(second, LAYOUT.cdcKey(ORDERS, at(second), RawFormat.CSV_GZIP), bytes.toByteArray());
    }

    @Test
    void csvAndGzipFilesAreMergedAndTheNewestTransactionIsHeldS7() {
        site.shape(shape(c -> c.nullValue("NULL"), ID, NAME));
        load(0, 1, csvLoad(loaded(-2, 1, "one"), loaded(-1, 2, "two"), loaded(-1, 3, "three")));
        changes(60, csvChanges(update(10, 1, "uno"), delete(20, 2)));
        gzipChanges(120, csvChanges(move(70, 3, 33, "moved"), insert(80, 4, "newest")));

        TableResult held = site.clock(130).merge(MergeOptions.defaults().fullLoadRows(3));
        var rows = site.rows();
        TableResult settled = site.later().merge();

        assertThat(held.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(held.completeThrough()).contains(at(80));
        assertThat(held.read()).isEqualTo(new ReadCounts(7, 0, 0, 0));
        assertThat(rows).isEqualTo(Map.of(1L, "uno", 33L, "moved"));
        assertThat(settled.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(site.rows()).isEqualTo(Map.of(1L, "uno", 33L, "moved", 4L, "newest"));
        assertThat(site.merge().state()).isEqualTo(TableState.UNCHANGED);
    }

    @Test
    void filesWithAHeaderAreReadByTheirNames() {
        site.shape(shape(c -> c.nullValue("NULL").header(), ID, NAME));
        load(0, 1, "Op,ts,name,id,seq,before_id\nI,2026-03-01 09:59:58.000000,one,1,,\n");
        changes(60, "Op,ts,id,name,seq,before_id\n" + csvChanges(insert(10, 2, "two")));

        TableResult result = site.later().merge();

        assertThat(result.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(site.rows()).isEqualTo(Map.of(1L, "one", 2L, "two"));
    }

    @Test
    void s8FieldsThatMayBeNullOrEmptyAreCountedAndReportedOnceForAllFiles() {
        site.shape(shape(c -> {}, ID, NAME));
        String first = load(0, 1, "I,2026-03-01 09:59:58.000000,1,,,\n");
        load(1, 2, "I,2026-03-01 09:59:58.000000,2,,,\nI,2026-03-01 09:59:58.000000,3,x,,\n");

        TableResult result = site.later().merge();

        assertThat(result.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(result.read().emptyOrNull()).isEqualTo(2);
        assertThat(result.findings())
                .containsExactly(Finding.warning(
                        "EMPTY_OR_NULL",
                        first + " and 1 more files",
                        "2 empty fields may have been null or empty at the source, and are read as null.",
                        "Set CsvNullValue, so that DMS tells them apart."));
    }

    /** Only the end of a file tells the columns of all its rows (S15). */
    @Test
    void columnsThatOnlyLaterRowsOfAFileHaveArePublished() {
        site.shape(shape(
                c -> c.nullValue("NULL")
                        .layout(new CsvLayout(List.of(ID, NAME, SEQ, BEFORE)))
                        .layout(new CsvLayout(List.of(ID, NAME, MORE, SEQ, BEFORE))),
                ID,
                NAME));
        site.settings(builder -> builder.declare(Declarations.of(ORDERS).columnDefault("more", 7)));
        load(0, 1, csvLoad(loaded(-1, 1, "one")));
        String wide = csvChanges(insert(20, 3, "three")).replace("three,", "three,42,");
        changes(60, csvChanges(insert(10, 2, "two")) + wide);

        TableResult result = site.later().merge();

        assertThat(result.findings()).isEmpty();
        assertThat(result.state()).isEqualTo(TableState.PUBLISHED);
        var published = site.lake().table(ORDERS).published();
        assertThat(published.schema().columnNames()).containsExactly("id", "name", "more");
        try (var rows = published.rows()) {
            assertThat(rows.toList())
                    .containsExactly(List.of(1L, "one", 7L), List.of(2L, "two", 7L), List.of(3L, "three", 42L));
        }
    }

    /** Without a load nothing but the rows themselves tells that the file's first ones lack the column (S14). */
    @Test
    void aColumnThatAppearsInTheMiddleOfTheFirstFileIsSuspect() {
        site.shape(shape(
                c -> c.nullValue("NULL")
                        .layout(new CsvLayout(List.of(ID, NAME, SEQ, BEFORE)))
                        .layout(new CsvLayout(List.of(ID, NAME, MORE, SEQ, BEFORE))),
                ID,
                NAME));
        String wide = csvChanges(insert(20, 3, "three")).replace("three,", "three,42,");
        changes(60, csvChanges(insert(10, 2, "two")) + wide);

        TableResult suspect = site.later().merge();
        site.settings(builder -> builder.declare(Declarations.of(ORDERS).columnDefault("more", 7)));
        TableResult declared = site.merge();

        assertThat(suspect.state()).isEqualTo(TableState.SUSPECT);
        assertThat(codes(suspect)).containsExactly("NO_LOAD", "COLUMN_DEFAULT_UNKNOWN");
        assertThat(declared.state()).isEqualTo(TableState.PUBLISHED);
        try (var rows = site.lake().table(ORDERS).published().rows()) {
            assertThat(rows.toList()).containsExactly(List.of(2L, "two", 7L), List.of(3L, "three", 42L));
        }
    }

    @Test
    @DisplayName("S18: merging the Parquet that a compaction made of CSV gives what merging the CSV does")
    void compactedCsvIsMergedAsTheCsvWouldBe() {
        site.shape(shape(c -> c.nullValue("NULL"), ID, NAME));
        load(0, 1, csvLoad(loaded(-1, 1, "one"), loaded(-1, 5, "five")));
        load(1, 2, csvLoad(loaded(-1, 3, "three")));
        changes(60, csvChanges(insert(10, 2, "two"), delete(11, 5)));
        changes(120, csvChanges(move(70, 3, 33, "moved")));
        LakeTable table = site.later().lake().table(ORDERS);
        var options = CompactionOptions.builder().settled().build();

        CompactionResult result = table.compact(options, ProgressListener.none());

        assertThat(result.filesBefore()).isEqualTo(4);
        assertThat(result.filesAfter()).isEqualTo(2);
        assertThat(site.merge().state()).isEqualTo(TableState.PUBLISHED);
        assertThat(site.rows()).isEqualTo(Map.of(1L, "one", 2L, "two", 33L, "moved"));
    }

    /** One side of the boundary is typed Parquet by compaction, the other CSV. */
    @Test
    void s3AReplayInCsvIsToldFromTheParquetThatACompactionMadeOfWhatItRepeatsS18() {
        site.shape(shape(c -> c.nullValue("NULL"), ID, NAME));
        load(0, 1, csvLoad(loaded(-1, 1, "one"), loaded(-1, 5, "five")));
        changes(60, csvChanges(insert(10, 2, "two"), delete(11, 5)));
        changes(120, csvChanges(move(70, 2, 22, null)));
        LakeTable table = site.later().lake().table(ORDERS);
        table.compact(CompactionOptions.builder().settled().build(), ProgressListener.none());
        gzipChanges(9000, csvChanges(delete(11, 5).counter(11_001), move(70, 2, 22, null), update(8990, 1, "uno")));

        TableResult result = site.later().merge();

        assertThat(table.ledger().snapshot().compactedSources()).hasSize(2);
        assertThat(result.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(result.counts().orElseThrow().of(What.REPLAYED)).isEqualTo(2);
        assertThat(site.rows()).containsOnlyKeys(1L, 22L).containsEntry(1L, "uno");
    }

    @Test
    void aCompactionLeavesUndeclaredCsvAsItIsAndSaysSo() {
        site.shape(SHAPE.withCsv(CsvForm.of(c -> c.header().undeclaredAsText())));
        String header = "Op,ts,id,name,seq,before_id\n";
        String first = changes(60, header + csvChanges(insert(10, 2, "two")));
        changes(120, header + csvChanges(insert(70, 3, "three")));
        LakeTable table = site.later().lake().table(ORDERS);
        var options = CompactionOptions.builder().settled().build();

        CompactionPlan plan = table.planCompaction(options);

        assertThat(plan.isEmpty()).isTrue();
        assertThat(plan.findings())
                .contains(
                        Finding.info(
                                "CSV_NOT_COMPACTED",
                                "public.orders",
                                "2 files are left as they are: CSV whose columns have no declared types; the first is '"
                                        + first + "'.",
                                "Nothing to do for the merge, which reads them. To compact, declare the table's schema, or let DMS write Parquet."));
        assertThat(table.compact(options, ProgressListener.none()).filesBefore())
                .isZero();
    }

    @Test
    void aBrokenRowFailsTheTableAndNothingIsPublishedS17() {
        site.shape(shape(c -> c.nullValue("NULL"), ID, NAME));
        String load = load(0, 1, csvLoad(loaded(-1, 1, "one")) + "I,2026-03-01 09:59:58.000000,2\n");

        TableResult result = site.later().merge();

        assertThat(result.state()).isEqualTo(TableState.FAILED);
        assertThat(codes(result)).containsExactly("TABLE_FAILED");
        assertThat(result.findings().get(0).message()).contains(load).contains("row 1");
    }

    /** What the reader may set aside one day by a policy is told by its findings' severity. */
    @Test
    void rowsSetAsideMakeTheInputIncompleteAndDoubtsAloneDoNot() {
        var doubt = Finding.warning("EMPTY_OR_NULL", "a", "b", "c");
        var aside = Finding.error("ROWS_SET_ASIDE", "a", "b", "c");

        assertThat(Reading.incomplete(List.of(doubt))).isFalse();
        assertThat(Reading.incomplete(List.of(doubt, aside))).isTrue();
        assertThat(MergeOptions.defaults().input()).isEqualTo(MergeOptions.Input.WHOLE);
        assertThat(MergeOptions.defaults()
                        .acceptIncompleteInput()
                        .declareComplete()
                        .input())
                .isEqualTo(MergeOptions.Input.INCOMPLETE_ACCEPTED);
    }
}
