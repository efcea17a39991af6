package io.convergence.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergence.DataSize;
import io.convergence.TableId;
import io.convergence.compact.CompactionOptions;
import io.convergence.compact.CompactionPlan;
import io.convergence.compact.CompactionResult;
import io.convergence.compact.CompactionTask;
import io.convergence.compact.Compactor;
import io.convergence.compact.TaskResult;
import io.convergence.ledger.Ledger;
import io.convergence.ledger.LedgerSnapshot;
import io.convergence.pipeline.Convergence;
import io.convergence.pipeline.LakeTable;
import io.convergence.pipeline.ProgressListener;
import io.convergence.raw.TableTimeline;
import io.convergence.schema.DataType;
import io.convergence.source.RowImages;
import io.convergence.source.SourceColumn;
import io.convergence.source.SourceEngine;
import io.convergence.source.SourceSchema;
import io.convergence.source.SourceTable;
import io.convergence.store.InMemoryObjectStore;
import io.convergence.store.ObjectStore;
import io.convergence.target.ReplicationSpec;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The code of {@code docs/how-to/compact.md}, on a table without files. */
class CompactTest {
    private static final TableId ORDERS = TableId.of("public", "orders");

    private final ObjectStore store = new InMemoryObjectStore(Instant::now);
    private final Convergence convergence = Convergence.builder()
            .spec(ReplicationSpec.lakeReady("my-bucket", "raw")
                    .sourceSchema(SourceSchema.of(
                            SourceEngine.POSTGRESQL,
                            SourceTable.of(
                                    ORDERS,
                                    List.of(SourceColumn.required("id", DataType.parse("int8"))),
                                    List.of("id"),
                                    RowImages.KEY_ONLY)))
                    .tableMappings(mappings -> mappings.include("public", "orders"))
                    .build())
            .store(store)
            .build();

    @Test
    void aTableIsPlannedAndCompacted() {
        // docs: plan
        LakeTable orders = convergence.table(TableId.of("public", "orders"));
        CompactionOptions options = CompactionOptions.defaults();
        CompactionPlan plan = orders.planCompaction(options);
        System.out.println(plan);
        // docs: end

        // docs: compact
        CompactionResult result = orders.compact(options, ProgressListener.none());
        // docs: end

        assertThat(plan.isEmpty()).isTrue();
        assertThat(result.slot()).isEqualTo(LedgerSnapshot.NONE);
    }

    @Test
    void theBandIsSet() {
        // docs: band
        CompactionOptions larger = CompactionOptions.builder()
                .targetSize(DataSize.ofMegabytes(400))
                .band(DataSize.ofMegabytes(200), DataSize.ofMegabytes(800))
                .build();
        // docs: end

        assertThat(larger.smallestOfBand()).isEqualTo(DataSize.ofMegabytes(200));
    }

    @Test
    void tasksAreSpread() {
        LakeTable orders = convergence.table(ORDERS);
        TableTimeline timeline = orders.survey(ProgressListener.none()).timeline();
        Ledger ledger = orders.ledger();
        LedgerSnapshot snapshot = ledger.snapshot();
        Compactor compactor =
                Compactor.create(store, store, ledger, "lake/compacted/", CompactionOptions.defaults(), new Random());
        List<TaskResult> results = List.of();

        // docs: spread
        CompactionPlan plan = compactor.plan(timeline, snapshot);
        List<String> work = plan.tasks().stream().map(CompactionTask::toJson).toList();
        // elsewhere: compactor.run(CompactionTask.parse(text), CompactionListener.none()).toJson()
        CompactionResult result = compactor.commit(plan, results);
        // docs: end

        assertThat(work).isEmpty();
        assertThat(result.outputs()).isEmpty();
    }
}
