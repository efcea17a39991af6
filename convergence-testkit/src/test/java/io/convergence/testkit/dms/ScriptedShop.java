package io.convergence.testkit.dms;

import io.convergence.TableId;
import io.convergence.pipeline.Convergence;
import io.convergence.pipeline.Declarations;
import io.convergence.pipeline.MergeOptions;
import io.convergence.pipeline.ProgressListener;
import io.convergence.pipeline.TableResult;
import io.convergence.schema.DataType;
import io.convergence.source.RowImages;
import io.convergence.source.SourceColumn;
import io.convergence.source.SourceEngine;
import io.convergence.source.SourceSchema;
import io.convergence.source.SourceTable;
import io.convergence.store.InMemoryObjectStore;
import io.convergence.target.ReplicationSpec;
import io.convergence.target.S3TargetSettings;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;

/** Small tables to script, and the pipeline that reads what the scripts wrote. */
final class ScriptedShop {
    static final TableId ORDERS = TableId.of("public", "orders");
    static final TableId ITEMS = TableId.of("public", "items");

    private ScriptedShop() {}

    static SourceTable orders(RowImages images) {
        return SourceTable.of(
                ORDERS,
                List.of(
                        SourceColumn.required("id", DataType.of(DataType.Kind.INT8)),
                        SourceColumn.required("status", DataType.wstring(20)),
                        SourceColumn.nullable("total", DataType.numeric(10, 2)),
                        SourceColumn.nullable("note", DataType.wstring(40)),
                        SourceColumn.nullable("body", DataType.of(DataType.Kind.NCLOB))),
                List.of("id"),
                images);
    }

    static SourceTable items() {
        return SourceTable.of(
                ITEMS,
                List.of(
                        SourceColumn.required("order_id", DataType.of(DataType.Kind.INT8)),
                        SourceColumn.required("line", DataType.of(DataType.Kind.INT4)),
                        SourceColumn.required("made", DataType.datetime(6)),
                        SourceColumn.nullable("small", DataType.of(DataType.Kind.INT2)),
                        SourceColumn.nullable("ratio", DataType.of(DataType.Kind.REAL4)),
                        SourceColumn.nullable("day", DataType.of(DataType.Kind.DATE))),
                List.of("order_id", "line"),
                RowImages.KEY_ONLY);
    }

    static ReplicationSpec spec(Consumer<S3TargetSettings.Builder> settings) {
        return spec(settings, SourceSchema.of(SourceEngine.POSTGRESQL, orders(RowImages.KEY_ONLY), items()));
    }

    static ReplicationSpec spec(Consumer<S3TargetSettings.Builder> settings, SourceSchema schema) {
        return ReplicationSpec.lakeReady("bucket", "raw")
                .sourceSchema(schema)
                .tableMappings(mappings -> mappings.include("public", "%"))
                .settings(settings)
                .build();
    }

    static ReplicationSpec spec() {
        return spec(settings -> {});
    }

    /** Files and lake of one script. */
    record World(DmsScript script, ReplicationSpec spec, InMemoryObjectStore store) {
        static World of(DmsScript script, ReplicationSpec spec) {
            return new World(script, spec, new InMemoryObjectStore(script.clock()));
        }

        Convergence lake(Declarations declarations) {
            return Convergence.builder()
                    .spec(spec)
                    .schema(script.schema())
                    .store(store)
                    .declare(declarations)
                    .random(new Random(1))
                    .sleeper(time -> {})
                    .build();
        }

        /** Brings the files to the script's present, and merges. */
        TableResult merge(TableId table, Declarations declarations) {
            script.writeTo(store);
            return lake(declarations)
                    .table(table)
                    .merge(MergeOptions.defaults().declareComplete(), ProgressListener.none());
        }

        /** @param told the world's own script, after more steps */
        TableResult merge(DmsScript told, TableId table) {
            if (told != script) {
                throw new IllegalArgumentException("Cannot merge what another script wrote.");
            }
            return merge(table);
        }

        TableResult merge(TableId table) {
            return merge(table, Declarations.of(table));
        }
    }
}
