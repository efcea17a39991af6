package io.convergence.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergence.TableId;
import io.convergence.change.ChangeRecord;
import io.convergence.curated.PartitionBy;
import io.convergence.curated.TableStyle;
import io.convergence.merge.ChangeHistory;
import io.convergence.merge.HistoryResult;
import io.convergence.merge.MergeInput.NewestTransaction;
import io.convergence.merge.MergePolicy;
import io.convergence.pipeline.Convergence;
import io.convergence.pipeline.LakeTable;
import io.convergence.pipeline.MergeOptions;
import io.convergence.pipeline.MergePlan;
import io.convergence.pipeline.ProgressListener;
import io.convergence.pipeline.ReloadGuard;
import io.convergence.pipeline.ReloadPreview;
import io.convergence.pipeline.SchemaPolicy;
import io.convergence.pipeline.SchemaPolicy.Action;
import io.convergence.pipeline.SchemaPolicy.Kind;
import io.convergence.pipeline.TableResult;
import io.convergence.pipeline.TableState;
import io.convergence.raw.RawLayout;
import io.convergence.schema.Column;
import io.convergence.schema.DataType;
import io.convergence.schema.TableSchema;
import io.convergence.store.InMemoryObjectStore;
import io.convergence.store.ObjectStore;
import io.convergence.target.RowShape;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The code of {@code docs/how-to/merge.md}. */
class MergeTest {
    private static final TableSchema SCHEMA = new TableSchema(
            TableId.of("sales", "orders"), List.of(Column.required("id", DataType.parse("int8"))), List.of("id"));

    private final ObjectStore store = new InMemoryObjectStore(Instant::now);
    private final LakeTable orders = Convergence.builder()
            .layout(RawLayout.builder().bucketFolder("raw").build())
            .store(store)
            .table(SCHEMA.table(), RowShape.plain().withSchema(SCHEMA))
            .build()
            .table(SCHEMA.table());

    @Test
    void stylesGuardAndPolicyAreOptionsOfTheMerge() {
        // docs: styles
        MergeOptions current = MergeOptions.defaults();
        MergeOptions softDelete = MergeOptions.defaults().style(TableStyle.softDelete());
        MergeOptions changeLog = MergeOptions.defaults().style(TableStyle.append());
        TableResult result = orders.merge(softDelete, ProgressListener.none());
        // docs: end
        // docs: partitions
        MergeOptions byDay = MergeOptions.defaults().partitionBy(PartitionBy.day("o_date"));
        MergeOptions byPlace =
                MergeOptions.defaults().partitionBy(PartitionBy.column("country"), PartitionBy.column("city"));
        MergeOptions another = MergeOptions.defaults().repartitionBy(PartitionBy.month("o_date"));
        // docs: end
        // docs: guard
        MergeOptions guarded = MergeOptions.defaults().reloadGuard(ReloadGuard.share(0.1));
        MergePlan plan = orders.planMerge(guarded);
        plan.previewReload(ReloadPreview.DEFAULT_EXAMPLES).ifPresent(System.out::print);
        // docs: end
        // docs: policy
        SchemaPolicy policy = SchemaPolicy.defaults()
                .with(Kind.COLUMN_VANISHED, Action.FAIL)
                .with(Kind.TYPE_WIDENED, Action.QUARANTINE_FILE);
        MergeOptions strict = MergeOptions.defaults().schemaPolicy(policy);
        List<String> waiting = orders.merge(strict, ProgressListener.none()).quarantinedFiles();
        // docs: end

        assertThat(byDay.partitions()).isNotEqualTo(byPlace.partitions()).isNotEqualTo(another.partitions());
        assertThat(current.style()).isNotEqualTo(changeLog.style());
        assertThat(result.state()).isEqualTo(TableState.HELD);
        assertThat(waiting).isEmpty();
    }

    @Test
    void theHistoryIsAFunctionOfTheChanges() {
        List<ChangeRecord> changes = List.of();
        Instant loadEnd = Instant.parse("2026-03-01T10:00:00Z");
        // docs: history
        MergePolicy policy = MergePolicy.of(SCHEMA).withLoadEnd(loadEnd);
        HistoryResult history = ChangeHistory.of(policy).versions(changes, NewestTransaction.HOLD);
        if (history instanceof HistoryResult.Versions versions) {
            versions.current().forEach(row -> System.out.println(row.key() + " since " + row.validFrom()));
        }
        // docs: end

        assertThat(history.findings()).isEmpty();
    }
}
