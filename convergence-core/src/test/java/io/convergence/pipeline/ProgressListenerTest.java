package io.convergence.pipeline;

import static io.convergence.pipeline.LandingSite.ORDERS;
import static io.convergence.pipeline.LandingSite.delete;
import static io.convergence.pipeline.LandingSite.insert;
import static io.convergence.pipeline.LandingSite.loaded;
import static io.convergence.pipeline.LandingSite.update;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convergence.TableId;
import io.convergence.compact.CompactionOptions;
import io.convergence.curated.TableStyle;
import io.convergence.ledger.LedgerSnapshot;
import io.convergence.pipeline.ProgressListener.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What a listener is told of a merge and of a compaction, and what becomes of them if it throws. */
class ProgressListenerTest {
    private static final TableId CUSTOMERS = TableId.of("public", "customers");
    private static final CompactionOptions SETTLED =
            CompactionOptions.builder().settled().build();

    private final LandingSite site = new LandingSite();
    private final List<String> told = new ArrayList<>();

    private void tell(TableId table, Step step, long done, long total) {
        told.add(table.name() + " " + step + " " + done + "/" + total);
    }

    /** Tells {@link #told}, then throws at the first word of the step. */
    private ProgressListener throwingAt(Step at) {
        return (table, step, done, total) -> {
            tell(table, step, done, total);
            if (step == at) {
                throw new IllegalStateException("no more of " + table.name());
            }
        };
    }

    @BeforeEach
    void deliver() {
        site.load(0, 1, loaded(-2, 1, "one"), loaded(-1, 2, "two"));
        site.changes(60, update(10, 1, "uno"));
        site.changes(120, insert(70, 3, "three"), delete(80, 2));
        site.later();
    }

    private TableResult merge(MergeOptions options) {
        return site.lake().table(ORDERS).merge(options, this::tell);
    }

    @Test
    void aMergeTellsFilesProfiledAndReadThenRowsWritten() {
        merge(MergeOptions.defaults());

        assertThat(told)
                .containsExactly(
                        "orders PROFILE 1/3",
                        "orders PROFILE 2/3",
                        "orders PROFILE 3/3",
                        "orders READ 1/3",
                        "orders READ 2/3",
                        "orders READ 3/3",
                        "orders WRITE 0/5",
                        "orders WRITE 2/2");
    }

    @Test
    void aMergeGoingOnReadsWhatIsNewAloneAndOneWithNothingToDoTellsNoWrite() {
        merge(MergeOptions.defaults());
        told.clear();
        merge(MergeOptions.defaults());
        List<String> idle = List.copyOf(told);
        site.changes(9000, update(8990, 1, "ein"));
        site.later();
        told.clear();

        merge(MergeOptions.defaults());

        assertThat(idle).containsExactly("orders PROFILE 1/3", "orders PROFILE 2/3", "orders PROFILE 3/3");
        assertThat(told)
                .containsSubsequence("orders PROFILE 4/4", "orders READ 1/1", "orders WRITE 0/1", "orders WRITE 2/2")
                .filteredOn(line -> !line.contains("PROFILE"))
                .hasSize(3);
    }

    static Stream<TableStyle> styles() {
        return Stream.of(TableStyle.current(), TableStyle.softDelete(), TableStyle.append());
    }

    /** In each style the rows at the end are those of the result. */
    @ParameterizedTest
    @MethodSource("styles")
    void everyStyleTellsTheSameStepsAndEndsWithTheRowsPublished(TableStyle style) {
        TableResult result = merge(MergeOptions.defaults().style(style));

        assertThat(result.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(told.stream().map(line -> line.split(" ")[1]))
                .containsExactly("PROFILE", "PROFILE", "PROFILE", "READ", "READ", "READ", "WRITE", "WRITE");
        assertThat(told).endsWith("orders WRITE " + result.rows() + "/" + result.rows());
    }

    @Test
    void aCompactionTellsRowsOfTheFilesItHasCopiedUpToAllOfThem() {
        site.lake().table(ORDERS).compact(SETTLED, this::tell);
        List<String> compaction = List.copyOf(told);
        told.clear();

        merge(MergeOptions.defaults());

        assertThat(compaction)
                .containsExactly(
                        "orders PROFILE 1/3",
                        "orders PROFILE 2/3",
                        "orders PROFILE 3/3",
                        "orders COMPACT 1/3",
                        "orders COMPACT 3/3");
        assertThat(told)
                .as("the LOAD file and the compacted one")
                .containsSubsequence("orders READ 1/2", "orders READ 2/2", "orders WRITE 0/5", "orders WRITE 2/2");
    }

    @Test
    void tablesAreToldOneAfterTheOther() {
        site.tables(ORDERS, CUSTOMERS);
        site.changes(CUSTOMERS, 121, insert(90, 7, "seven"));
        site.later();

        site.lake().merge(MergeOptions.defaults(), this::tell);

        assertThat(told.stream().map(line -> line.split(" ")[0]).distinct()).containsExactly("orders", "customers");
        assertThat(told)
                .hasSize(12)
                .endsWith("customers PROFILE 1/1", "customers READ 1/1", "customers WRITE 0/1", "customers WRITE 1/1");
    }

    /** Of whichever step: what it throws comes out as it is, it hears no more, and a later merge does the whole work. */
    @ParameterizedTest
    @EnumSource(
            value = Step.class,
            names = {"PROFILE", "READ", "WRITE"})
    void aListenerThatThrowsEndsTheMergeAndNothingIsCommitted(Step step) {
        LakeTable table = site.lake().table(ORDERS);

        assertThatThrownBy(() -> table.merge(MergeOptions.defaults(), throwingAt(step)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("no more of orders");

        assertThat(told).last().asString().startsWith("orders " + step);
        assertThat(told).filteredOn(line -> line.contains(step.name())).hasSize(1);
        assertThat(table.ledger().snapshot().slot()).isEqualTo(LedgerSnapshot.NONE);
        assertThat(table.merge(MergeOptions.defaults(), ProgressListener.none()).state())
                .isEqualTo(TableState.PUBLISHED);
        assertThat(site.rows()).isEqualTo(Map.of(1L, "uno", 3L, "three"));
    }

    /** When all rows are written the commit is still to come. */
    @Test
    void aListenerThatThrowsAtTheLastRowStillKeepsTheCommitAway() {
        LakeTable table = site.lake().table(ORDERS);

        assertThatThrownBy(() -> table.merge(MergeOptions.defaults(), (id, step, done, total) -> {
                    if (step == Step.WRITE && done == total) {
                        throw new IllegalStateException("at the end");
                    }
                }))
                .hasMessage("at the end");

        assertThat(table.ledger().snapshot().slot()).isEqualTo(LedgerSnapshot.NONE);
    }

    @ParameterizedTest
    @EnumSource(
            value = Step.class,
            names = {"PROFILE", "COMPACT"})
    void aListenerThatThrowsEndsTheCompactionAndNothingIsCommitted(Step step) {
        LakeTable table = site.lake().table(ORDERS);

        assertThatThrownBy(() -> table.compact(SETTLED, throwingAt(step)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("no more of orders");

        assertThat(told).last().asString().startsWith("orders " + step);
        assertThat(table.ledger().snapshot().slot()).isEqualTo(LedgerSnapshot.NONE);
        assertThat(table.compact(SETTLED, ProgressListener.none()).rowsBefore()).isEqualTo(3);
    }

    /** S17: what it throws ends the work at one table. */
    @Test
    void s17AListenerThatThrowsOfOneTableFailsThatTableAlone() {
        site.tables(ORDERS, CUSTOMERS);
        site.changes(CUSTOMERS, 121, insert(90, 7, "seven"));
        site.later();

        Convergence.RunResult run = site.lake().merge(MergeOptions.defaults(), (table, step, done, total) -> {
            if (table.equals(ORDERS) && step == Step.READ) {
                throw new IllegalStateException("no more of orders");
            }
        });

        assertThat(run.tables())
                .extracting(TableResult::state)
                .containsExactly(TableState.FAILED, TableState.PUBLISHED);
        assertThat(run.tables().get(0).findings())
                .extracting(finding -> finding.code() + ": " + finding.message())
                .containsExactly("TABLE_FAILED: no more of orders");
        assertThat(site.rows(CUSTOMERS)).isEqualTo(Map.of(7L, "seven"));
    }
}
