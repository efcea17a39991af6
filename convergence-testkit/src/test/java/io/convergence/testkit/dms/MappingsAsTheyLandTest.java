package io.convergence.testkit.dms;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergence.Severity;
import io.convergence.TableId;
import io.convergence.change.ChangeCursor;
import io.convergence.change.ChangeReadOptions;
import io.convergence.change.ChangeReader;
import io.convergence.change.ChangeRecord;
import io.convergence.mapping.EvaluationOptions;
import io.convergence.mapping.MappingEvaluation;
import io.convergence.mapping.TableEvaluation;
import io.convergence.mapping.TableMappings;
import io.convergence.mapping.TargetName;
import io.convergence.raw.FileContext;
import io.convergence.raw.Parsed;
import io.convergence.raw.RawFile;
import io.convergence.raw.RawFormat;
import io.convergence.raw.RawLayout;
import io.convergence.schema.Column;
import io.convergence.schema.DataType;
import io.convergence.source.SourceEngine;
import io.convergence.source.SourceSchema;
import io.convergence.source.SourceTable;
import io.convergence.store.InMemoryObjectStore;
import io.convergence.store.ObjectStat;
import io.convergence.target.DataFormat;
import io.convergence.target.ReplicationSpec;
import io.convergence.target.RowShape;
import io.convergence.testkit.dms.RandomMapping.Landing;
import io.convergence.testkit.dms.RandomMapping.Source;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * What {@link TableMappings#evaluate} says is selected, named and typed is what lands, and both are what the guide says:
 * random mappings over a small PostgreSQL schema with odd names.
 */
class MappingsAsTheyLandTest {
    private static final int MAPPINGS = Integer.getInteger("convergence.mappings", 40);
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final FileContext PLACE = new FileContext(FileContext.NO_LOAD, FileContext.NO_LOAD);

    private static final List<Source> SOURCES = List.of(
            source(
                    "Sales.Orders",
                    "ID",
                    "ID int4",
                    "customer_name wstring(30)",
                    "Amount numeric(10,2)",
                    "placed datetime(6)",
                    "note nclob"),
            source("Sales.order_items", "id", "id int4", "qty int2", "odd name wstring(20)"),
            source(
                    "hr_data.x_t",
                    "k1 k2",
                    "k1 int4",
                    "k2 wstring(10)",
                    "ssn wstring(20)",
                    "born date",
                    "active string(5)"),
            source("hr_data.Ünï", "id", "id int8", "val real8"));

    @RegisterExtension
    static final SharedSource source = new SharedSource();

    private static Source source(String table, String key, String... columns) {
        Map<String, DataType> types = new LinkedHashMap<>();
        for (String column : columns) {
            int end = column.lastIndexOf(' ');
            types.put(column.substring(0, end), DataType.parse(column.substring(end + 1)));
        }
        int dot = table.indexOf('.');
        return new Source(
                TableId.of(table.substring(0, dot), table.substring(dot + 1)), List.of(key.split(" ")), types);
    }

    private static void createTables() throws Exception {
        source.execute(
                "DROP SCHEMA IF EXISTS \"Sales\" CASCADE",
                "DROP SCHEMA IF EXISTS hr_data CASCADE",
                "CREATE SCHEMA \"Sales\"",
                "CREATE SCHEMA hr_data",
                "CREATE TABLE \"Sales\".\"Orders\" (\"ID\" int PRIMARY KEY, customer_name varchar(30), \"Amount\" numeric(10,2), placed timestamp, note text)",
                "CREATE TABLE \"Sales\".order_items (id int PRIMARY KEY, qty smallint, \"odd name\" varchar(20))",
                "CREATE TABLE hr_data.x_t (k1 int, k2 varchar(10), ssn varchar(20), born date, active boolean, PRIMARY KEY (k1, k2))",
                "CREATE TABLE hr_data.\"Ünï\" (id bigint PRIMARY KEY, val double precision)");
    }

    private static void fill() throws Exception {
        source.inTransaction(
                "TRUNCATE \"Sales\".\"Orders\", \"Sales\".order_items, hr_data.x_t, hr_data.\"Ünï\"",
                "INSERT INTO \"Sales\".\"Orders\" SELECT i, 'cust 0' || i, i + 0.25, timestamp '2024-02-28 10:00:00.5' + i * interval '1 day', 'note ' || i FROM generate_series(1, 3) i",
                "INSERT INTO \"Sales\".order_items SELECT i, i * 10, 'o ' || i FROM generate_series(1, 3) i",
                "INSERT INTO hr_data.x_t SELECT i, 'k' || i, '12-345-' || i, date '1990-12-31', i = 2 FROM generate_series(1, 3) i",
                "INSERT INTO hr_data.\"Ünï\" SELECT i, i / 4.0 FROM generate_series(1, 3) i");
    }

    @Test
    void whatTheEvaluatorSaysIsWhatLands() throws Exception {
        long seed = Long.getLong("convergence.seed", 20261125L);
        System.out.println("MappingsAsTheyLandTest: -Dconvergence.seed=" + seed);
        Random random = new Random(seed);
        createTables();
        fill();
        SourceSchema schema = schema();
        TreeSet<String> applied = new TreeSet<>();
        int tables = 0;
        int drawn = 0;
        for (int done = 0; done < MAPPINGS; drawn++) {
            RandomMapping mapping = new RandomMapping(random, SOURCES);
            TableMappings mappings = mapping.mappings();
            try (Expressions expressions = new Expressions()) {
                MappingEvaluation evaluation = mappings.evaluate(
                        schema,
                        EvaluationOptions.builder()
                                .nameExpressions(expressions::name)
                                .build());
                boolean cannotWork =
                        evaluation.findings().stream().anyMatch(finding -> finding.severity() == Severity.ERROR);
                if (cannotWork || evaluation.selected().isEmpty()) {
                    continue;
                }

                compare(mapping, evaluation);
                boolean csv = done % 3 == 2 && !mapping.computedNames();
                tables += land(mapping, mappings, schema, csv ? DataFormat.CSV : DataFormat.PARQUET);
                evaluation.rules().stream()
                        .filter(rule -> !rule.applied().isEmpty())
                        .forEach(rule -> applied.add(rule.rule().getClass().getSimpleName()));
                done++;
            }
        }

        assertThat(applied)
                .as("kinds of rules that were applied in %s mappings of %s drawn", MAPPINGS, drawn)
                .contains(
                        "SelectionRule",
                        "Rename",
                        "ConvertLowercase",
                        "ConvertUppercase",
                        "AddPrefix",
                        "AddSuffix",
                        "RemovePrefix",
                        "ReplaceSuffix",
                        "ChangeDataType",
                        "RemoveColumn",
                        "IncludeColumn",
                        "AddColumn",
                        "DigitsMask",
                        "DigitsRandomize",
                        "HashMask",
                        "AddBeforeImageColumns");
        assertThat(tables).isGreaterThan(MAPPINGS);
    }

    private static SourceSchema schema() {
        SourceSchema all = SourceSchema.fromJdbc(source.source().dataSource());
        return SourceSchema.of(
                SourceEngine.POSTGRESQL,
                SOURCES.stream()
                        .map(table -> all.table(table.id()).orElseThrow())
                        .toArray(SourceTable[]::new));
    }

    /** The evaluator against the guide. */
    private static void compare(RandomMapping mapping, MappingEvaluation evaluation) {
        for (Source table : SOURCES) {
            TableEvaluation evaluated = evaluation.table(table.id()).orElseThrow();
            Optional<Landing> expected = mapping.landing(table);
            assertThat(evaluated.selected())
                    .as("%s selected by %s", table.id(), mapping.mappings().toJson())
                    .isEqualTo(expected.isPresent());
            if (expected.isEmpty()) {
                continue;
            }

            Map<String, DataType> columns = new LinkedHashMap<>();
            evaluated.columns().stream()
                    .filter(column -> !column.dropped())
                    .forEach(column -> columns.put(column.name().value(), column.type()));
            evaluated.added().forEach(column -> columns.put(column.name(), column.type()));
            List<String> names = new ArrayList<>(columns.keySet());
            names.addAll(evaluated.beforeImageColumns());
            Map<String, DataType> own = new LinkedHashMap<>(expected.get().columns());
            own.keySet().removeIf(evaluated.beforeImageColumns()::contains);
            assertThat(TableId.of(evaluated.schema().value(), evaluated.name().value()))
                    .as("%s by %s", table.id(), mapping.mappings().toJson())
                    .isEqualTo(expected.get().target());
            assertThat(names)
                    .as("columns of %s by %s", table.id(), mapping.mappings().toJson())
                    .containsExactlyElementsOf(expected.get().columns().keySet());
            assertThat(columns)
                    .as("types of %s by %s", table.id(), mapping.mappings().toJson())
                    .isEqualTo(own);
            assertThat(evaluated.primaryKey().stream().map(TargetName::value))
                    .isEqualTo(table.key().stream()
                            .map(expected.get().bySource()::get)
                            .toList());
        }
    }

    /** The files against the guide. @return how many tables landed */
    private static int land(RandomMapping mapping, TableMappings mappings, SourceSchema schema, DataFormat format)
            throws Exception {
        fill();
        InMemoryObjectStore store = new InMemoryObjectStore(InstantSource.system());
        ReplicationSpec spec = ReplicationSpec.builder()
                .sourceEngine(SourceEngine.POSTGRESQL)
                .sourceSchema(schema)
                .tableMappings(mappings)
                .settings(s -> s.bucketName("lake").bucketFolder("raw").dataFormat(format))
                .build();
        try (DmsStandIn dms = DmsStandIn.builder()
                .spec(spec)
                .database(source.source())
                .store(store)
                .batchInterval(Duration.ofMinutes(1))
                .build()) {
            dms.start();
            dms.awaitFullLoad(SOON);
            source.inTransaction(
                    "UPDATE \"Sales\".\"Orders\" SET \"ID\" = 30 WHERE \"ID\" = 3",
                    "UPDATE \"Sales\".\"Orders\" SET \"ID\" = 3 WHERE \"ID\" = 30",
                    "UPDATE \"Sales\".order_items SET qty = 7 WHERE id = 2",
                    "DELETE FROM hr_data.x_t WHERE k1 = 2",
                    "UPDATE hr_data.\"Ünï\" SET id = 2 - id WHERE id = 2",
                    "UPDATE hr_data.\"Ünï\" SET id = 2 WHERE id = 0");
            dms.awaitCaptured(SOON);
            dms.stop();
        }

        Map<String, List<ObjectStat>> byFolder = store.listAll("")
                .collect(Collectors.groupingBy(
                        stat -> stat.key().substring(0, stat.key().lastIndexOf('/'))));
        List<String> folders = new ArrayList<>();
        for (Source table : SOURCES) {
            Optional<Landing> landing = mapping.landing(table);
            if (landing.isPresent()) {
                Landing expected = landing.get();
                String folder = "raw/" + expected.target().schema() + "/"
                        + expected.target().name();
                folders.add(folder);
                List<ObjectStat> files = byFolder.getOrDefault(folder, List.of());
                assertThat(files)
                        .as("%s: load and changes of %s", folder, mappings.toJson())
                        .hasSize(2);
                RowShape shape = mapping.computedNames()
                        ? RowShape.plain()
                        : spec.rowShape(schema.table(table.id()).orElseThrow());
                for (ObjectStat file : files) {
                    checkFile(mapping, spec, table, expected, store, file, shape);
                }
            }
        }
        assertThat(byFolder.keySet())
                .as("folders of %s", mappings.toJson())
                .containsExactlyInAnyOrderElementsOf(folders);
        return folders.size();
    }

    private static void checkFile(
            RandomMapping mapping,
            ReplicationSpec spec,
            Source table,
            Landing expected,
            InMemoryObjectStore store,
            ObjectStat stat,
            RowShape shape)
            throws Exception {
        String what = stat.key() + " of " + spec.tableMappings().toJson();
        boolean load = stat.key().contains("/LOAD");
        RawFile file = ((Parsed.Data) RawLayout.of(spec.settings()).parse(stat)).file();
        // The reader that the spec describes; of CSV without a header it alone knows names and types.
        List<ChangeRecord> records = new ArrayList<>();
        try (ChangeCursor cursor = ChangeReader.create(store, expected.target(), shape, ChangeReadOptions.defaults())
                .open(file, PLACE)) {
            records.addAll(all(cursor));
            List<String> own = new ArrayList<>(expected.columns().keySet());
            own.removeIf(name -> name.equals(shape.sequenceColumn()) || name.startsWith("old_"));
            assertThat(cursor.columns().stream().map(Column::name).filter(name -> !name.startsWith("old_")))
                    .as("columns read of %s", what)
                    .containsExactlyElementsOf(own);
        }
        assertThat(records).as(what).isNotEmpty();
        if (load) {
            checkValues(mapping, table, expected, records, what);
        }
        if (file.format() != RawFormat.PARQUET) {
            return;
        }

        List<String> names = new ArrayList<>(
                new ParquetBytes(store.get(stat.key()).orElseThrow().content())
                        .footer().getSchema().stream()
                                .skip(1)
                                .map(element -> element.getName())
                                .toList());
        assertThat(names.remove("Op")).as("Op in %s", what).isEqualTo(!load);
        assertThat(names).as(what).containsExactlyElementsOf(expected.columns().keySet());
        ChangeReader plain =
                ChangeReader.create(store, expected.target(), RowShape.plain(), ChangeReadOptions.defaults());
        try (ChangeCursor cursor = plain.open(file, PLACE)) {
            for (Column column : cursor.columns()) {
                assertThat(asInFiles(column.type()))
                        .as("type of %s in %s", column.name(), what)
                        .isEqualTo(asInFiles(expected.columns().get(column.name())));
            }
            assertThat(all(cursor)).as(what).hasSameSizeAs(records);
        }
    }

    private static List<ChangeRecord> all(ChangeCursor cursor) {
        List<ChangeRecord> records = new ArrayList<>();
        for (var batch = cursor.next(); batch.isPresent(); batch = cursor.next()) {
            batch.get().forEach(records::add);
        }
        return records;
    }

    /** Files know neither the length of a text nor whether it is a LOB. */
    private static String asInFiles(DataType type) {
        if (type.kind().text()) {
            return "text";
        }
        return type.kind().binary() ? "bytes" : type.toString();
    }

    private static void checkValues(
            RandomMapping mapping, Source table, Landing expected, List<ChangeRecord> records, String what)
            throws Exception {
        String columns = table.columns().keySet().stream()
                .map(column -> SqlNames.quote(column) + "::text")
                .collect(Collectors.joining(","));
        // Of the three rows as they were loaded: the workload has moved some, so they are made again.
        fill();
        List<List<String>> rows =
                source.query("SELECT " + columns + " FROM " + SqlNames.quote(table.id()) + " ORDER BY 1");
        List<List<String>> read = rows.stream()
                .filter(row -> mapping.reads(table.id(), Integer.parseInt(row.get(0))))
                .toList();
        assertThat(records).as("rows of %s", what).hasSize(read.size());
        List<String> names = new ArrayList<>(table.columns().keySet());
        for (int row = 0; row < read.size(); row++) {
            ChangeRecord change = records.get(row);
            for (int i = 0; i < names.size(); i++) {
                String target = expected.bySource().get(names.get(i));
                if (target == null) {
                    continue;
                }
                DataType type = expected.columns().get(target);
                String before = read.get(row).get(i);
                String after =
                        String.valueOf(change.image().value(change.image().indexOf(target)));
                if (expected.masks().containsKey(target)) {
                    assertThat(RandomMapping.hidden(expected.masks().get(target), before, after, type.length()))
                            .as("%s -> %s in %s of %s", before, after, target, what)
                            .isTrue();
                } else if (type.equals(table.columns().get(names.get(i)))) {
                    assertThat(after.replace('T', ' ').replaceAll("\\.0$|(?<=\\.\\d)0+$", ""))
                            .as("%s of %s", target, what)
                            .isEqualTo(before.replaceAll("(?<=\\.\\d)0+$", ""));
                }
            }
        }
    }
}
