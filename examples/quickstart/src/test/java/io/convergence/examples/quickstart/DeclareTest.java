package io.convergence.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergence.TableId;
import io.convergence.pipeline.Convergence;
import io.convergence.pipeline.Declarations;
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

/** The code of {@code docs/concepts/equal.md}. */
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
        // docs: declare an order
        // FOLLOWS: the run comes after all before it, though its first times are older
        // COUNTER, FILES: within the run the change counter decides, or files and rows as they stand
        var declared =
                Declarations.of("sales.orders").order(Instant.parse("2026-03-01T10:00:00Z"), DeclaredOrder.FOLLOWS);
        // docs: end

        assertThat(declared.orders()).containsEntry(Instant.parse("2026-03-01T10:00:00Z"), DeclaredOrder.FOLLOWS);
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
