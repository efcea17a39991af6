package io.convergence.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convergence.TableId;
import io.convergence.schema.Column;
import io.convergence.schema.DataType;
import io.convergence.schema.TableSchema;
import io.convergence.source.RowImages;
import io.convergence.source.SourceColumn;
import io.convergence.source.SourceEngine;
import io.convergence.source.SourceSchema;
import io.convergence.source.SourceTable;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CsvFormTest {
    private static final TableSchema SCHEMA = new TableSchema(
            TableId.of("public", "orders"), List.of(Column.required("id", DataType.parse("int8"))), List.of("id"));

    /** DMS guide, S3 target, "Indicating source DB operations in migrated S3 data". */
    @ParameterizedTest
    @CsvSource({
        "false, none,    ABSENT,  PRESENT",
        "true,  none,    PRESENT, PRESENT",
        "true,  inserts, PRESENT, PRESENT",
        "false, inserts, ABSENT,  ABSENT",
        "true,  updates, PRESENT, PRESENT",
        "false, updates, ABSENT,  SNIFFED"
    })
    void whereTheOperationStandsFollowsFromTheSettings(boolean included, String cdc, OpColumn load, OpColumn changes) {
        CsvForm form = CsvForm.from(S3TargetSettings.of(s -> {
            s.bucketName("lake");
            if (included) {
                s.includeOpForFullLoad();
            }
            if (cdc.equals("inserts")) {
                s.cdc(c -> c.insertsOnly());
            }
            if (cdc.equals("updates")) {
                s.cdc(c -> c.insertsAndUpdates());
            }
        }));

        assertThat(form.loadOp()).isEqualTo(load);
        assertThat(form.cdcOp()).isEqualTo(changes);
    }

    @Test
    void attributesOfTheEndpointAreTakenOver() {
        CsvForm form = CsvForm.from(S3TargetSettings.of(s -> s.bucketName("lake")
                .csv(c -> c.delimiter("|")
                        .rowDelimiter("\\r\\n")
                        .nullValue("NULL")
                        .noSupValue("?")
                        .withoutRfc4180()
                        .addColumnName()
                        .addTrailingPaddingCharacter())));

        assertThat(form.delimiter()).isEqualTo("|");
        assertThat(form.rowDelimiter()).isEqualTo("\r\n");
        assertThat(form.nullValue()).contains("NULL");
        assertThat(form.noSupValue()).contains("?");
        assertThat(form.rfc4180()).isFalse();
        assertThat(form.header()).isTrue();
        assertThat(form.padding()).contains(' ');
        assertThat(form.toBuilder().build()).isEqualTo(form);
    }

    @Test
    void contradictionsAreRefused() {
        assertRefused(c -> c.delimiter(""), "a delimiter is empty");
        assertRefused(c -> c.delimiter("\n"), "begin alike");
        assertRefused(c -> c.delimiter("\""), "a delimiter holds the quote character");
        assertRefused(c -> c.nullValue("x").noSupValue("x"), "CsvNullValue and CsvNoSupValue are both 'x'");
        assertRefused(c -> c.nullValue(""), "a marker is empty");
        assertRefused(c -> c.padding('ä'), "the padding character is not ASCII");
    }

    @Test
    void twoLayoutsOfOneWidthAreRefused_S15() {
        assertRefused(
                c -> c.layout(CsvLayout.of(SCHEMA, "a")).layout(CsvLayout.of(SCHEMA, "b")),
                "two layouts have 2 columns");
    }

    private static void assertRefused(Consumer<CsvForm.Builder> settings, String reason) {
        assertThatThrownBy(() -> CsvForm.of(settings))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(reason);
    }

    @Test
    void theLayoutOfATableHoldsAddedColumnsAndBeforeImagesInOrder() {
        SourceTable table = SourceTable.of(
                SCHEMA.table(),
                List.of(
                        SourceColumn.required("id", DataType.parse("int8")),
                        SourceColumn.nullable("opened", DataType.parse("time"))),
                List.of("id"),
                RowImages.KEY_ONLY);
        ReplicationSpec spec = ReplicationSpec.builder()
                .sourceSchema(SourceSchema.of(SourceEngine.POSTGRESQL, table))
                .tableMappings(m -> m.include("public", "%")
                        .addColumn("other", "%", "elsewhere", DataType.string(5), "'x'")
                        .addColumn("public", "%", "task", DataType.string(5), "'x'")
                        .addChangeSequence("seq")
                        .addBeforeImageColumns("old_"))
                .settings(s -> s.bucketName("lake").timestampColumnName("ts"))
                .build();

        RowShape shape = spec.rowShape(table);

        assertThat(shape.csv().layouts())
                .containsExactly(new CsvLayout(List.of(
                        Column.required("id", DataType.parse("int8")),
                        Column.nullable("opened", DataType.time(6)),
                        Column.nullable("task", DataType.string(5)),
                        Column.nullable("seq", DataType.string(50)),
                        Column.nullable("old_id", DataType.parse("int8")))));
        assertThat(shape.tableSchema().orElseThrow().columnNames()).containsExactly("id", "opened", "task");
        assertThat(shape.csv().cdcOp()).isEqualTo(OpColumn.PRESENT);
        assertThat(spec.rowShapeWithoutSchema().csv().layouts()).isEmpty();
    }

    @Test
    void addedColumnsStandInTheOrderOfTheirRuleIdsAsTheEvaluatorSays() {
        SourceTable table = SourceTable.of(
                SCHEMA.table(),
                List.of(SourceColumn.required("id", DataType.parse("int8"))),
                List.of("id"),
                RowImages.KEY_ONLY);
        ReplicationSpec spec = ReplicationSpec.builder()
                .sourceSchema(SourceSchema.of(SourceEngine.POSTGRESQL, table))
                .tableMappings(m -> m.include("public", "%")
                        .addColumn("public", "%", "task", DataType.string(5), "'x'")
                        .withId("30")
                        .addChangeSequence("seq")
                        .withId("9")
                        .addColumn("public", "%", "part", DataType.parse("int4"), "1 + 1")
                        .withId("20"))
                .settings(s -> s.bucketName("lake").timestampColumnName("ts"))
                .build();

        assertThat(spec.rowShape(table).csv().layouts())
                .containsExactly(new CsvLayout(List.of(
                        Column.required("id", DataType.parse("int8")),
                        Column.nullable("seq", DataType.string(50)),
                        Column.nullable("part", DataType.parse("int4")),
                        Column.nullable("task", DataType.string(5)))));
    }
}
