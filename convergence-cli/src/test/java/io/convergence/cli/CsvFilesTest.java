package io.convergence.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands over landing zones of CSV files. */
class CsvFilesTest {
    private static final String LOAD = "public/orders/LOAD00000001.csv";
    private static final String CHANGES = "public/orders/20260301-100000000.csv";

    @TempDir
    private Path folder;

    private Path zone;
    private Path schema;

    @BeforeEach
    void schema() throws IOException {
        zone = folder.resolve("zone");
        schema = folder.resolve("schema.json");
        Files.writeString(schema, """
                {"tables":[{"schema":"public","name":"orders","primaryKey":["id"],"columns":[
                  {"name":"id","type":"int8"},{"name":"state","type":"string(20)"},
                  {"name":"amount","type":"numeric(12,2)"}]}]}
                """);
    }

    private void write(String key, String content) {
        DmsFile.write(zone.resolve(key), content.getBytes(UTF_8));
    }

    private void orders() {
        write(LOAD, """
                I,2026-03-01 09:00:00.000001,1,open,10.00
                I,2026-03-01 09:00:00.000002,2,"a,""b""\",-20.50
                """);
        write(CHANGES, """
                U,2026-03-01 09:59:50.000000,1,paid,10.00
                D,2026-03-01 09:59:51.000000,2,,
                """);
    }

    private Object[] typed(Object... arguments) {
        List<Object> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--schema", schema, "--timestamp-column", "ts"));
        return all.toArray();
    }

    @Test
    void changesAreReadWithTheTypesOfTheSchema() {
        orders();

        Cli changes = Cli.run(typed("changes", zone)).succeeds();
        Cli json = Cli.run(typed("changes", zone, "--json")).succeeds();

        assertThat(changes.out()).isEqualToNormalizingNewlines("""
                I public.orders 2026-03-01T09:00:00.000001Z id=1 state=open amount=10.00  (public/orders/LOAD00000001.csv row 0)
                I public.orders 2026-03-01T09:00:00.000002Z id=2 state=a,"b" amount=-20.50  (public/orders/LOAD00000001.csv row 1)
                U public.orders 2026-03-01T09:59:50Z id=1 state=paid amount=10.00  (public/orders/20260301-100000000.csv row 0)
                D public.orders 2026-03-01T09:59:51Z id=2  (public/orders/20260301-100000000.csv row 1)
                """);
        assertThat(json.lines()).first().asString().endsWith("""
                "values":{"id":"1","state":"open","amount":"10.00"},"unknown":[]}""");
    }

    @Test
    void filesNeedsNoSchema() {
        orders();

        Cli files = Cli.run("files", zone, "--timestamp-column", "ts").succeeds();

        assertThat(files.out())
                .contains("public.orders: 2 files, READY, 1 run")
                .containsPattern("LOAD 1  2 rows  \\d+ bytes  load \\S+  public/orders/LOAD00000001.csv")
                .contains("CDC  2026-03-01T10:00:00Z  2 rows")
                .contains("2 raw files of 1 table");
    }

    @Test
    void withoutAnythingThatDescribesColumnsTheErrorSaysWhatToGive() {
        orders();
        String line = "Cannot read the CSV files of table public.orders, e.g. '" + LOAD
                + "': nothing says what their columns are. Give --schema FILE or --spec FILE; or --csv-header if the first row names them (AddColumnName); or --csv-as-text to see them as text, col1, col2 and so on.";

        Cli.run("changes", zone).fails(ExitCode.USAGE, line);
        Cli.run("snapshot", zone, "--to", folder.resolve("lake"), "--key", "id").fails(ExitCode.USAGE, line);
        Cli.run("compact", zone, "--to", folder.resolve("lake"), "--now").fails(ExitCode.USAGE, line);
        Cli.run("files", zone, "--sequence-column", "seq").fails(ExitCode.USAGE, line);

        assertThat(folder.resolve("lake")).doesNotExist();
    }

    @Test
    void columnsNobodyDescribesAreShownAsTextOnRequest() {
        write(CHANGES, "U,2026-03-01 09:59:50.000000,1,paid,10.00\n");

        Cli changes = Cli.run("changes", zone, "--csv-as-text", "--timestamp-column", "ts")
                .succeeds();

        assertThat(changes.lines())
                .containsExactly(
                        "U public.orders 2026-03-01T09:59:50Z col1=1 col2=paid col3=10.00  (public/orders/20260301-100000000.csv row 0)");
    }

    @Test
    void headerNamesColumnsAndASchemaGivesThemTypes() {
        write(CHANGES, "Op,ts,state,id,amount\nU,2026-03-01 09:59:50.000000,paid,1,10.00\n");

        Cli text = Cli.run("changes", zone, "--json", "--csv-header", "--timestamp-column", "ts")
                .succeeds();
        Cli typed = Cli.run(typed("changes", zone, "--json", "--csv-header")).succeeds();

        assertThat(text.out()).contains("\"values\":{\"state\":\"paid\",\"id\":\"1\",\"amount\":\"10.00\"}");
        assertThat(typed.json().path("values").path("id").asText()).isEqualTo("1");
        assertThat(typed.json().path("values").path("amount").asText()).isEqualTo("10.00");
    }

    @Test
    void dialectIsThatOfTheOptions() {
        write(CHANGES, "U|2026-03-01 09:59:50.000000|1|\"paid|NIL;D|2026-03-01 09:59:51.000000|2|?|?;");

        Cli changes = Cli.run(typed(
                        "changes",
                        zone,
                        "--csv-delimiter",
                        "|",
                        "--csv-row-delimiter",
                        ";",
                        "--csv-null-value",
                        "NIL",
                        "--csv-no-sup-value",
                        "?",
                        "--no-rfc4180",
                        "--csv-op",
                        "changes"))
                .succeeds();

        assertThat(changes.lines())
                .containsExactly(
                        "U public.orders 2026-03-01T09:59:50Z id=1 state=\"paid amount=NULL  (public/orders/20260301-100000000.csv row 0)",
                        "D public.orders 2026-03-01T09:59:51Z id=2  (public/orders/20260301-100000000.csv row 1)");
    }

    @Test
    void gzipIsSeenInTheFile() throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(bytes)) {
            gzip.write("U,2026-03-01 09:59:50.000000,1,paid,10.00\n".getBytes(UTF_8));
        }
        DmsFile.write(zone.resolve(CHANGES + ".gz"), bytes.toByteArray());

        Cli changes = Cli.run(typed("changes", zone)).succeeds();

        assertThat(changes.lines())
                .containsExactly(
                        "U public.orders 2026-03-01T09:59:50Z id=1 state=paid amount=10.00  (public/orders/20260301-100000000.csv.gz row 0)");
    }

    @Test
    void specSaysHowCsvIsWritten() throws IOException {
        write(CHANGES, "U;2026-03-01 09:59:50.000000;1;paid;NIL\n");
        Path spec = folder.resolve("spec.json");
        Files.writeString(spec, """
                {"sourceEngine":"postgresql","sourceSchema":%s,
                 "tableMappings":{"rules":[{"rule-type":"selection","rule-id":"1","rule-name":"1","rule-action":"include",
                   "object-locator":{"schema-name":"public","table-name":"orders"}}]},
                 "s3Settings":{"BucketName":"lake","BucketFolder":"raw","CsvDelimiter":";","CsvNullValue":"NIL","TimestampColumnName":"ts"}}
                """.formatted(
                        Files.readString(schema).replace("{\"tables\"", "{\"engine\":\"postgresql\",\"tables\"")));

        Cli changes = Cli.run("changes", zone, "--spec", spec).succeeds();
        Cli both = Cli.run("changes", zone, "--spec", spec, "--csv-delimiter", ";");

        assertThat(changes.lines())
                .containsExactly(
                        "U public.orders 2026-03-01T09:59:50Z id=1 state=paid amount=NULL  (public/orders/20260301-100000000.csv row 0)");
        both.fails(
                ExitCode.USAGE,
                "Cannot use --timestamp-column, --sequence-column, --before-image-… or --csv-… with --spec: the spec says what they say. Leave them out, or correct '"
                        + spec + "'.");
    }

    @Test
    void emptyOrNullIsAFinding() {
        write(CHANGES, "U,2026-03-01 09:59:50.000000,1,,10.00\n");

        Cli changes = Cli.run(typed("changes", zone)).endsWith(ExitCode.DATA);

        assertThat(changes.lines()).hasSize(1).allMatch(line -> line.contains("state=NULL"));
        assertThat(changes.err().lines())
                .singleElement()
                .asString()
                .startsWith("convergence: WARNING EMPTY_OR_NULL at public.orders: 1 empty fields may have been null");
    }

    @Test
    void brokenFileIsToldAndTheOthersAreRead() {
        orders();
        write(LOAD, "I,2026-03-01 09:00:00.000001,one,open,10.00\n");

        Cli changes = Cli.run(typed("changes", zone)).endsWith(ExitCode.DATA);

        assertThat(changes.err().lines())
                .singleElement()
                .asString()
                .startsWith("convergence: Cannot read '" + LOAD + "' row 0 (byte 29): ")
                .doesNotContain("\tat ");
        assertThat(changes.lines()).hasSize(2);
    }

    @Test
    void delimitersThatCannotBeAreRefused() {
        orders();

        Cli.run(typed("changes", zone, "--csv-delimiter", ""))
                .fails(
                        ExitCode.USAGE,
                        "Cannot describe CSV files: a delimiter is empty. Give the ones of the endpoint.");
    }

    @Test
    void snapshotMergesCsv() {
        orders();
        Path lake = folder.resolve("lake");

        Cli snapshot = Cli.run(typed("snapshot", zone, "--to", lake)).succeeds();

        assertThat(snapshot.out()).startsWith("public.orders: PUBLISHED, 1 rows, from 2 files");
    }

    @Test
    void compactMakesParquetOfCsvWithDeclaredTypes() {
        orders();
        write("public/orders/20260301-101000000.csv", """
                I,2026-03-01 10:05:00.000000,3,open,1.00
                """);

        Cli compact = Cli.run(typed("compact", zone, "--to", folder.resolve("lake"), "--now"))
                .succeeds();

        assertThat(compact.lines().get(0))
                .startsWith("Compaction of table public.orders in slot 0: 2 files of")
                .endsWith("3 rows");
    }

    @Test
    void compactSaysThatCsvWithoutDeclaredTypesIsLeftAsItIs() {
        orders();

        Cli compact = Cli.run("compact", zone, "--to", folder.resolve("lake"), "--now", "--csv-as-text")
                .succeeds();

        assertThat(compact.lines())
                .containsExactly(
                        "public.orders: 2 CSV files are left as they are; the types of their columns are not declared",
                        "Compaction of table public.orders: nothing to compact");
    }
}
