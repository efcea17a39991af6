package io.convergence.testkit.dms;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergence.TableId;
import io.convergence.change.CellState;
import io.convergence.change.ChangeCursor;
import io.convergence.change.ChangeReadOptions;
import io.convergence.change.ChangeReader;
import io.convergence.change.ChangeRecord;
import io.convergence.change.CommittedChanges;
import io.convergence.change.TransactionCursor;
import io.convergence.change.TransactionReader;
import io.convergence.raw.FileContext;
import io.convergence.raw.Parsed;
import io.convergence.raw.RawFile;
import io.convergence.raw.RawLayout;
import io.convergence.schema.Column;
import io.convergence.schema.DataType;
import io.convergence.source.SourceEngine;
import io.convergence.source.SourceSchema;
import io.convergence.store.InMemoryObjectStore;
import io.convergence.target.CsvForm;
import io.convergence.target.CsvLayout;
import io.convergence.target.DataFormat;
import io.convergence.target.ReplicationSpec;
import io.convergence.target.RowShape;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Transaction files of a real PostgreSQL, read back by the library: one table and all tables. */
class StandInTransactionsTest {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final FileContext PLACE = new FileContext(FileContext.NO_LOAD, FileContext.NO_LOAD);
    private static final TableId A = TableId.of("txn", "a");
    private static final TableId B = TableId.of("txn", "b");

    @RegisterExtension
    static final SharedSource source = new SharedSource();

    private final InMemoryObjectStore store = new InMemoryObjectStore(InstantSource.system());

    @Test
    void changesOfAllTablesComeBackInTheirOrderAndWidths() throws Exception {
        source.execute(
                "DROP SCHEMA IF EXISTS txn CASCADE",
                "CREATE SCHEMA txn",
                "CREATE TABLE txn.a (id int PRIMARY KEY, name varchar(20), price numeric(8,2))",
                "CREATE TABLE txn.b (k bigint PRIMARY KEY, v double precision)",
                "INSERT INTO txn.a VALUES (1, 'loaded', 1)");
        SourceSchema before = SourceSchema.fromJdbc(source.source().dataSource());
        ReplicationSpec spec = spec(before);

        replicate(
                spec,
                "BEGIN; INSERT INTO txn.b VALUES (1, 0.1); INSERT INTO txn.a VALUES (2, 'x,\"y\"', 2.5);"
                        + " UPDATE txn.b SET v = '-Infinity' WHERE k = 1; COMMIT",
                "UPDATE txn.a SET name = E'line\\nend' WHERE id = 1",
                "BEGIN; INSERT INTO txn.a VALUES (99, 'rolled back', 0); ROLLBACK",
                "ALTER TABLE txn.b ADD COLUMN more date",
                "BEGIN; INSERT INTO txn.b VALUES (2, 'NaN', '2024-02-29'); DELETE FROM txn.a WHERE id = 2; COMMIT");

        List<RawFile.Transaction> files = files(spec);
        assertThat(files).isNotEmpty();
        List<String> all = new ArrayList<>();
        List<Instant> commits = new ArrayList<>();
        try (TransactionCursor cursor = TransactionReader.create(
                        store,
                        spec.rowShapeWithoutSchema(),
                        table -> shape(spec, before, table),
                        ChangeReadOptions.defaults())
                .open(files, (table, file) -> PLACE)) {
            for (Optional<CommittedChanges> next = cursor.next(); next.isPresent(); next = cursor.next()) {
                assertThat(next.get().begins()).isTrue();
                commits.add(next.get().commitTime());
                List<String> lines = new ArrayList<>();
                next.get().changes().forEach(change -> lines.add(line(change)));
                all.add(String.join(" / ", lines));
            }
            assertThat(cursor.unread()).isEmpty();
        }
        assertThat(all)
                .containsExactly(
                        "I txn.b {k=1, v=0.1} / I txn.a {id=2, name=x,\"y\", price=2.50} / U txn.b {k=1, v=-Infinity}",
                        "U txn.a {id=1, name=line\nend, price=1.00}",
                        "I txn.b {k=2, v=NaN, more=2024-02-29} / D txn.a {id=2}");
        assertThat(commits).isSorted().doesNotHaveDuplicates();

        List<String> ofA = new ArrayList<>();
        ChangeReader one =
                ChangeReader.create(store, A, shape(spec, before, A).orElseThrow(), ChangeReadOptions.defaults());
        for (RawFile.Transaction file : files) {
            try (ChangeCursor cursor = one.open(file, PLACE)) {
                for (var batch = cursor.next(); batch.isPresent(); batch = cursor.next()) {
                    batch.get().forEach(change -> ofA.add(line(change)));
                }
            }
        }
        assertThat(ofA)
                .containsExactly(
                        "I txn.a {id=2, name=x,\"y\", price=2.50}",
                        "U txn.a {id=1, name=line\nend, price=1.00}",
                        "D txn.a {id=2}");
        assertThat(source.query("SELECT id, name, price FROM txn.a"))
                .containsExactly(List.of("1", "line\nend", "1.00"));
        assertThat(source.query("SELECT k, v, more FROM txn.b ORDER BY k").toString())
                .isEqualTo("[[1, -Infinity, null], [2, NaN, 2024-02-29]]");
    }

    private static ReplicationSpec spec(SourceSchema schema) {
        return ReplicationSpec.builder()
                .sourceEngine(SourceEngine.POSTGRESQL)
                .sourceSchema(schema)
                .tableMappings(m -> m.include("txn", "%").addChangeSequence("seq"))
                .settings(s -> s.bucketName("lake")
                        .dataFormat(DataFormat.CSV)
                        .timestampColumnName("ts")
                        .cdc(c -> c.preserveTransactions("cdc")))
                .build();
    }

    /** Of table b both widths: as the spec has it, and with the column that came later. */
    private static Optional<RowShape> shape(ReplicationSpec spec, SourceSchema schema, TableId table) {
        RowShape shape = spec.rowShape(schema.table(table).orElseThrow());
        if (!table.equals(B)) {
            return Optional.of(shape);
        }
        CsvForm form = shape.csv().toBuilder()
                .layout(new CsvLayout(List.of(
                        Column.required("k", DataType.parse("int8")),
                        Column.nullable("v", DataType.parse("real8")),
                        Column.nullable("more", DataType.parse("date")),
                        Column.nullable("seq", DataType.string(35)))))
                .build();
        return Optional.of(shape.withCsv(form));
    }

    private void replicate(ReplicationSpec spec, String... workload) throws Exception {
        try (DmsStandIn dms = DmsStandIn.builder()
                .spec(spec)
                .database(source.source())
                .store(store)
                .batchInterval(Duration.ofMillis(1))
                .build()) {
            dms.start();
            dms.awaitFullLoad(SOON);
            source.execute(workload);
            dms.awaitCaptured(SOON);
            dms.stop();
        }
    }

    private List<RawFile.Transaction> files(ReplicationSpec spec) {
        RawLayout layout = RawLayout.of(spec.settings());
        return store.listAll("cdc/")
                .map(layout::parse)
                .map(parsed -> (RawFile.Transaction) ((Parsed.Data) parsed).file())
                .toList();
    }

    private static String line(ChangeRecord change) {
        Map<String, Object> cells = new LinkedHashMap<>();
        List<Column> columns = change.image().columns();
        for (int i = 0; i < columns.size(); i++) {
            CellState state = change.image().state(i);
            if (state == CellState.PRESENT) {
                cells.put(columns.get(i).name(), change.image().value(i));
            } else if (state != CellState.ABSENT) {
                cells.put(columns.get(i).name(), state);
            }
        }
        return change.operation().letter() + " " + change.table() + " " + cells;
    }
}
