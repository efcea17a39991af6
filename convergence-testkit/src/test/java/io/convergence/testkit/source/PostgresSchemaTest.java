package io.convergence.testkit.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convergence.TableId;
import io.convergence.schema.DataType;
import io.convergence.source.NullSuspicion;
import io.convergence.source.RowImages;
import io.convergence.source.SourceAccessException;
import io.convergence.source.SourceColumn;
import io.convergence.source.SourceEngine;
import io.convergence.source.SourceSchema;
import io.convergence.source.SourceTable;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postgresql.ds.PGSimpleDataSource;

/** The catalog reader against a real PostgreSQL 17; the expected types are those of the DMS guide. */
class PostgresSchemaTest {
    private static EmbeddedPostgres postgres;
    private static SourceSchema schema;

    @BeforeAll
    static void startsADatabase() throws IOException, SQLException {
        postgres = EmbeddedPostgres.builder().start();
        try (Connection connection = database().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("""
                    CREATE SCHEMA shop;
                    CREATE TYPE shop.state AS ENUM ('new', 'paid');
                    CREATE TYPE shop.address AS (street text, city text);
                    CREATE DOMAIN shop.code AS varchar(6);
                    CREATE DOMAIN shop.strict_code AS shop.code NOT NULL DEFAULT 'none';
                    CREATE TABLE shop.everything (
                      id bigint PRIMARY KEY, c_int2 smallint, c_int4 integer NOT NULL, c_int8 bigint, c_serial serial,
                      c_numeric numeric, c_numeric_10_2 numeric(10,2), c_numeric_5 numeric(5), c_numeric_40 numeric(40,2),
                      c_numeric_minus numeric(5,-2), c_numeric_over numeric(2,4),
                      c_float4 real, c_float8 double precision, c_money money,
                      c_char char, c_char_8 char(8), c_varchar varchar, c_varchar_20 varchar(20), c_text text,
                      c_bytea bytea, c_timestamp timestamp, c_timestamp_0 timestamp(0), c_timestamptz timestamptz, c_date date,
                      c_time time, c_timetz timetz, c_interval interval, c_bool boolean, c_enum shop.state,
                      c_cidr cidr, c_inet inet, c_macaddr macaddr, c_bit bit(8), c_varbit varbit(12), c_uuid uuid,
                      c_tsvector tsvector, c_tsquery tsquery, c_xml xml, c_point point, c_line line, c_lseg lseg, c_box box,
                      c_circle circle, c_path path, c_polygon polygon, c_json json, c_jsonb jsonb, c_array int[], c_text_array text[],
                      c_composite shop.address, c_int4range int4range, c_numrange numrange, c_domain shop.code, c_strict shop.strict_code,
                      c_lsn pg_lsn, c_generated int GENERATED ALWAYS AS (c_int4 * 2) STORED, c_default int DEFAULT 7);
                    ALTER TABLE shop.everything DROP COLUMN c_int2;
                    ALTER TABLE shop.everything ADD COLUMN c_int2 smallint;
                    CREATE TABLE shop.two_keys (a int, b int, c text, PRIMARY KEY (b, a) INCLUDE (c));
                    CREATE TABLE shop.full_images (id int PRIMARY KEY, body text);
                    ALTER TABLE shop.full_images REPLICA IDENTITY FULL;
                    CREATE TABLE shop.no_images (id int PRIMARY KEY);
                    ALTER TABLE shop.no_images REPLICA IDENTITY NOTHING;
                    CREATE TABLE shop.by_index (id int PRIMARY KEY, other int NOT NULL UNIQUE);
                    ALTER TABLE shop.by_index REPLICA IDENTITY USING INDEX by_index_other_key;
                    CREATE TABLE shop.by_key_index (id int PRIMARY KEY, other int NOT NULL, UNIQUE (other, id));
                    ALTER TABLE shop.by_key_index REPLICA IDENTITY USING INDEX by_key_index_other_id_key;
                    CREATE TABLE shop.no_key (a int);
                    CREATE TABLE shop.early_toast (id int PRIMARY KEY, city varchar(40)) WITH (toast_tuple_target = 128);
                    CREATE TABLE shop.parted (id int PRIMARY KEY, at date) PARTITION BY RANGE (id);
                    CREATE TABLE shop.parted_1 PARTITION OF shop.parted FOR VALUES FROM (0) TO (10);
                    CREATE UNLOGGED TABLE shop.not_logged (id int PRIMARY KEY);
                    CREATE TABLE shop.awsdms_ddl_audit (id int PRIMARY KEY);
                    CREATE VIEW shop.a_view AS SELECT id FROM shop.everything;
                    CREATE TABLE public."Mixed Case" ("Key" int PRIMARY KEY);
                    """);
        }
        schema = SourceSchema.fromJdbc(database());
    }

    @AfterAll
    static void stopsTheDatabase() throws IOException {
        postgres.close();
    }

    @Test
    void tablesThatDmsReplicatesAreFoundInOrder() {
        assertThat(schema.engine()).isEqualTo(SourceEngine.POSTGRESQL);
        assertThat(schema.tables())
                .extracting(table -> table.id().toString())
                .containsExactly(
                        "public.Mixed Case",
                        "shop.by_index",
                        "shop.by_key_index",
                        "shop.early_toast",
                        "shop.everything",
                        "shop.full_images",
                        "shop.no_images",
                        "shop.no_key",
                        "shop.parted_1",
                        "shop.two_keys");
    }

    @Test
    void schemasCanBeChosen() {
        assertThat(SourceSchema.fromJdbc(database(), options -> options.schemas("public"))
                        .tables())
                .extracting(SourceTable::id)
                .containsExactly(TableId.of("public", "Mixed Case"));
    }

    @ParameterizedTest(name = "{0} arrives as {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "id | int8",
                "c_int2 | int2",
                "c_int4 | int4",
                "c_int8 | int8",
                "c_serial | int4",
                "c_numeric | numeric(28,6)",
                "c_numeric_10_2 | numeric(10,2)",
                "c_numeric_5 | numeric(5,0)",
                "c_numeric_40 | string(42)",
                "c_numeric_minus | numeric(7,0)",
                "c_numeric_over | numeric(4,4)",
                "c_float4 | real4",
                "c_float8 | real8",
                "c_money | numeric(38,4)",
                "c_char | wstring(1)",
                "c_char_8 | wstring(8)",
                "c_varchar | wstring",
                "c_varchar_20 | wstring(20)",
                "c_text | nclob",
                "c_bytea | blob",
                "c_timestamp | datetime(6)",
                "c_timestamp_0 | datetime(6)",
                "c_timestamptz | datetime(6)",
                "c_date | date",
                "c_time | time(3)",
                "c_timetz | time(3)",
                "c_interval | string(128)",
                "c_bool | string(5)",
                "c_enum | string(64)",
                "c_cidr | string(50)",
                "c_inet | string(50)",
                "c_macaddr | string(18)",
                "c_bit | string(8)",
                "c_varbit | string(12)",
                "c_uuid | string(36)",
                "c_tsvector | clob",
                "c_tsquery | clob",
                "c_xml | clob",
                "c_point | string(255)",
                "c_line | string(255)",
                "c_lseg | string(255)",
                "c_box | string(255)",
                "c_circle | string(255)",
                "c_path | clob",
                "c_polygon | clob",
                "c_json | nclob",
                "c_jsonb | nclob",
                "c_array | nclob",
                "c_text_array | nclob",
                "c_composite | nclob",
                "c_int4range | string(255)",
                "c_numrange | string(255)",
                "c_domain | wstring(6)",
                "c_strict | wstring(6)",
                "c_lsn | nclob"
            })
    void typesArriveAsTheGuideSays(String column, String expected) {
        assertThat(column("everything", column).type()).isEqualTo(DataType.parse(expected));
    }

    @Test
    void optionsOfTheEndpointChangeTypes() {
        SourceSchema changed = SourceSchema.fromJdbc(
                database(),
                options -> options.schemas("shop")
                        .mapBooleanAsBoolean()
                        .mapJsonbAsClob()
                        .mapUnboundedNumericAsString());

        SourceTable table = changed.table(TableId.of("shop", "everything")).orElseThrow();
        assertThat(table.column("c_bool").orElseThrow().type()).isEqualTo(DataType.of(DataType.Kind.BOOLEAN));
        assertThat(table.column("c_jsonb").orElseThrow().type()).isEqualTo(DataType.of(DataType.Kind.CLOB));
        assertThat(table.column("c_json").orElseThrow().type()).isEqualTo(DataType.of(DataType.Kind.NCLOB));
        assertThat(table.column("c_numeric").orElseThrow().type()).isEqualTo(DataType.string(0));
    }

    @Test
    void nullsDefaultsAndKeysAreThoseOfTheCatalog() {
        assertThat(column("everything", "id").nullable()).isFalse();
        assertThat(column("everything", "c_int4").nullable()).isFalse();
        assertThat(column("everything", "c_int8").nullable()).isTrue();
        assertThat(column("everything", "c_domain").nullable()).isTrue();
        assertThat(column("everything", "c_strict").nullable()).isFalse();
        assertThat(column("everything", "c_strict").hasDefault()).isTrue();
        assertThat(column("everything", "c_default").hasDefault()).isTrue();
        assertThat(column("everything", "c_generated").hasDefault()).isTrue();
        assertThat(column("everything", "c_int8").hasDefault()).isFalse();
        assertThat(table("two_keys").primaryKey()).containsExactly("b", "a");
        assertThat(table("no_key").primaryKey()).isEmpty();
    }

    @ParameterizedTest(name = "{0} logs {1}")
    @CsvSource({
        "everything, KEY_ONLY",
        "full_images, FULL",
        "no_images, NONE",
        "by_index, NONE",
        "by_key_index, KEY_ONLY",
        "no_key, NONE"
    })
    void replicaIdentityDecidesWhatIsLogged(String table, RowImages expected) {
        assertThat(table(table).rowImages()).isEqualTo(expected);
    }

    @Test
    void onlyColumnsThatPostgresMayStoreOutsideTheRowAreSuspect_S8() {
        List<String> suspect =
                NullSuspicion.of(SourceEngine.POSTGRESQL, table("everything")).suspect();

        assertThat(suspect)
                .contains(
                        "c_text",
                        "c_varchar",
                        "c_bytea",
                        "c_jsonb",
                        "c_array",
                        "c_numeric",
                        "c_composite",
                        "c_tsvector",
                        "c_path")
                .doesNotContain(
                        "c_int8",
                        "c_numeric_10_2",
                        "c_uuid",
                        "c_timestamp",
                        "c_interval",
                        "c_enum",
                        "c_bool",
                        "c_box",
                        "c_lseg",
                        "c_inet",
                        "c_domain",
                        "c_lsn");
    }

    @Test
    void aTableThatIsToldToMoveValuesOutEarlyMakesShortTextSuspect_S8() {
        assertThat(NullSuspicion.of(SourceEngine.POSTGRESQL, table("early_toast"))
                        .suspect())
                .containsExactly("city");
    }

    @Test
    void typesTheGuideDoesNotNameAreReported() {
        assertThat(schema.validate())
                .filteredOn(finding -> finding.code().equals("TYPE_NOT_DOCUMENTED"))
                .extracting(finding -> finding.path())
                .containsExactly("shop.everything.c_lsn");
    }

    @Test
    void theSchemaSurvivesTheWayThroughJson() {
        assertThat(SourceSchema.parse(schema.toJson())).isEqualTo(schema);
    }

    @Test
    void aDatabaseThatIsNotThereIsReportedAsRetryable() {
        PGSimpleDataSource nowhere = new PGSimpleDataSource();
        nowhere.setServerNames(new String[] {"localhost"});
        nowhere.setPortNumbers(new int[] {1});

        assertThatThrownBy(() -> SourceSchema.fromJdbc(nowhere))
                .isInstanceOfSatisfying(SourceAccessException.class, e -> {
                    assertThat(e).hasMessageStartingWith("Cannot read the schema of the source database: ");
                    assertThat(e.retryable()).isTrue();
                });
    }

    private static DataSource database() {
        return postgres.getPostgresDatabase();
    }

    private static SourceTable table(String name) {
        return schema.table(TableId.of("shop", name)).orElseThrow();
    }

    private static SourceColumn column(String table, String name) {
        return table(table).column(name).orElseThrow();
    }
}
