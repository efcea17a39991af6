package io.convergence.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergence.TableId;
import io.convergence.pipeline.Convergence;
import io.convergence.pipeline.Declaration;
import io.convergence.pipeline.DeclarationPlan;
import io.convergence.pipeline.Declarations;
import io.convergence.pipeline.LakeTable;
import io.convergence.pipeline.MergeOptions;
import io.convergence.pipeline.ProgressListener;
import io.convergence.pipeline.TableCondition;
import io.convergence.pipeline.TableResult;
import io.convergence.pipeline.TableState;
import io.convergence.raw.DeclaredOrder;
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
import org.junit.jupiter.api.Test;

/** The code of {@code docs/concepts/equal.md} and {@code docs/how-to/declare.md}. */
class DeclareTest {
    @Test
    void whatNoFileShowsIsDeclared() {
        ReplicationSpec spec = ReplicationSpec.lakeReady("my-bucket", "raw")
                .sourceSchema(SourceSchema.of(SourceEngine.POSTGRESQL, orders()))
                .tableMappings(mappings -> mappings.include("sales", "%"))
                .build();
        ObjectStore store = new InMemoryObjectStore(Instant::now);

        // docs: declare
        // COLUMN_DEFAULT_UNKNOWN: ADD COLUMN paid … DEFAULT false
        // RENAME_SUSPECTED: the column w vanished as v appeared
        var declared =
                Declarations.of("sales.orders").columnDefault("paid", false).renamed("w", "v");
        var lake =
                Convergence.builder().spec(spec).store(store).declare(declared).build();
        // docs: end

        assertThat(lake.tables()).containsExactly(TableId.of("sales", "orders"));
    }

    @Test
    void anOrderIsDeclared() {
        // docs: order
        // FOLLOWS: the run comes after all before it, though its first times are older
        // COUNTER, FILES: within the run the change counter decides, or files and rows as they stand
        var declared =
                Declarations.of("sales.orders").order(Instant.parse("2026-03-01T10:00:00Z"), DeclaredOrder.FOLLOWS);
        // docs: end

        assertThat(declared.orders()).hasSize(1);
    }

    @Test
    void aTruncateIsDeclaredInTheLog() {
        ReplicationSpec spec = ReplicationSpec.lakeReady("my-bucket", "raw")
                .sourceSchema(SourceSchema.of(SourceEngine.POSTGRESQL, orders()))
                .tableMappings(mappings -> mappings.include("sales", "%"))
                .build();
        Instant now = Instant.parse("2026-03-02T00:00:00Z");
        Convergence lake = Convergence.builder()
                .spec(spec)
                .store(new InMemoryObjectStore(() -> now))
                .build();

        // docs: truncated
        LakeTable table = lake.table("sales.orders");
        DeclarationPlan plan = table.planDeclaration(
                Declaration.truncated(Instant.parse("2026-03-01T12:00:00Z")), MergeOptions.defaults());
        System.out.println(plan);
        plan.execute();
        // docs: end

        assertThat(plan.before().condition()).isEqualTo(TableCondition.AWAITING_LOAD);
        assertThat(table.merge(MergeOptions.defaults(), ProgressListener.none()).state())
                .isEqualTo(TableState.PUBLISHED);
    }

    @Test
    void aMergeIsToldHowManyStatementsDmsCounted() {
        ReplicationSpec spec = ReplicationSpec.lakeReady("my-bucket", "raw")
                .sourceSchema(SourceSchema.of(SourceEngine.POSTGRESQL, orders()))
                .tableMappings(mappings -> mappings.include("sales", "%"))
                .build();
        LakeTable table = Convergence.builder()
                .spec(spec)
                .store(new InMemoryObjectStore(Instant::now))
                .build()
                .table("sales.orders");

        // docs: ddls
        TableResult merged = table.merge(MergeOptions.defaults().ddls(4), ProgressListener.none());
        // docs: end

        assertThat(merged.state()).isEqualTo(TableState.HELD);
    }

    private static SourceTable orders() {
        return SourceTable.of(
                TableId.of("sales", "orders"),
                List.of(
                        SourceColumn.required("id", DataType.parse("int8")),
                        SourceColumn.required("paid", DataType.parse("boolean")),
                        SourceColumn.nullable("v", DataType.parse("int4"))),
                List.of("id"),
                RowImages.KEY_ONLY);
    }
}
