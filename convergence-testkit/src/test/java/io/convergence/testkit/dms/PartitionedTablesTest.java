package io.convergence.testkit.dms;

import static io.convergence.testkit.assertj.LakeAssertions.assertThatTable;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convergence.curated.PartitionBy;
import io.convergence.curated.Partitioning;
import io.convergence.curated.TableStyle;
import io.convergence.ledger.LedgerEntry;
import io.convergence.ledger.LedgerFile;
import io.convergence.pipeline.Declarations;
import io.convergence.pipeline.LakeTable;
import io.convergence.pipeline.MergeOptions;
import io.convergence.pipeline.PipelineException;
import io.convergence.pipeline.ProgressListener;
import io.convergence.pipeline.TableResult;
import io.convergence.pipeline.TableState;
import io.convergence.target.ReplicationSpec;
import io.convergence.testkit.dms.ScriptedShop.World;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** By what a published table is partitioned, and how that changes: never without being asked for. */
class PartitionedTablesTest {
    private static final MergeOptions COMPLETE = MergeOptions.defaults().declareComplete();
    private static final PartitionBy STATUS = PartitionBy.column("status");

    private final ReplicationSpec spec = ScriptedShop.spec();
    private final DmsScript script = DmsScript.of(spec)
            .on(ScriptedShop.ORDERS)
            .row(1, "new", 1, "a", "one")
            .row(2, "paid", 2, "b", "two")
            .row(3, "new", null, null, null);
    private final World world = World.of(script, spec);

    private LakeTable table(Declarations declarations) {
        return world.lake(declarations).table(ScriptedShop.ORDERS);
    }

    private LakeTable table() {
        return table(Declarations.of(ScriptedShop.ORDERS));
    }

    private TableResult merge(MergeOptions options, Declarations declarations) {
        script.writeTo(world.store());
        TableResult result = table(declarations).merge(options, ProgressListener.none());
        assertThat(result.state()).as("%s", result).isEqualTo(TableState.PUBLISHED);
        assertThatTable(table(declarations)).equalsReplayOf(script);
        return result;
    }

    private void merge(MergeOptions options) {
        merge(options, Declarations.of(ScriptedShop.ORDERS));
    }

    private LedgerEntry.Merge published() {
        return table().ledger().snapshot().published().orElseThrow();
    }

    /** Between the commit's folder and the file. */
    private List<String> folders() {
        return published().data().stream()
                .map(LedgerFile::key)
                .map(key -> key.replaceAll(".*/gen-[^/]+/", "").replaceAll("part-[^/]+$", ""))
                .toList();
    }

    @Test
    void aTableGoesOnAsItIsPublishedAndAnotherPartitioningIsRefused() {
        script.load().pause(Duration.ofHours(1));
        merge(COMPLETE.partitionBy(STATUS));
        assertThat(folders()).containsExactly("status_partition=new/", "status_partition=paid/");
        assertThat(table().show(COMPLETE).toString()).contains("\n  partitioned by: status\n");
        LedgerEntry.Merge before = published();

        script.update(1, "status", "sent").commit();
        script.writeTo(world.store());
        assertThatThrownBy(() -> table().planMerge(COMPLETE.partitionBy(STATUS, PartitionBy.column("note"))))
                .isInstanceOf(PipelineException.class)
                .hasMessage(
                        "Cannot merge table public.orders partitioned by status, note: it is published partitioned by"
                                + " status. Merge it as it is, let the merge write all its files anew"
                                + " (MergeOptions.repartitionBy), or reload it.");
        assertThatThrownBy(() -> table().merge(COMPLETE.partitionBy(), ProgressListener.none()))
                .isInstanceOf(PipelineException.class)
                .hasMessageContaining("partitioned by nothing: it is published partitioned by status.");
        assertThat(published()).isEqualTo(before);

        merge(COMPLETE);
        assertThat(folders())
                .containsExactly("status_partition=new/", "status_partition=paid/", "status_partition=sent/");
        assertThat(published().data()).contains(before.data().get(1));
    }

    @Test
    void filesAreWrittenAnewWhenAskedForAlsoIfNothingElseIsToDo() {
        script.load().pause(Duration.ofHours(1)).delete(2).commit();
        merge(COMPLETE);
        assertThat(folders()).containsExactly("");

        merge(COMPLETE.repartitionBy(STATUS, PartitionBy.column("id")));
        assertThat(folders())
                .containsExactly("status_partition=new/id_partition=1/", "status_partition=new/id_partition=3/");
        assertThat(table().merge(COMPLETE.repartitionBy(STATUS, PartitionBy.column("id")), ProgressListener.none())
                        .state())
                .isEqualTo(TableState.UNCHANGED);

        merge(COMPLETE.repartitionBy());
        assertThat(folders()).containsExactly("");
        assertThat(published().notes().get("layout")).startsWith("1;");
    }

    @Test
    void aReloadAppliesTheNewPartitioning() {
        script.load().pause(Duration.ofHours(1)).update(1, "status", "sent").commit();
        merge(COMPLETE.partitionBy(STATUS));

        script.reload(ScriptReload.FOLDER_EMPTIED).pause(Duration.ofHours(1));
        merge(COMPLETE.partitionBy(PartitionBy.column("id")));
        assertThat(folders()).containsExactly("id_partition=1/", "id_partition=2/", "id_partition=3/");

        script.reload(ScriptReload.FOLDER_EMPTIED).pause(Duration.ofHours(1));
        merge(COMPLETE);
        assertThat(Partitioning.of(published())).isEqualTo(Partitioning.of(PartitionBy.column("id")));
    }

    @Test
    void s14ARenamedColumnPartitionsUnderItsNewName() {
        script.load().pause(Duration.ofHours(1)).update(1, "status", "sent").commit();
        merge(COMPLETE.partitionBy(PartitionBy.column("body"), STATUS));
        script.renameColumn("body", "words").update(2, "status", "sent").commit();
        Declarations declared = script.declarations(ScriptedShop.ORDERS);

        merge(COMPLETE.partitionBy(PartitionBy.column("body"), STATUS), declared);
        assertThat(folders())
                .containsExactly(
                        "words_partition=__HIVE_DEFAULT_PARTITION__/status_partition=new/",
                        "words_partition=one/status_partition=sent/",
                        "words_partition=two/status_partition=sent/");

        script.update(3, "status", "sent").commit();
        merge(COMPLETE.partitionBy(PartitionBy.column("words"), STATUS), declared);
        script.delete(1).commit();
        merge(COMPLETE, declared);
        script.update(2, "total", 9).commit();
        merge(COMPLETE.partitionBy(PartitionBy.column("body"), STATUS), declared);
        assertThat(folders())
                .containsExactly(
                        "words_partition=__HIVE_DEFAULT_PARTITION__/status_partition=sent/",
                        "words_partition=two/status_partition=sent/");
    }

    @Test
    void onlyCurrentRowsArePartitioned() {
        assertThatThrownBy(() -> COMPLETE.partitionBy(STATUS).style(TableStyle.append()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("only the files of current rows (TableStyle.current()) are parted");
    }
}
