package io.convergence.testkit.dms;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergence.TableId;
import io.convergence.change.CellState;
import io.convergence.change.ChangeCursor;
import io.convergence.change.ChangeReadOptions;
import io.convergence.change.ChangeReader;
import io.convergence.change.ChangeRecord;
import io.convergence.raw.FileContext;
import io.convergence.raw.Parsed;
import io.convergence.raw.RawLayout;
import io.convergence.schema.Bytes;
import io.convergence.source.SourceEngine;
import io.convergence.source.SourceSchema;
import io.convergence.store.InMemoryObjectStore;
import io.convergence.store.ObjectStat;
import io.convergence.target.CompressionType;
import io.convergence.target.DataFormat;
import io.convergence.target.ReplicationSpec;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** CSV of a real PostgreSQL under unusual settings, read back by the library with the shape of the same spec. */
class StandInCsvReadBackTest {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final FileContext PLACE = new FileContext(FileContext.NO_LOAD, FileContext.NO_LOAD);
    private static final TableId TABLE = TableId.of("back", "t");

    @RegisterExtension
    static final SharedSource source = new SharedSource();

    private final InMemoryObjectStore store = new InMemoryObjectStore(InstantSource.system());

    @Test
    void valuesComeBackLessTheCountedLosses() throws Exception {
        source.execute(
                "DROP SCHEMA IF EXISTS back CASCADE",
                "CREATE SCHEMA back",
                "CREATE TABLE back.t (id int PRIMARY KEY, name varchar(20), big text, r4 real, r8 double precision, price numeric(8,2), day date, moment timestamp, tm time, flag boolean, data bytea)",
                "ALTER TABLE back.t ALTER big SET STORAGE EXTERNAL",
                "INSERT INTO back.t VALUES (1, 'a;;b', repeat('x', 9000), 'NaN', '-Infinity', -1.5, '-infinity', 'infinity', '10:11:12.123', true, '\\x00ff'),"
                        + " (2, 'NULL', 'end ', 32.38, 0.1, 0, '2024-02-29', '2024-02-29 10:11:12.123456', '24:00', false, ''),"
                        + " (3, E'cr\\r\\nlf', '\"', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)");
        SourceSchema schema = SourceSchema.fromJdbc(source.source().dataSource());
        ReplicationSpec spec = ReplicationSpec.builder()
                .sourceEngine(SourceEngine.POSTGRESQL)
                .sourceSchema(schema)
                .tableMappings(
                        m -> m.include("back", "t").addChangeSequence("seq").addBeforeImageColumns("old_"))
                .settings(s -> s.bucketName("lake")
                        .dataFormat(DataFormat.CSV)
                        .compressionType(CompressionType.GZIP)
                        .timestampColumnName("ts")
                        .includeOpForFullLoad()
                        .csv(c -> c.delimiter(";;")
                                .rowDelimiter("\\r\\n")
                                .nullValue("NULL")
                                .noSupValue("NOSUP")
                                .addColumnName()
                                .addTrailingPaddingCharacter()))
                .build();

        StandInReport report;
        try (DmsStandIn dms = DmsStandIn.builder()
                .spec(spec)
                .database(source.source())
                .store(store)
                .batchInterval(Duration.ofMinutes(1))
                .build()) {
            dms.start();
            dms.awaitFullLoad(SOON);
            source.execute("UPDATE back.t SET id = 11, name = '' WHERE id = 1", "DELETE FROM back.t WHERE id = 2");
            dms.awaitCaptured(SOON);
            dms.stop();
            report = dms.report();
        }

        List<ChangeRecord> changes = read(spec, schema);
        assertThat(changes.stream().map(StandInCsvReadBackTest::line))
                .containsExactly(
                        "I 1|a;;b|" + "x".repeat(9000)
                                + "|NaN|-Infinity|-1.50|-4712-01-01|9999-12-31T23:59:59|10:11:12.123|true|00ff",
                        "I 2|NULL|end|32.38|0.1|0.00|2024-02-29|2024-02-29T10:11:12.123456|23:59:59.999|false|",
                        "I 3|cr\r\nlf|\"|NULL|NULL|NULL|NULL|NULL|NULL|NULL|NULL",
                        "U 11||UNKNOWN|NaN|-Infinity|-1.50|-4712-01-01|9999-12-31T23:59:59|10:11:12.123|true|00ff",
                        "D 2|ABSENT|ABSENT|ABSENT|ABSENT|ABSENT|ABSENT|ABSENT|ABSENT|ABSENT|ABSENT");
        assertThat(changes.get(3).before().orElseThrow().value(0)).isEqualTo(1L);
        assertThat(changes.get(3).sequence()).isPresent();
        assertThat(changes.get(3).timestamp()).isPresent();
        assertThat(report.lossy().stream()
                        .map(lossy -> lossy.lossyCase() + " " + lossy.column() + " " + lossy.count())
                        .collect(Collectors.toSet()))
                .containsExactlyInAnyOrder(
                        "BLANKS_LIKE_PADDING big 1",
                        "DATE_INFINITE day 2",
                        "TIMESTAMP_INFINITE moment 2",
                        "TIME_OUT_OF_RANGE tm 1",
                        "BOOLEAN_AS_TEXT flag 3",
                        "UNCHANGED_VALUE_AS_NULL big 1");
    }

    private List<ChangeRecord> read(ReplicationSpec spec, SourceSchema schema) {
        RawLayout layout = RawLayout.of(spec.settings());
        ChangeReader reader = ChangeReader.create(
                store, TABLE, spec.rowShape(schema.table(TABLE).orElseThrow()), ChangeReadOptions.defaults());
        List<ChangeRecord> changes = new ArrayList<>();
        List<ObjectStat> files = new ArrayList<>(store.listAll("back/").toList());
        files.sort((a, b) -> Boolean.compare(b.key().contains("/LOAD"), a.key().contains("/LOAD")));
        for (ObjectStat file : files) {
            try (ChangeCursor cursor = reader.open(((Parsed.Data) layout.parse(file)).file(), PLACE)) {
                for (var batch = cursor.next(); batch.isPresent(); batch = cursor.next()) {
                    batch.get().forEach(changes::add);
                }
            }
        }
        return changes;
    }

    private static String line(ChangeRecord change) {
        List<String> cells = new ArrayList<>();
        for (int i = 0; i < change.image().columns().size(); i++) {
            CellState state = change.image().state(i);
            Object value = state == CellState.PRESENT ? change.image().value(i) : state;
            cells.add(value instanceof Bytes bytes ? HexFormat.of().formatHex(bytes.toArray()) : value.toString());
        }
        return change.operation().letter() + " " + String.join("|", cells);
    }
}
