package io.convergence.examples.quickstart;

import static io.convergence.testkit.assertj.LakeAssertions.assertThatTable;
import static org.assertj.core.api.Assertions.assertThat;

import io.convergence.TableId;
import io.convergence.pipeline.Convergence;
import io.convergence.pipeline.MergeOptions;
import io.convergence.pipeline.ProgressListener;
import io.convergence.schema.DataType;
import io.convergence.source.RowImages;
import io.convergence.source.SourceColumn;
import io.convergence.source.SourceEngine;
import io.convergence.source.SourceSchema;
import io.convergence.source.SourceTable;
import io.convergence.store.InMemoryObjectStore;
import io.convergence.target.ReplicationSpec;
import io.convergence.testkit.dms.DmsScript;
import io.convergence.testkit.dms.ScriptHappening;
import io.convergence.testkit.dms.ScriptReload;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Histories without a database, of the how-to "Test without AWS". */
class ScriptedHistoryTest {
    // docs: script
    @Test
    void theLakeFollowsWhatALiveTaskDoesNotDoOnDemand() {
        var orders = SourceTable.of(
                TableId.of("shop", "orders"),
                List.of(
                        SourceColumn.required("id", DataType.parse("int8")),
                        SourceColumn.required("status", DataType.wstring(10))),
                List.of("id"),
                RowImages.KEY_ONLY);
        var spec = ReplicationSpec.lakeReady("my-bucket", "raw")
                .sourceSchema(SourceSchema.of(SourceEngine.POSTGRESQL, orders))
                .tableMappings(mappings -> mappings.include("shop", "orders"))
                .build();

        var script = DmsScript.of(spec)
                .row(1L, "new")
                .row(2L, "new")
                .load(meanwhile -> meanwhile.update(1L, "status", "paid").commit())
                .update(1L, "status", "sent")
                .flush() // the transaction is cut: its rest is in the next file
                .swapKeys(1L, 2L)
                .commit()
                .restart() // the change counter begins low
                .lateFile()
                .delete(2L)
                .commit()
                .flush()
                .insert(3L, "new")
                .commit()
                .flush()
                .arrive()
                .reload(ScriptReload.FILES_KEPT)
                .seed(42)
                .play(20, EnumSet.of(ScriptHappening.KEY_CHANGE, ScriptHappening.CUT_TRANSACTION));
        var store = new InMemoryObjectStore(script.clock());
        script.writeTo(store).pause(Duration.ofHours(1));

        var lake = Convergence.builder().spec(spec).store(store).build();
        lake.table(orders.id()).merge(MergeOptions.defaults(), ProgressListener.none());

        assertThat(script.expected(orders.id()).mustBePublished()).isTrue();
        assertThatTable(lake.table(orders.id())).equalsReplayOf(script);
    }
    // docs: end
}
