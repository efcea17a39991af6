package io.convergence.target;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergence.TableId;
import io.convergence.mapping.BeforeImageFilter;
import io.convergence.mapping.ObjectLocator;
import io.convergence.mapping.TransformationRule.AddBeforeImageColumns;
import io.convergence.schema.DataType;
import io.convergence.source.RowImages;
import io.convergence.source.SourceColumn;
import io.convergence.source.SourceEngine;
import io.convergence.source.SourceSchema;
import io.convergence.source.SourceTable;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RowShapeTest {
    /** {@code before_note} is a column of the source; only the key has before-images. */
    private static final SourceTable TABLE = SourceTable.of(
            TableId.of("public", "t"),
            List.of(
                    SourceColumn.required("id", DataType.of(DataType.Kind.INT8)),
                    SourceColumn.nullable("note", DataType.wstring(20)),
                    SourceColumn.nullable("before_note", DataType.wstring(20))),
            List.of("id"),
            RowImages.FULL);

    private static final List<String> FILE =
            List.of("Op", "dms_timestamp", "id", "note", "before_note", "dms_seq", "before_id");

    @Test
    void aSourceColumnNamedLikeABeforeImageIsTheTablesOwn() {
        RowShape shape = lakeReady().build().rowShape(TABLE);

        assertThat(shape.beforeImageOf("before_note", FILE)).isEmpty();
        assertThat(shape.beforeImageOf("before_id", FILE)).contains("id");
        assertThat(shape.beforeImages()).isEqualTo(Map.of("before_id", "id"));
    }

    @Test
    void columnsThatTheSourceGetsLaterAreNoBeforeImagesWhereOnlyTheKeyHasSome() {
        RowShape shape = lakeReady().build().rowShape(TABLE);

        assertThat(shape.beforeImageOf("before_late", List.of("id", "late", "before_late", "before_id")))
                .isEmpty();
    }

    @Test
    void columnsThatTheSourceGetsLaterHaveBeforeImagesWhereAllHaveSome() {
        RowShape shape = ReplicationSpec.builder()
                .sourceSchema(SourceSchema.of(
                        SourceEngine.POSTGRESQL,
                        SourceTable.of(
                                TABLE.id(),
                                List.of(
                                        SourceColumn.required("id", DataType.of(DataType.Kind.INT8)),
                                        SourceColumn.nullable("old_", DataType.wstring(20))),
                                List.of("id"),
                                RowImages.FULL)))
                .tableMappings(m -> m.include("public", "%")
                        .rule(new AddBeforeImageColumns(
                                "9",
                                "all",
                                ObjectLocator.ofTable("%", "%"),
                                "old_",
                                "",
                                BeforeImageFilter.ALL,
                                Map.of())))
                .settings(s -> s.bucketName("lake").bucketFolder("dms"))
                .build()
                .rowShape(TABLE.id())
                .orElseThrow();

        assertThat(shape.beforeImageOf("old_late", List.of("id", "late", "old_late")))
                .contains("late");
        assertThat(shape.beforeImageOf("old_", List.of("id", "old_"))).isEmpty();
    }

    @Test
    void aShapeByHandTakesDeclaredColumnsForTheTablesOwn() {
        RowShape shape = RowShape.plain().withBeforeImage("before_", "").withSchema(TABLE.toSchema());

        assertThat(shape.beforeImageOf("before_note", FILE)).isEmpty();
        assertThat(shape.beforeImageOf("before_id", FILE)).contains("id");
    }

    @Test
    void withoutASchemaAndAListTheNameDecides() {
        RowShape shape = RowShape.plain().withBeforeImage("before_", "");

        assertThat(shape.beforeImageOf("before_note", FILE)).contains("note");
        assertThat(shape.beforeImageOf("before_x", FILE)).isEmpty();
        assertThat(shape.beforeImages()).isNull();
    }

    private static ReplicationSpec.Builder lakeReady() {
        return ReplicationSpec.lakeReady("lake", "dms")
                .sourceSchema(SourceSchema.of(SourceEngine.POSTGRESQL, TABLE))
                .tableMappings(m -> m.include("public", "%"));
    }
}
