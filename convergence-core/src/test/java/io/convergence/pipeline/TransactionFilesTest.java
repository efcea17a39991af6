package io.convergence.pipeline;

import static io.convergence.pipeline.LandingSite.ORDERS;
import static io.convergence.pipeline.LandingSite.SHAPE;
import static io.convergence.pipeline.LandingSite.at;
import static io.convergence.pipeline.LandingSite.codes;
import static io.convergence.pipeline.LandingSite.csvChange;
import static io.convergence.pipeline.LandingSite.csvLoad;
import static io.convergence.pipeline.LandingSite.delete;
import static io.convergence.pipeline.LandingSite.insert;
import static io.convergence.pipeline.LandingSite.loaded;
import static io.convergence.pipeline.LandingSite.update;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convergence.TableId;
import io.convergence.ledger.RawSource;
import io.convergence.merge.MergeCounts.What;
import io.convergence.raw.RawFormat;
import io.convergence.raw.RawLayout;
import io.convergence.schema.Column;
import io.convergence.schema.DataType;
import io.convergence.schema.TableSchema;
import io.convergence.target.CsvForm;
import io.convergence.target.RowShape;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Files of PreserveTransactions hold changes of many tables; each table's log knows which of them it has applied. */
class TransactionFilesTest {
    private static final TableId ITEMS = TableId.of("public", "items");
    private static final RawLayout LAYOUT =
            RawLayout.builder().bucketFolder("raw").cdcPath("txn").build();

    private final LandingSite site = new LandingSite();

    @BeforeEach
    void twoTables() {
        // Both tables have the same columns; the name of the schema's table plays no part in reading.
        site.layout(LAYOUT)
                .tables(ORDERS, ITEMS)
                .shape(SHAPE.withSchema(new TableSchema(
                                ORDERS,
                                List.of(
                                        Column.required("id", DataType.parse("int8")),
                                        Column.nullable("name", DataType.parse("string(20)"))),
                                List.of("id")))
                        .withCsv(CsvForm.of(c -> c.nullValue("NULL"))));
        load(ORDERS);
        load(ITEMS);
    }

    private void load(TableId table) {
        site.put(
                0,
                LAYOUT.loadKey(table, 1, RawFormat.CSV),
                csvLoad(loaded(-2, 1, "one"), loaded(-1, 2, "two")).getBytes(UTF_8));
    }

    private String transactions(double second, String... rows) {
        return site.put(
                second,
                LAYOUT.transactionKey(at(second), RawFormat.CSV),
                String.join("", rows).getBytes(UTF_8));
    }

    private List<TableResult> merge() {
        return site.lake()
                .merge(MergeOptions.defaults(), ProgressListener.none())
                .tables();
    }

    private List<String> applied(TableId table) {
        return site.lake().table(table).ledger().snapshot().appliedSources().stream()
                .map(RawSource::key)
                .toList();
    }

    @Test
    void eachTableTakesItsChangesOutOfTheSharedFilesOnce() {
        String both = transactions(
                60,
                csvChange(ORDERS, update(10, 1, "uno")),
                csvChange(ITEMS, delete(10.5, 2)),
                csvChange(ORDERS, insert(11, 3, "three")));
        String orders = transactions(120, csvChange(ORDERS, update(70, 3, "tres")));
        site.later();

        List<TableResult> first = merge();
        List<TableResult> second = merge();

        assertThat(first).extracting(TableResult::state).containsOnly(TableState.PUBLISHED);
        assertThat(site.rows(ORDERS)).isEqualTo(Map.of(1L, "uno", 2L, "two", 3L, "tres"));
        assertThat(site.rows(ITEMS)).isEqualTo(Map.of(1L, "one"));
        assertThat(applied(ORDERS)).contains(both, orders);
        assertThat(applied(ITEMS)).contains(both);
        assertThat(first.get(1).filesRead())
                .as("its load and the one file that has changes of it")
                .isEqualTo(2);
        assertThat(second).extracting(TableResult::state).containsOnly(TableState.UNCHANGED);
    }

    @Test
    void s7AtTheEndOfTheFilesTheNewestTransactionIsHeldUntilALaterCommitOfAnyTable() {
        site.later();
        merge();
        site.clock(10_000);
        transactions(10_060, csvChange(ORDERS, insert(10_010, 3, "maybe cut")));

        TableResult held = merge().get(0);
        var rows = site.rows(ORDERS);
        transactions(10_120, csvChange(ITEMS, insert(10_070, 9, "later")));
        List<TableResult> settled = merge();

        assertThat(held.state()).isEqualTo(TableState.HELD);
        assertThat(rows).doesNotContainKey(3L);
        assertThat(settled.get(0).state()).isEqualTo(TableState.PUBLISHED);
        assertThat(site.rows(ORDERS)).containsEntry(3L, "maybe cut");
        assertThat(settled.get(1).state()).as("its newest is the newest of all").isEqualTo(TableState.HELD);
    }

    /** By the change sequence, in whose hundredth of a second the transaction may go on. */
    @Test
    void s7WithoutATimestampColumnTheNewestTransactionIsHeldUntilALaterCommitOfAnyTableToo() {
        site.shape(RowShape.plain()
                .withSequenceColumn("seq")
                .withBeforeImage("before_", "")
                .withSchema(new TableSchema(
                        ORDERS,
                        List.of(
                                Column.required("ts", DataType.parse("string(30)")),
                                Column.required("id", DataType.parse("int8")),
                                Column.nullable("name", DataType.parse("string(20)"))),
                        List.of("id")))
                .withCsv(CsvForm.of(c -> c.nullValue("NULL"))));
        site.later();
        merge();
        site.clock(10_000);
        transactions(10_060, csvChange(ORDERS, insert(10_010, 3, "maybe cut")));

        TableResult held = merge().get(0);
        transactions(10_120, csvChange(ITEMS, insert(10_010.004, 8, "of the same hundredth")));
        TableResult still = merge().get(0);
        transactions(10_180, csvChange(ITEMS, insert(10_070, 9, "later")));
        List<TableResult> settled = merge();

        assertThat(held.state()).isEqualTo(TableState.HELD);
        assertThat(still.state()).isEqualTo(TableState.HELD);
        assertThat(settled.get(0).state()).isEqualTo(TableState.PUBLISHED);
        assertThat(site.rows(ORDERS)).containsEntry(3L, "maybe cut");
    }

    /** Rows of other tables stand between those that are left out. */
    @Test
    void s3EachTableLeavesOutWhatIsWrittenAgainOfItInTheSharedFiles() {
        transactions(
                60,
                csvChange(ORDERS, update(10, 1, "uno")),
                csvChange(ITEMS, delete(10.5, 2)),
                csvChange(ORDERS, insert(11, 3, "three")));
        site.later();
        merge();
        transactions(
                9_000,
                csvChange(ORDERS, update(10, 1, "uno")),
                csvChange(ITEMS, delete(10.5, 2)),
                csvChange(ORDERS, insert(11, 3, "three")),
                csvChange(ITEMS, insert(8_990, 2, "new")),
                csvChange(ORDERS, update(8_991, 3, "tres")));
        transactions(9_060, csvChange(ITEMS, update(9_050, 2, "newer")));
        site.later();

        List<TableResult> results = merge();

        assertThat(results).extracting(TableResult::state).containsOnly(TableState.PUBLISHED);
        assertThat(results)
                .extracting(result -> result.counts().orElseThrow().of(What.REPLAYED))
                .containsExactly(2L, 1L);
        assertThat(site.rows(ORDERS)).isEqualTo(Map.of(1L, "uno", 2L, "two", 3L, "tres"));
        assertThat(site.rows(ITEMS)).isEqualTo(Map.of(1L, "one", 2L, "newer"));
    }

    @Test
    void aFileWithoutChangesOfTheTableIsNoNewsAndItsLossIsNoneOfItsBusiness() {
        String orders = transactions(60, csvChange(ORDERS, update(10, 1, "uno")));
        String later = transactions(120, csvChange(ORDERS, update(70, 1, "due")));
        site.later();
        merge();
        transactions(9_000, csvChange(ORDERS, update(8_990, 1, "tre")));
        site.later();

        List<TableResult> news = merge();
        site.store.delete(orders);
        site.store.delete(later);
        List<TableResult> vanished = merge();

        assertThat(news).extracting(TableResult::state).containsExactly(TableState.PUBLISHED, TableState.UNCHANGED);
        assertThat(vanished).extracting(TableResult::state).containsExactly(TableState.SUSPECT, TableState.UNCHANGED);
        assertThat(codes(vanished.get(0))).contains("RAW_FILE_VANISHED");
    }

    @Test
    void aTableOfWhichThereAreOnlyFilesOfOthersIsHeldAndHasNoFiles() {
        transactions(60, csvChange(ORDERS, update(10, 1, "uno")));
        site.store.delete(LAYOUT.loadKey(ITEMS, 1, RawFormat.CSV));

        TableResult result = site.later().lake().table(ITEMS).merge(MergeOptions.defaults(), ProgressListener.none());

        assertThat(result.state()).isEqualTo(TableState.HELD);
        assertThat(codes(result)).containsExactly("NO_FILES");
    }

    @Test
    void manyFilesOfOthersAreRecordedAtLastSoThatNoProcessReadsThemAgain() {
        site.later();
        merge();
        for (int i = 0; i < 100; i++) {
            transactions(9_000 + i, csvChange(ORDERS, update(8_990 + i, 1, "v" + i)));
        }
        site.later();

        TableResult items = merge().get(1);

        assertThat(items.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(applied(ITEMS)).hasSize(101);
        assertThat(site.rows(ITEMS)).isEqualTo(Map.of(1L, "one", 2L, "two"));
        assertThat(merge().get(1).state()).isEqualTo(TableState.UNCHANGED);
    }

    @Test
    void s11AFileThatComesLateLowersCompleteThroughUntilItIsApplied() {
        transactions(60, csvChange(ORDERS, update(10, 1, "uno")));
        transactions(240, csvChange(ORDERS, update(200, 1, "due")));
        site.later();
        TableResult before = merge().get(0);
        site.put(
                5_000,
                LAYOUT.transactionKey(at(120), RawFormat.CSV),
                csvChange(ORDERS, update(100, 2, "late")).getBytes(UTF_8));
        site.later();

        TableResult late = merge().get(0);

        assertThat(before.completeThrough())
                .hasValueSatisfying(end -> assertThat(end).isAfter(at(200)));
        assertThat(codes(late)).contains("LATE_FILES", "LATE_CHANGES");
        assertThat(late.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(site.rows(ORDERS)).isEqualTo(Map.of(1L, "due", 2L, "late"));
        assertThat(late.completeThrough()).isEqualTo(before.completeThrough());
    }

    @Test
    void s17ARowThatOneTableCannotReadDoesNotStopTheOther() {
        transactions(
                60,
                csvChange(ORDERS, update(10, 1, "uno")),
                csvChange(ITEMS, update(11, 1, "uno")).replace(",1,uno,", ",no number,uno,"));
        site.later();

        List<TableResult> results = merge();

        assertThat(results).extracting(TableResult::state).containsExactly(TableState.PUBLISHED, TableState.FAILED);
        assertThat(site.rows(ORDERS)).containsEntry(1L, "uno");
    }

    @Test
    void l4TheLakesFoldersMustLieOutsideThatOfTransactionFiles() {
        assertThatThrownBy(() -> site.settings(builder -> builder.controlPrefix("raw/txn/control"))
                        .lake())
                .isInstanceOf(PipelineException.class)
                .hasMessageContaining("/raw/txn/control/'");
    }
}
