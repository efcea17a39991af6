package io.convergence.testkit.dms;

import static io.convergence.mapping.SourceObject.column;
import static io.convergence.mapping.SourceObject.schema;
import static io.convergence.mapping.SourceObject.table;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Arrays.asList;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convergence.TableId;
import io.convergence.mapping.BeforeImageFilter;
import io.convergence.mapping.Filter;
import io.convergence.mapping.Filter.Condition;
import io.convergence.mapping.ObjectLocator;
import io.convergence.mapping.RuleDataType;
import io.convergence.mapping.SourceObject;
import io.convergence.mapping.TableMappings;
import io.convergence.mapping.TransformationRule;
import io.convergence.schema.DataType;
import io.convergence.schema.DataType.Kind;
import io.convergence.source.SourceEngine;
import io.convergence.store.InMemoryObjectStore;
import io.convergence.target.DataFormat;
import io.convergence.target.ReplicationSpec;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Each action of the table mappings as it lands, on a real PostgreSQL; the files are read by DuckDB. */
class StandInMappingsTest {
    private static final Duration SOON = Duration.ofSeconds(30);

    @RegisterExtension
    static final SharedSource source = new SharedSource();

    private final InMemoryObjectStore store = new InMemoryObjectStore(InstantSource.system());
    private Landed landed;

    @BeforeEach
    void freshSchema() throws Exception {
        source.execute(
                "DROP SCHEMA IF EXISTS app CASCADE",
                "DROP SCHEMA IF EXISTS other CASCADE",
                "CREATE SCHEMA app",
                "CREATE SCHEMA other");
        landed = new Landed(store);
    }

    @AfterEach
    void closeFiles() throws Exception {
        landed.close();
    }

    private DmsStandIn standIn(Consumer<TableMappings.Builder> mappings) {
        ReplicationSpec spec = ReplicationSpec.builder()
                .sourceEngine(SourceEngine.POSTGRESQL)
                .tableMappings(mappings)
                .settings(s -> s.bucketName("lake").dataFormat(DataFormat.PARQUET))
                .build();
        return DmsStandIn.builder()
                .spec(spec)
                .database(source.source())
                .store(store)
                .batchInterval(Duration.ofMinutes(1))
                .random(new Random(1))
                .build();
    }

    private DmsStandIn replicate(Consumer<TableMappings.Builder> mappings, String... workload) throws Exception {
        try (DmsStandIn dms = standIn(mappings)) {
            dms.start();
            dms.awaitFullLoad(SOON);
            source.execute(workload);
            dms.awaitCaptured(SOON);
            dms.stop();
            return dms;
        }
    }

    private List<List<String>> loads(String folder, String columns) throws Exception {
        return landed.rows(landed.loadKeys(folder + "/"), columns);
    }

    private List<List<String>> changes(String folder, String columns) throws Exception {
        return landed.rows(landed.changeKeys(folder + "/"), columns);
    }

    private static List<String> row(String... values) {
        return asList(values);
    }

    @Test
    void expressionsReadColumnsHeadersAndNames() throws Exception {
        source.execute(
                "CREATE TABLE app.t (id int PRIMARY KEY, \"First Name\" text, price numeric(10,2), born date, data bytea)",
                "INSERT INTO app.t VALUES (1, 'Ada', 12.50, '1815-12-10', '\\x0aff'), (2, NULL, NULL, NULL, NULL)");

        replicate(
                m -> m.include("app", "t")
                        .addColumn("app", "t", "full_name", DataType.string(40), "${First Name} || '/' || $id")
                        .addColumn("app", "t", "twice", DataType.numeric(12, 2), "$price * 2")
                        .addColumn("app", "t", "birth_year", DataType.of(Kind.INT4), "strftime('%Y', $born)")
                        .addColumn("app", "t", "next_day", DataType.of(Kind.DATE), "date($born, '+1 day')")
                        .addColumn("app", "t", "bytes", DataType.bytes(10), "$data")
                        .addColumn("app", "t", "hash", DataType.string(64), "hash_sha256(${First Name})")
                        .addColumn("app", "t", "flag", DataType.string(1), "operation_indicator('D', 'U', 'I')")
                        .addColumn("app", "t", "moment", DataType.datetime(6), "$AR_H_COMMIT_TIMESTAMP")
                        .addColumn("app", "t", "at_text", DataType.string(30), "$AR_H_TIMESTAMP")
                        .addColumn("app", "t", "place", DataType.string(30), "$AR_M_SOURCE_SCHEMA || $AR_H_OPERATION")
                        .addColumn("app", "t", "who", DataType.string(30), "$AR_H_USER")
                        .rule(new TransformationRule.AddColumn(
                                "99",
                                "empty",
                                ObjectLocator.ofTable("app", "t"),
                                "empty",
                                new RuleDataType("int4", null, null, null),
                                null,
                                Map.of())),
                "UPDATE app.t SET price = 1 WHERE id = 1",
                "DELETE FROM app.t WHERE id = 1");

        assertThat(loads("app/t", "full_name, twice, birth_year, next_day, bytes, hash, flag, place, who, empty"))
                .containsExactly(
                        row(
                                "Ada/1",
                                "25.00",
                                "1815",
                                "1815-12-11",
                                "\\x0A\\xFF",
                                DataMask.sha256("Ada".getBytes(UTF_8)),
                                "I",
                                "appINSERT",
                                "",
                                null),
                        row(null, null, null, null, null, null, "I", "appINSERT", "", null));
        assertThat(changes("app/t", "Op, id, full_name, twice, flag, place"))
                .containsExactly(
                        row("U", "1", "Ada/1", "2.00", "U", "appUPDATE"), row("D", "1", null, null, "D", "appDELETE"));
        assertThat(landed.query(
                        landed.keys("app/t/"),
                        "count(*)",
                        "WHERE at_text LIKE strftime(moment, '%Y-%m-%d %H:%M:%S') || '%'"))
                .containsExactly(row("4"));
    }

    @Test
    void namesAreComputedAndAffixedForSeveralSchemas() throws Exception {
        source.execute(
                "CREATE TABLE app.\"Orders\" (\"ID\" int PRIMARY KEY, t_name text)",
                "CREATE TABLE app.tmp_items (id int PRIMARY KEY)",
                "CREATE TABLE other.things (id int PRIMARY KEY, note text)",
                "INSERT INTO app.\"Orders\" VALUES (1, 'n')",
                "INSERT INTO app.tmp_items VALUES (2)",
                "INSERT INTO other.things VALUES (3, 'x')");

        replicate(m -> m.include("app", "%")
                .include("other", "%")
                .renameByExpression(schema("app"))
                .to("'lake_' || $AR_M_SOURCE_SCHEMA")
                .addSuffix("_raw")
                .to(schema("other"))
                .renameByExpression(table("app", "Orders"))
                .to("lower($AR_M_SOURCE_TABLE_NAME) || CASE WHEN $AR_M_SOURCE_SCHEMA = 'app' THEN '_v2' END")
                .removePrefix("tmp_")
                .from(table("app", "tmp[_]%"))
                .convertUppercase(table("other", "things"))
                .convertLowercase(column("app", "Orders", "ID"))
                .replacePrefix("t_")
                .with("c_")
                .in(column("app", "Orders", "t[_]name"))
                .renameByExpression(column("other", "things", "note"))
                .to("$AR_M_SOURCE_COLUMN_NAME || '_' || $AR_M_SOURCE_COLUMN_DATATYPE"));

        assertThat(loads("lake_app/orders_v2", "id, c_name")).containsExactly(row("1", "n"));
        assertThat(loads("lake_app/items", "id")).containsExactly(row("2"));
        assertThat(loads("other_raw/THINGS", "id, note_nclob")).containsExactly(row("3", "x"));
        assertThat(landed.keys("")).hasSize(3);
    }

    @Test
    void typesAreChangedAndLossesCounted() throws Exception {
        source.execute(
                "CREATE TABLE app.t (id int PRIMARY KEY, n varchar(20), price numeric(10,4), moment timestamp, big text, ok boolean)",
                "INSERT INTO app.t VALUES (1, '42', 1.2345, '2024-02-29 10:11:12.123456', repeat('x', 30), true)");

        DmsStandIn dms = replicate(
                m -> m.include("app", "t")
                        .changeDataType(column("app", "t", "id"))
                        .to(DataType.of(Kind.INT8))
                        .changeDataType(column("app", "t", "n"))
                        .to(DataType.of(Kind.INT2))
                        .changeDataType(column("app", "t", "price"))
                        .to(DataType.numeric(6, 2))
                        .changeDataType(column("app", "t", "moment"))
                        .to(DataType.of(Kind.DATE))
                        .changeDataType(column("app", "t", "%").ofType("nclob"))
                        .to(DataType.string(10))
                        .changeDataType(column("app", "t", "ok"))
                        .to(DataType.of(Kind.BOOLEAN)),
                "INSERT INTO app.t VALUES (2, NULL, NULL, NULL, NULL, NULL)");

        String columns =
                "typeof(id), id, typeof(n), n, typeof(price), price, typeof(moment), moment, typeof(big), big, typeof(ok), ok";
        assertThat(loads("app/t", columns))
                .containsExactly(row(
                        "BIGINT",
                        "1",
                        "SMALLINT",
                        "42",
                        "DECIMAL(6,2)",
                        "1.23",
                        "DATE",
                        "2024-02-29",
                        "VARCHAR",
                        "xxxxxxxxxx",
                        "BOOLEAN",
                        "true"));
        assertThat(changes("app/t", "id, n, price, moment, big, ok"))
                .containsExactly(row("2", null, null, null, null, null));
        assertThat(dms.report().lossy().stream()
                        .filter(lossy -> lossy.lossyCase() == LossyCase.CUT_TO_TYPE_OF_RULE)
                        .map(StandInReport.Lossy::column))
                .containsExactly("big", "price");
    }

    @Test
    void valueThatATypeDoesNotHoldStopsTheTaskWithRuleRowAndReason() throws Exception {
        source.execute("CREATE TABLE app.t (id int PRIMARY KEY, n varchar(20))", "INSERT INTO app.t VALUES (7, 'abc')");

        assertThatThrownBy(() -> replicate(m -> m.include("app", "t")
                        .changeDataType(column("app", "t", "n"))
                        .to(DataType.of(Kind.INT4))
                        .withId("21")))
                .hasMessage(
                        "The stand-in has failed: Cannot write column 'n' of a loaded row of app.t with id=7: rule '21' "
                                + "makes it int4, and a column of type int4 does not hold 'abc'. Correct the rule or the data.");
        assertThatThrownBy(() -> replicate(m -> m.include("app", "t")
                        .addColumn("app", "t", "twice", DataType.of(Kind.INT4), "$n || 'x'")
                        .withId("22")))
                .hasMessage(
                        "The stand-in has failed: Cannot compute column 'twice' of a loaded row of app.t with id=7 by rule "
                                + "'22' with the expression \"$n || 'x'\": a column of type int4 does not hold 'abcx'. Correct the rule or the data.");
    }

    @Test
    void masksHideValuesInLoadChangesAndBeforeImages() throws Exception {
        source.execute(
                "CREATE TABLE app.t (id int PRIMARY KEY, phone varchar(30), mail varchar(30), salary numeric(8,2), age int)",
                "ALTER TABLE app.t REPLICA IDENTITY FULL",
                "INSERT INTO app.t VALUES (1, '+49 30-1234', 'a@b.c', 123456.78, 41)");

        DmsStandIn dms = replicate(
                m -> m.include("app", "t")
                        .maskDigits(column("app", "t", "phone"))
                        .with("#")
                        .changeDataType(column("app", "t", "mail"))
                        .to(DataType.string(64))
                        .hash(column("app", "t", "mail"))
                        .randomizeDigits(column("app", "t", "salary"))
                        .randomizeDigits(column("app", "t", "age"))
                        .addBeforeImageColumns(table("app", "t"), "", "_old", BeforeImageFilter.ALL),
                "UPDATE app.t SET mail = 'd@e.f', phone = NULL");

        String hash = DataMask.sha256("a@b.c".getBytes(UTF_8));
        assertThat(loads("app/t", "phone, mail, age")).hasSize(1).allSatisfy(row -> {
            assertThat(row.get(0)).isEqualTo("+## ##-####");
            assertThat(row.get(1)).isEqualTo(hash).hasSize(64);
            assertThat(row.get(2)).matches("\\d{1,2}");
        });
        assertThat(loads("app/t", "salary").get(0).get(0))
                .matches("\\d{1,6}\\.\\d\\d")
                .isNotEqualTo("123456.78");
        assertThat(changes("app/t", "phone, phone_old, mail_old")).containsExactly(row(null, "+## ##-####", hash));
        assertThat(changes("app/t", "mail").get(0).get(0)).isEqualTo(DataMask.sha256("d@e.f".getBytes(UTF_8)));
        assertThat(dms.report().count(LossyCase.CUT_TO_TYPE_OF_RULE)).isZero();
    }

    @Test
    void includedColumnsAloneAreWrittenLessTheRemovedOnes() throws Exception {
        source.execute(
                "CREATE TABLE app.t (id int PRIMARY KEY, keep_a int, keep_b int, drop_c int)",
                "CREATE TABLE app.u (id int PRIMARY KEY, x int)",
                "INSERT INTO app.t VALUES (1, 2, 3, 4)",
                "INSERT INTO app.u VALUES (1, 2)");

        replicate(m -> m.include("app", "%")
                .includeColumn(column("app", "t", "id"))
                .includeColumn(column("app", "t", "keep%"))
                .removeColumn("app", "t", "keep_b")
                .definePrimaryKey(table("app", "t"), "pk", "id", "keep_a"));

        assertThat(loads("app/t", "*").get(0)).startsWith("1", "2").doesNotContain("3", "4");
        assertThat(loads("app/u", "id, x")).containsExactly(row("1", "2"));
    }

    @Test
    void filtersHoldForLoadAndChanges() throws Exception {
        source.execute(
                "CREATE TABLE app.t (id int PRIMARY KEY, region varchar(5), at timestamp)",
                "CREATE TABLE app.k (id int, region varchar(5), v int, PRIMARY KEY (id, region))",
                "INSERT INTO app.t SELECT i, CASE i % 2 WHEN 0 THEN 'north' ELSE 'south' END, timestamp '2024-01-01' + i * interval '1 day' FROM generate_series(1, 20) i",
                "INSERT INTO app.k VALUES (1, 'north', 0), (2, 'south', 0)");

        DmsStandIn dms = replicate(
                m -> m.include(
                                "app",
                                "t",
                                Filter.of("id", Condition.atMost("4"), Condition.between("10", "12")),
                                Filter.of("region", Condition.equalTo("north")),
                                Filter.of("at", Condition.atLeast("2024-01-05 00:00:00")))
                        .include("app", "k", Filter.of("region", Condition.equalTo("north"))),
                "INSERT INTO app.t VALUES (3, 'north', '2025-01-01') ON CONFLICT (id) DO UPDATE SET region = 'north'",
                "UPDATE app.t SET region = 'east' WHERE id = 10",
                "DELETE FROM app.t WHERE id = 4",
                "DELETE FROM app.t WHERE id = 19",
                "UPDATE app.k SET v = 1",
                "DELETE FROM app.k");

        assertThat(loads("app/t", "id")).containsExactly(row("4"), row("10"), row("12"));
        assertThat(loads("app/k", "id")).containsExactly(row("1"));
        // 3 is of 2024-01-04, 10 has left the filter; of a delete only the key is known, and 19 is outside by its key
        assertThat(changes("app/t", "Op, id")).containsExactly(row("D", "4"));
        assertThat(changes("app/k", "Op, id, region")).containsExactly(row("U", "1", "north"), row("D", "1", "north"));
        assertThat(dms.report().count(LossyCase.FILTER_NOT_LOGGED)).isEqualTo(1);
        assertThat(dms.statistics().get(TableId.of("app", "t")).fullLoadRows()).isEqualTo(3);
    }

    @Test
    void whatStaysOutIsRefusedByName() throws Exception {
        source.execute("CREATE TABLE app.t (id int PRIMARY KEY, born date, data bytea, name varchar(9))");

        assertRefused(
                m -> m.includeViews("app", "%").withId("5"),
                "Cannot replicate with rule '5': the stand-in does not read views. Select tables.");
        assertRefused(
                m -> m.include("app", "t")
                        .rename(SourceObject.tableTablespace("app", "t", "a"))
                        .to("b")
                        .withId("6"),
                "Cannot replicate with rule '6': tablespaces are Oracle's. Remove the rule.");
        assertRefused(
                m -> m.include("app", "t")
                        .changeDataType(column("app", "t", "born"))
                        .to(DataType.of(Kind.INT4))
                        .withId("7"),
                "Cannot replicate column 'born' of table app.t: rule '7' changes its type from date to int4, which the stand-in does not convert. Remove the rule.");
        assertRefused(
                m -> m.include("app", "t").hash(column("app", "t", "born")).withId("8"),
                "Cannot mask column 'born' of table app.t by rule '8': DMS documents no such mask for date. Change its type to string, or remove the rule.");
        assertRefused(
                m -> m.include("app", "t")
                        .addColumn("app", "t", "x", DataType.string(9), "readfile('x')")
                        .withId("9"),
                "Cannot add column 'x' to table app.t: rule '9' gives the expression \"readfile('x')\", and it calls readfile(), which DMS does not document. Correct the rule.");
        assertRefused(
                m -> m.include("app", "t")
                        .addColumn("app", "t", "x", DataType.string(9), "$nam || 'x'")
                        .withId("10"),
                "Cannot add column 'x' to table app.t: rule '10' gives the expression \"$nam || 'x'\", and the table has no column 'nam', only [id, born, data, name]. Correct the rule.");
        assertRefused(
                m -> m.include("app", "t").renameByExpression(table("app", "t")).to("upper('a', 'b')"),
                "Cannot name an object by the expression \"upper('a', 'b')\"");
    }

    private void assertRefused(Consumer<TableMappings.Builder> mappings, String message) {
        try (DmsStandIn dms = standIn(mappings)) {
            assertThatThrownBy(dms::start).isInstanceOf(StandInException.class).hasMessageStartingWith(message);
        }
    }
}
