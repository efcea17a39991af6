package io.convergence.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convergence.Finding;
import io.convergence.TableId;
import io.convergence.schema.DataType;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SourceSchemaTest {
    @Test
    void theShortestFormGivesColumnsKeyAndWhatTheEngineUsuallyPromises() {
        SourceSchema schema = SourceSchema.parse("""
                {"tables":[{"schema":"public","name":"orders",
                  "columns":[{"name":"order_id","type":"int4"},{"name":"total","type":"numeric(10,2)"},{"name":"note","type":"nclob"}],
                  "primaryKey":["order_id"]}]}
                """);

        assertThat(schema)
                .isEqualTo(SourceSchema.of(
                        SourceEngine.POSTGRESQL,
                        SourceTable.of(
                                TableId.of("public", "orders"),
                                List.of(
                                        SourceColumn.required("order_id", DataType.of(DataType.Kind.INT4)),
                                        SourceColumn.nullable("total", DataType.numeric(10, 2)),
                                        SourceColumn.nullable("note", DataType.of(DataType.Kind.NCLOB))),
                                List.of("order_id"),
                                RowImages.KEY_ONLY)));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
        "postgresql,KEY_ONLY",
        "oracle,KEY_ONLY",
        "mysql,FULL",
        "MariaDB,FULL",
        "sql-server,FULL",
        "SQL_SERVER,FULL"
    })
    void rowImagesLeftOutAreTheEnginesUsualOnes(String engine, RowImages expected) {
        String json = """
                {"engine":"%s","tables":[{"schema":"s","name":"t","columns":[{"name":"id","type":"int4"}],"primaryKey":["id"]}]}
                """.formatted(engine);

        assertThat(SourceSchema.parse(json).tables().get(0).rowImages()).isEqualTo(expected);
    }

    @Test
    void everythingSurvivesTheWayThroughJson() {
        SourceSchema schema = SourceSchema.of(
                SourceEngine.MYSQL,
                SourceTable.of(
                        TableId.of("shop", "line"),
                        List.of(
                                SourceColumn.required("a", DataType.of(DataType.Kind.INT8)),
                                SourceColumn.nullable("b", DataType.of(DataType.Kind.INT8)),
                                new SourceColumn("c", DataType.string(255), true, "lseg", 32, true, true),
                                new SourceColumn(
                                        "d",
                                        DataType.numeric(28, 6),
                                        false,
                                        "numeric",
                                        SourceColumn.UNBOUNDED,
                                        false,
                                        false),
                                SourceColumn.required("e", DataType.wstring(0)),
                                SourceColumn.required("f", DataType.datetime(3))),
                        List.of("b", "a"),
                        RowImages.NONE),
                SourceTable.of(
                        TableId.of("shop", "log"),
                        List.of(SourceColumn.nullable("x", DataType.of(DataType.Kind.BLOB))),
                        List.of(),
                        RowImages.FULL));

        assertThat(SourceSchema.parse(schema.toJson())).isEqualTo(schema);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "[] | Cannot read source schema at $: it is [], not an object. Give one with the names engine, tables.",
                "{} | Cannot read source schema at $.tables: it is missing, not an array. Give \"tables\": [...].",
                "{\"tables\":[{\"schema\":\"s\",\"name\":\"t\",\"columns\":[],\"primarykey\":[]}]} | Cannot read source schema at $.tables[0]: the name 'primarykey' is not known. Did you mean 'primaryKey'?",
                "{\"tables\":[{\"schema\":\"s\",\"name\":\"t\",\"columns\":[{\"name\":\"a\",\"type\":\"int5\"}]}]} | Cannot read source schema at $.tables[0].columns[0].type: Cannot parse type 'int5': it is no DMS type. Use one of boolean, int1, int2, int4, int8, uint1, uint2, uint4, uint8, numeric(p,s), real4, real8, string(n), wstring(n), clob, nclob, bytes(n), blob, date, time, datetime. Correct this value.",
                "{\"tables\":[{\"schema\":\"s\",\"name\":\"t\",\"columns\":[{\"name\":\"a\",\"type\":\"int4\",\"nullable\":\"no\"}]}]} | Cannot read source schema at $.tables[0].columns[0].nullable: it is \"no\", not true or false. Give it without quotes.",
                "{\"tables\":[{\"schema\":\"s\",\"name\":\"t\",\"columns\":[{\"name\":\"a\",\"type\":\"int4\"}],\"primaryKey\":[\"b\"]}]} | Cannot read source schema at $.tables[0]: Cannot describe table s.t: key column 'b' is not among its columns [a]. Correct this value.",
                "{\"engine\":\"postgres\",\"tables\":[]} | Cannot read source schema at $.engine: 'postgres' is not known. Use one of oracle, sql-server, mysql, mariadb, postgresql, sap-ase, mongodb, documentdb.",
                "{\"tables\":[{\"schema\":\"s\",\"name\":\"t\",\"columns\":[],\"columns\":[]}]} | Cannot read source schema at $: it is not JSON: Duplicate field 'columns' (line 1, column 59). Give one JSON object."
            })
    void badTextIsRefusedWithPlaceValueAndFix(String json, String message) {
        assertThatThrownBy(() -> SourceSchema.parse(json))
                .isInstanceOf(InvalidSourceSchemaException.class)
                .hasMessage(message);
    }

    @Test
    void aTableWithoutKeyAndTypesWithoutDocumentationAreReported() {
        SourceSchema schema = SourceSchema.of(
                SourceEngine.POSTGRESQL,
                SourceTable.of(
                        TableId.of("public", "log"),
                        List.of(new SourceColumn(
                                "at", DataType.of(DataType.Kind.NCLOB), true, "pg_lsn", 8, true, false)),
                        List.of(),
                        RowImages.NONE));

        assertThat(schema.validate())
                .containsExactly(
                        Finding.warning(
                                "TABLE_WITHOUT_KEY",
                                "public.log",
                                "Table public.log has no primary key: its rows cannot be matched, and PostgreSQL sources replicate no update and no delete of it.",
                                "Give the table a primary key, or leave it out of the mappings."),
                        Finding.warning(
                                "TYPE_NOT_DOCUMENTED",
                                "public.log.at",
                                "The DMS guide does not say how type 'pg_lsn' arrives; it is taken as nclob.",
                                "Compare a full-load file with the table before relying on this column."));
    }

    @Test
    void aTableThatLogsNothingOfTheOldRowIsAnError() {
        SourceSchema schema = SourceSchema.of(
                SourceEngine.POSTGRESQL,
                SourceTable.of(
                        TableId.of("public", "t"),
                        List.of(SourceColumn.required("id", DataType.of(DataType.Kind.INT4))),
                        List.of("id"),
                        RowImages.NONE));

        assertThat(schema.validate())
                .containsExactly(Finding.error(
                        "UPDATES_NOT_LOGGED",
                        "public.t",
                        "Table public.t does not log the key of the old row (rowImages none): its updates and deletes are not replicated, or cannot be matched.",
                        "Run ALTER TABLE public.t REPLICA IDENTITY DEFAULT."));
    }
}
