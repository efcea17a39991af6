package io.convergence.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code --schema} and {@code --spec} say, and which table files belong to. */
class SpecAndSchemaTest {
    static final String SCHEMA = """
            {"tables":[{"schema":"public","name":"orders","primaryKey":["id"],"columns":[
              {"name":"id","type":"int8"},{"name":"state","type":"wstring(20)"},{"name":"amount","type":"numeric(12,2)"}]}]}
            """;

    static final String SPEC = """
            {"sourceEngine":"postgresql",
             "sourceSchema":{"engine":"postgresql",%s,
             "tableMappings":{"rules":[
               {"rule-type":"selection","rule-id":"1","rule-name":"all","rule-action":"include",
                "object-locator":{"schema-name":"public","table-name":"%%"}},
               {"rule-type":"transformation","rule-id":"2","rule-name":"seq","rule-action":"add-column","rule-target":"column",
                "object-locator":{"schema-name":"public","table-name":"%%"},"value":"dms_seq",
                "expression":"$AR_H_CHANGE_SEQ","data-type":{"type":"string","length":50}}]},
             "s3Settings":{"BucketName":"bucket","BucketFolder":"landing","DataFormat":"parquet",
               "TimestampColumnName":"dms_timestamp","IncludeOpForFullLoad":true}}
            """.formatted(SCHEMA.strip().substring(1));

    @TempDir
    private Path folder;

    private Path file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    @Test
    void specSaysWhatTheColumnsMean() throws IOException {
        Path spec = file("spec.json", SPEC);
        Path bucket = folder.resolve("bucket");
        OrdersZone.in(bucket.resolve("landing"));
        Cli byOptions = Cli.run(OrdersZone.with(
                        "changes", bucket.resolve("landing"), "--json", "--schema", file("schema.json", SCHEMA)))
                .succeeds();

        Cli whole = Cli.run("changes", bucket, "--json", "--spec", spec).succeeds();
        Cli insideBucketFolder = Cli.run("changes", bucket.resolve("landing"), "--json", "--spec", spec)
                .succeeds();
        Cli table = Cli.run("changes", bucket.resolve("landing/public/orders"), "--json", "--spec", spec)
                .succeeds();

        assertThat(insideBucketFolder.out()).isEqualTo(byOptions.out()).hasLineCount(5);
        assertThat(whole.out()).isEqualTo(byOptions.out().replace("\"public/orders/", "\"landing/public/orders/"));
        assertThat(table.out()).isEqualTo(byOptions.out().replace("\"public/orders/", "\""));
    }

    @Test
    void specAndOptionsThatSayTheSameAreRefused() throws IOException {
        Path spec = file("spec.json", SPEC);

        Cli.run("files", folder, "--spec", spec, "--timestamp-column", "other")
                .fails(
                        ExitCode.USAGE,
                        "Cannot use --timestamp-column, --sequence-column, --before-image-… or --csv-… with --spec: the spec says what they say. Leave them out, or correct '"
                                + spec + "'.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--spec", "--schema"})
    void brokenConfigurationFileIsWrongUsage(String option) throws IOException {
        Path broken = file("broken.json", "{\"tables\":");

        Cli files = Cli.run("files", folder, option, broken).endsWith(ExitCode.USAGE);

        assertThat(files.err().lines())
                .singleElement()
                .asString()
                .startsWith("convergence: Cannot read '" + broken
                        + "' at line 1, column 11: The text is no JSON from here on: ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"flat", "a/b/c"})
    void folderThatNamesNoTableHoldsTheOnlyTableOfTheSchema(String name) throws IOException {
        Path schema = file("schema.json", SCHEMA);
        OrdersZone.load().writeTo(folder.resolve("data").resolve(name).resolve("LOAD00000001.parquet"));

        Cli inside = Cli.run(
                        "files",
                        folder.resolve("data").resolve(name),
                        "--schema",
                        schema,
                        "--timestamp-column",
                        "dms_timestamp")
                .succeeds();
        Cli above = Cli.run("files", folder.resolve("data"), "--schema", schema, "--timestamp-column", "dms_timestamp")
                .succeeds();
        Cli single = Cli.run(
                        "files",
                        folder.resolve("data").resolve(name).resolve("LOAD00000001.parquet"),
                        "--schema",
                        schema,
                        "--timestamp-column",
                        "dms_timestamp")
                .succeeds();

        assertThat(inside.out()).startsWith("public.orders: 1 file, ");
        assertThat(above.out()).startsWith("public.orders: 1 file, ");
        assertThat(single.out()).startsWith("public.orders: 1 file, ");
    }

    @Test
    void takingFilesForTheOnlyTableIsToldWithVerbose() throws IOException {
        Path schema = file("schema.json", SCHEMA);
        OrdersZone.load().writeTo(folder.resolve("data/old/copy/LOAD00000001.parquet"));

        Cli files = Cli.run(
                        "files",
                        folder.resolve("data"),
                        "--schema",
                        schema,
                        "--timestamp-column",
                        "dms_timestamp",
                        "--verbose")
                .endsWith(ExitCode.DONE);

        assertThat(files.err().lines())
                .containsExactly(
                        "convergence: INFO TABLE_BY_SCHEMA at " + folder.resolve("data")
                                + ": By their folder the files are those of table old.copy, but the only table described is public.orders, so they are read as its files. Nothing to do if that is right; else correct the schema.");
    }

    @Test
    void filesOfSeveralFoldersAreNotTakenForTheOnlyTable() throws IOException {
        Path schema = file("schema.json", SCHEMA);
        OrdersZone.load().writeTo(folder.resolve("data/public/orders/LOAD00000001.parquet"));
        OrdersZone.load().writeTo(folder.resolve("data/public/parts/LOAD00000001.parquet"));

        Cli.run("files", folder.resolve("data"), "--schema", schema)
                .fails(
                        ExitCode.USAGE,
                        "Cannot find table public.parts in '" + schema
                                + "': it has [public.orders]. Add the table, or choose one with --table.");
        Cli one = Cli.run(
                        "files",
                        folder.resolve("data"),
                        "--schema",
                        schema,
                        "--table",
                        "public.orders",
                        "--timestamp-column",
                        "dms_timestamp")
                .succeeds();

        assertThat(one.out()).startsWith("public.orders: 1 file, ");
    }

    @Test
    void tableOptionNamesTheTableOfAFileInAnyFolder() {
        OrdersZone.load().writeTo(folder.resolve("LOAD00000001.parquet"));

        Cli files = Cli.run("files", folder, "--table", "sales.orders", "--timestamp-column", "dms_timestamp")
                .succeeds();

        assertThat(files.out()).startsWith("sales.orders: 1 file, ");
    }

    @Test
    void tableThatIsNotThereIsNamedWithThoseThatAre() {
        OrdersZone.in(folder);

        Cli.run("files", folder, "--table", "public.Orders")
                .fails(
                        ExitCode.USAGE,
                        "Cannot find table public.Orders under '" + folder
                                + "': there are [public.orders]. Check the name, it is case-sensitive.");
    }
}
