package io.convergence.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What all commands that check a document have in common. */
class CheckCommandsTest {
    private static final String SELECTION = """
            {"rules":[{"rule-type":"selection","rule-id":"1","rule-name":"1","rule-action":"%s",
              "object-locator":{"schema-name":"public","table-name":"orders"}}]}
            """;

    /** A document without findings, one with errors, and the code of the first of them. */
    enum Check {
        MAPPINGS("mappings", SELECTION.formatted("include"), SELECTION.formatted("incluse"), "rules[0].rule-action"),
        SETTINGS(
                "settings",
                """
                {"BucketName":"lake","BucketFolder":"raw","DataFormat":"parquet","TimestampColumnName":"ts","IncludeOpForFullLoad":true}
                """,
                "{\"BucketName\":\"lake\",\"DataFormatt\":\"parquet\",\"MaxFileSize\":\"huge\"}",
                "$.DataFormatt"),
        TASK("task", """
                {"TargetMetadata":{"SupportLobs":false},
                 "FullLoadSettings":{"TargetTablePrepMode":"TRUNCATE_BEFORE_LOAD"},
                 "ChangeProcessingDdlHandlingPolicy":{"HandleSourceTableDropped":false,"HandleSourceTableTruncated":false},
                 "Logging":{"EnableLogging":true}}
                """, "{\"FullLoadSettings\":{\"CommitRate\":\"many\"}}", "$.FullLoadSettings.CommitRate"),
        SPEC(
                "spec",
                """
                {"sourceEngine":"postgresql","tableMappings":%s,
                 "s3Settings":{"BucketName":"lake","BucketFolder":"raw","DataFormat":"parquet","TimestampColumnName":"ts"}}
                """.formatted(SELECTION.formatted("include")),
                "{\"sourceEngine\":\"postgresql\",\"s3Settings\":{\"BucketName\":\"lake\",\"DataFormatt\":\"parquet\"}}",
                "$.s3Settings.DataFormatt");

        final String group;
        final String good;
        final String bad;
        final String path;

        Check(String group, String good, String bad, String path) {
            this.group = group;
            this.good = good;
            this.bad = bad;
            this.path = path;
        }
    }

    @TempDir
    private Path folder;

    private Path file(String content) throws IOException {
        return Files.writeString(folder.resolve("document.json"), content);
    }

    @ParameterizedTest
    @EnumSource
    void documentWithoutErrorsEndsWithZero(Check check) throws IOException {
        Path file = file(check.good);

        Cli text = Cli.run(check.group, "check", file).succeeds();
        Cli json = Cli.run(check.group, "check", file, "--json").succeeds();

        assertThat(text.out()).contains(file + ": 0 errors, ");
        assertThat(json.json().path("errors").asInt(-1)).isZero();
        assertThat(json.json().path("complete").asBoolean()).isTrue();
        assertThat(json.json().path("file").asText()).isEqualTo(file.toString());
    }

    @ParameterizedTest
    @EnumSource
    void documentWithErrorsEndsWithOneAndEachIsTold(Check check) throws IOException {
        Path file = file(check.bad);

        Cli text = Cli.run(check.group, "check", file).endsWith(ExitCode.DATA);
        Cli json = Cli.run(check.group, "check", "--json", file).endsWith(ExitCode.DATA);

        assertThat(text.err()).isEmpty();
        assertThat(text.out()).startsWith("ERROR ").contains("  " + check.path + ": ", "Fix: ");
        assertThat(json.err()).isEmpty();
        JsonNode report = json.json();
        assertThat(report.path("errors").asInt()).isPositive();
        assertThat(report.path("findings")).hasSize(total(report));
        assertThat(report.path("findings")).anySatisfy(finding -> {
            assertThat(finding.path("severity").asText()).isEqualTo("ERROR");
            assertThat(finding.path("path").asText()).isEqualTo(check.path);
            assertThat(text.out())
                    .contains("ERROR " + finding.path("code").asText())
                    .contains(finding.path("message").asText())
                    .contains(finding.path("fix").asText());
        });
    }

    private static int total(JsonNode report) {
        return Stream.of("errors", "warnings", "notes")
                .mapToInt(count -> report.path(count).asInt())
                .sum();
    }

    @ParameterizedTest
    @EnumSource
    void stdinIsReadForAHyphen(Check check) {
        Cli good = Cli.piped(check.good, check.group, "check", "-").succeeds();
        Cli bad = Cli.piped(check.bad, check.group, "check", "-").endsWith(ExitCode.DATA);
        Cli marked = Cli.piped("\uFEFF" + check.good, check.group, "check", "-").succeeds();

        assertThat(good.out()).contains("stdin: 0 errors, ").isEqualTo(marked.out());
        assertThat(bad.out()).contains("stdin: ");
    }

    @ParameterizedTest
    @EnumSource
    void brokenJsonIsToldWithLineAndColumn(Check check) throws IOException {
        Path file = file("{\n  \"a\": [1,\n  }\n}");

        Cli text = Cli.run(check.group, "check", file).endsWith(ExitCode.DATA);
        Cli json = Cli.run(check.group, "check", file, "--json").endsWith(ExitCode.DATA);

        assertThat(text.err()).isEmpty();
        assertThat(text.out()).startsWith("ERROR NOT_JSON\n  line 3, column 3: The text is no JSON from here on: ");
        JsonNode finding = json.json().path("findings").path(0);
        assertThat(finding.path("line").asInt()).isEqualTo(3);
        assertThat(finding.path("column").asInt()).isEqualTo(3);
        assertThat(json.json().path("complete").asBoolean(true)).isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void whatIsNoObjectIsToldWithoutAStackTrace(Check check) {
        for (String text :
                List.of("", " \n", "[]", "\"text\"", "{\"a\":1}{", "{\"a\":1,\"a\":2}", "[".repeat(100_000))) {
            Cli cli = Cli.piped(text, check.group, "check", "-").endsWith(ExitCode.DATA);

            assertThat(cli.err()).isEmpty();
            assertThat(cli.out()).startsWith("ERROR ").doesNotContain("\tat ", "Exception");
        }

        assertThat(Cli.piped("", check.group, "check", "-").out())
                .startsWith("ERROR NOT_JSON\n  line 1, column 1: The text is empty.\n");
    }

    @ParameterizedTest
    @EnumSource
    void whatCannotBeReadIsWrongUsage(Check check) throws IOException {
        Path missing = folder.resolve("missing.json");
        Path binary = Files.write(folder.resolve("binary.json"), new byte[] {(byte) 0xFF, (byte) 0xFE, 0});

        Cli.run(check.group, "check", missing)
                .fails(ExitCode.USAGE, "Cannot read '" + missing + "': there is no such file. Check the path.");
        Cli.run(check.group, "check", folder)
                .fails(ExitCode.USAGE, "Cannot read '" + folder + "': it is a folder. Name a file in it.");
        Cli.run(check.group, "check", binary)
                .fails(ExitCode.USAGE, "Cannot read '" + binary + "': it is no UTF-8 text. Save it as UTF-8.");
        Cli.run(check.group, "check")
                .fails(
                        ExitCode.USAGE,
                        "Missing required parameter: 'FILE'. See convergence " + check.group + " check --help.");
    }

    @ParameterizedTest
    @EnumSource
    void helpSuffices(Check check) {
        Cli group = Cli.run(check.group, "--help").succeeds();
        Cli command = Cli.run(check.group, "check", "--help").succeeds();

        assertThat(group.out())
                .startsWith("Usage: convergence " + check.group + " ")
                .contains("check ");
        assertThat(command.out())
                .startsWith("Usage: convergence " + check.group + " check ")
                .contains("FILE", "- is stdin", "--json", "Exit code: 0 no errors, 1 errors, 2 wrong usage.");
    }

    @Test
    void findingsOfOneCodeAreGroupedAndASharedFixIsToldOnce() {
        Cli check = Cli.piped("bucketName=lake;oops;again", "settings", "check", "-")
                .endsWith(ExitCode.DATA);

        assertThat(check.out()).isEqualToNormalizingNewlines("""
                ERROR CONNECTION_ATTRIBUTE_WITHOUT_VALUE (2)
                  $: 'oops' has no value.
                  $: 'again' has no value.
                  Fix: Write name=value, with semicolons in between.

                stdin: 2 errors, 0 warnings, 0 notes
                Warnings are looked for once there are no errors.
                """);
    }

    @Test
    void settingsAreReadInEachOfTheirForms() {
        String settings = "{\"BucketName\":\"lake\",\"CdcInsertsOnly\":true}";
        List<String> forms = List.of(
                settings,
                "{\"Endpoints\":[{\"EngineName\":\"s3\",\"EndpointType\":\"TARGET\",\"S3Settings\":" + settings + "}]}",
                "{\"EndpointIdentifier\":\"lake\",\"EngineName\":\"s3\",\"EndpointType\":\"target\",\"S3Settings\":"
                        + settings + "}",
                "bucketName=lake;cdcInsertsOnly=true;\n");

        List<Cli> checks = forms.stream()
                .map(form -> Cli.piped(form, "settings", "check", "-", "--json").succeeds())
                .toList();

        assertThat(checks)
                .allSatisfy(check -> assertThat(check.json().path("findings").findValuesAsText("code"))
                        .isEqualTo(checks.get(0).json().path("findings").findValuesAsText("code"))
                        .isNotEmpty());
    }

    @Test
    void surroundingsOfTheTargetAreChecked() throws IOException {
        Path settings = file("{\"BucketName\":\"lake\",\"BucketFolder\":\"raw\"}");
        Path task =
                Files.writeString(folder.resolve("task.json"), "{\"ValidationSettings\":{\"EnableValidation\":true}}");
        Path schema = Files.writeString(folder.resolve("schema.json"), """
                {"engine":"oracle","tables":[{"schema":"S","name":"T","primaryKey":["ID"],"columns":[
                  {"name":"ID","type":"int8"},{"name":"NOTE","type":"string(20)"}]}]}
                """);

        Cli alone = Cli.run("settings", "check", settings);
        Cli all = Cli.run(
                "settings",
                "check",
                settings,
                "--consumer",
                "athena",
                "--versioned-bucket",
                "--task",
                task,
                "--schema",
                schema,
                "--other-target",
                settings);

        assertThat(all.out())
                .contains("BUCKET_VERSIONED", "VALIDATION_NOT_POSSIBLE", "ORACLE_COLUMNS_NOT_LOGGED", "FOLDER_SHARED");
        assertThat(alone.out())
                .doesNotContain(
                        "BUCKET_VERSIONED", "VALIDATION_NOT_POSSIBLE", "ORACLE_COLUMNS_NOT_LOGGED", "FOLDER_SHARED");
    }

    @Test
    void whoReadsTheFilesDecidesWhatMatters() {
        Cli library = Cli.piped(Check.SETTINGS.good, "settings", "check", "-").succeeds();
        Cli athena = Cli.piped(Check.SETTINGS.good, "settings", "check", "-", "--consumer", "athena");

        assertThat(library.out()).doesNotContain("TIMESTAMPS_GARBLED_IN_ATHENA");
        assertThat(athena.out()).contains("TIMESTAMPS_GARBLED_IN_ATHENA");
    }

    @Test
    void surroundingsThatCannotBeReadAreNotTakenForTheDocument() throws IOException {
        Path broken = file("{");

        Cli.piped(Check.SETTINGS.good, "settings", "check", "-", "--task", folder)
                .fails(ExitCode.USAGE, "Cannot read '" + folder + "': it is a folder. Name a file in it.");
        Cli.piped(Check.SETTINGS.good, "settings", "check", "-", "--task", broken)
                .fails(
                        ExitCode.USAGE,
                        "Cannot read '" + broken
                                + "' at line 1, column 2: The text is no JSON from here on: unexpected end-of-input: expected close marker for Object (start marker at line: 1, column: 1). Correct it there.");
    }

    @Test
    void migrationTypeLeavesOutWhatCannotHappen() {
        String truncates = "{\"ChangeProcessingDdlHandlingPolicy\":{\"HandleSourceTableTruncated\":true}}";

        Cli any = Cli.piped(truncates, "task", "check", "-", "--json").succeeds();
        Cli load = Cli.piped(truncates, "task", "check", "-", "--json", "--type", "FULL-LOAD")
                .succeeds();
        Cli unknown = Cli.piped(truncates, "task", "check", "-", "--type", "sometimes");

        assertThat(any.out()).contains("TRUNCATE_REMOVES_FILES");
        assertThat(load.out()).doesNotContain("TRUNCATE_REMOVES_FILES");
        unknown.fails(
                ExitCode.USAGE,
                "Invalid value for option '--type': Cannot read MigrationType 'sometimes': it is none of DMS's values. Use one of full-load, cdc, full-load-and-cdc. See convergence task check --help.");
    }

    @Test
    void colourMarksSeverityWhereAPersonWatches() {
        byte[] document = "{\"BucketName\":\"lake\",\"CdcInsertsOnly\":true}".getBytes(StandardCharsets.UTF_8);

        Cli coloured = Cli.started(document, true, "settings", "check", "-");
        Cli plain = Cli.started(document, false, "settings", "check", "-");
        Cli json = Cli.started(document, true, "settings", "check", "-", "--json");

        assertThat(coloured.out()).contains("\u001b[33mWARNING ");
        assertThat(coloured.out().replaceAll("\u001b\\[[\\d;]*m", "")).isEqualTo(plain.out());
        assertThat(json.out()).doesNotContain("\u001b");
    }
}
