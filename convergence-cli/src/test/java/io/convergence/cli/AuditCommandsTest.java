package io.convergence.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code inspect} and {@code doctor} through the entry point. */
class AuditCommandsTest {
    private static final MessageType CHANGES = MessageTypeParser.parseMessageType(
            "message schema { optional binary Op (UTF8); required binary ts (UTF8); optional int64 id; optional binary seq (UTF8); }");
    private static final String FIRST = "20240612103027000000000000000000061";
    private static final String SECOND = "20240612103027000000000000000000065";

    @TempDir
    private Path folder;

    private record Run(int code, String out, String err) {}

    @Test
    void inspectTellsAllAboutAFile() throws IOException {
        Path file = write("dms/public/orders/20240612-103127010.parquet", FIRST, SECOND);

        Run run = run("inspect", file.toString());

        assertThat(run.err()).isEmpty();
        assertThat(run.code()).isEqualTo(ExitCode.DONE);
        assertThat(run.out())
                .contains("own columns of DMS  timestamp ts, sequence seq, before-images -")
                .contains("rows                2 (I 2)")
                .contains(FIRST + " to " + SECOND + ", rising");
    }

    @Test
    void inspectGivesJson() throws IOException {
        Path file = write("dms/public/orders/20240612-103127010.parquet", FIRST);

        Run run = run("inspect", "--json", file.toString());

        JsonNode json = new ObjectMapper().readTree(run.out());
        assertThat(json.at("/rows/operations/I").longValue()).isEqualTo(1);
        assertThat(json.at("/parquet/columns")).hasSize(4);
        assertThat(run.code()).isEqualTo(ExitCode.DONE);
    }

    @Test
    void inspectEndsWithOneWhereAnErrorIsFound() throws IOException {
        Path file = write("dms/public/orders/20240612-103127010.parquet", SECOND, FIRST);

        Run run = run("inspect", file.toString());

        assertThat(run.code()).isEqualTo(ExitCode.DATA);
        assertThat(run.out()).contains("ERROR ORDER_DISPUTED");
    }

    @Test
    void inspectWantsAFile() {
        Run run = run("inspect", folder.toString());

        assertThat(run.code()).isEqualTo(ExitCode.USAGE);
        assertThat(run.err().strip())
                .isEqualTo("convergence: Cannot inspect '" + folder
                        + "': it is a folder. Name one file; doctor looks at a folder.");
    }

    @Test
    void doctorDescribesAFolderAndEndsWithOneForWarnings() throws IOException {
        write("dms/public/orders/20240612-103127010.parquet", FIRST, SECOND);

        Run run = run("doctor", folder.toString());

        assertThat(run.err()).isEmpty();
        assertThat(run.code()).isEqualTo(ExitCode.DATA);
        assertThat(run.out())
                .contains("1 table, 1 file")
                .contains("TimestampColumnName")
                .contains("WARNING NO_LOAD  public.orders");
    }

    @Test
    void doctorEndsWithZeroWhereNothingNeedsAPerson() throws IOException {
        write("dms/public/orders/LOAD00000001.parquet", "");
        write("dms/public/orders/20240612-103127010.parquet", FIRST);

        Run run = run("doctor", folder.toString());

        assertThat(run.out()).doesNotContain("WARNING").doesNotContain("ERROR");
        assertThat(run.code()).isEqualTo(ExitCode.DONE);
    }

    @Test
    void doctorGivesJsonAndAPage() throws IOException {
        write("dms/public/orders/20240612-103127010.parquet", FIRST);
        Path page = folder.resolve("report.html");

        Run run = run(
                "doctor",
                "--json",
                "--html",
                page.toString(),
                folder.resolve("dms").toString());

        JsonNode json = new ObjectMapper().readTree(run.out());
        assertThat(json.at("/tables/0/table").textValue()).isEqualTo("public.orders");
        assertThat(json.at("/tables/0/dmsColumns/sequence").textValue()).isEqualTo("seq");
        assertThat(Files.readString(page)).startsWith("<!DOCTYPE html>").contains("public.orders");
    }

    @Test
    void doctorReadsAsManyRowsAsAskedFor() throws IOException {
        write("dms/public/orders/20240612-103127010.parquet", FIRST);

        Run run = run("doctor", "--row-files", "0", folder.toString());

        assertThat(run.out()).contains("footers of 1, rows of 0 of 1 file").contains("INFO SAMPLED");
    }

    @Test
    void doctorRefusesNegativeLimitsPagesThatCannotBeWrittenAndEmptyFolders() throws IOException {
        assertThat(run("doctor", "--rows", "-1", folder.toString()).code()).isEqualTo(ExitCode.USAGE);
        assertThat(run("doctor", folder.toString()).code()).isEqualTo(ExitCode.USAGE);

        write("dms/public/orders/20240612-103127010.parquet", FIRST);
        Run page = run("doctor", "--html", folder.resolve("no/folder.html").toString(), folder.toString());

        assertThat(page.code()).isEqualTo(ExitCode.USAGE);
        assertThat(page.err()).contains("Cannot write").contains("Name a file in a folder that exists.");
    }

    @Test
    void bothAreListedInTheHelp() {
        assertThat(run("--help").out()).contains("inspect").contains("doctor");
        assertThat(run("doctor", "--help").out()).contains("--html", "--row-files", "--footers", "--spec");
    }

    private Path write(String name, String... sequences) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        try (ParquetWriter<Group> writer = ExampleParquetWriter.builder(new LocalOutputFile(file))
                .withConf(new PlainParquetConfiguration())
                .withType(CHANGES)
                .build()) {
            for (String sequence : List.of(sequences)) {
                Group row = new SimpleGroup(CHANGES);
                row.append("Op", "I")
                        .append("ts", "2024-06-12 10:30:27.000000")
                        .append("id", 1L)
                        .append("seq", sequence);
                writer.write(row);
            }
        }
        return file;
    }

    private static Run run(String... arguments) {
        var out = new StringWriter();
        var err = new StringWriter();
        int code = Main.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
        return new Run(code, out.toString(), err.toString());
    }
}
