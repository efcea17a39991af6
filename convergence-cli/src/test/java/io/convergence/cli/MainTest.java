package io.convergence.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds for every command: exit codes, one line on stderr, stack traces only on demand. */
class MainTest {
    @TempDir
    private Path folder;

    /** Stdout that takes some text and then fails. */
    private static final class FailingWriter extends Writer {
        private final String reason;
        private final int takes;
        private final AtomicInteger taken = new AtomicInteger();

        FailingWriter(String reason, int takes) {
            this.reason = reason;
            this.takes = takes;
        }

        @Override
        public void write(char[] characters, int offset, int length) throws IOException {
            if (taken.addAndGet(length) > takes) {
                throw new IOException(reason);
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    ''                        | A command is missing, one of files, changes, inspect, doctor, compact, snapshot, merge, show, declare, ledger, mappings, settings, task, spec, forecast. See convergence --help.
                    file                      | 'file' is no command of convergence. Use one of files, changes, inspect, doctor, compact, snapshot, merge, show, declare, ledger, mappings, settings, task, spec, forecast. See convergence --help.
                    mappings                  | A command is missing, one of check, preview, format. See convergence mappings --help.
                    mappings chek x           | 'chek' is no command of convergence mappings. Use one of check, preview, format. See convergence mappings --help.
                    spec                      | A command is missing: check. See convergence spec --help.
                    files                     | Missing required parameter: 'URI'. See convergence files --help.
                    files . --bogus           | Unknown option: '--bogus'. See convergence files --help.
                    files . --table orders    | Invalid value for option '--table': Cannot parse table name 'orders': it is not of the form schema.table. Write e.g. public.orders. See convergence files --help.
                    files . --load-start noon | Invalid value for option '--load-start': Cannot parse time 'noon': it is no ISO 8601 date and time with zone. Write e.g. 2026-03-01T10:00:00Z. See convergence files --help.
                    files no/such/folder      | Cannot read 'no/such/folder': there is no such file or folder. Check the path.
                    files s3:/bucket/orders   | Cannot read 's3:/bucket/orders' as a place in S3: it does not start with 's3://'. Write s3://bucket/prefix.
                    files . --schema no.json  | Cannot read 'no.json': there is no such file. Check the path.
                    files . --spec no.json    | Cannot read 'no.json': there is no such file. Check the path.
                    compact .                 | Missing required option: '--to=URI'. See convergence compact --help.
                    compact . --to x --target-size 1XB | Invalid value for option '--target-size': Cannot parse size '1XB': it is not a whole number with a unit B, KB, MB, GB or TB. Write e.g. 256MB. See convergence compact --help.
                    compact . --to x --target-size 0MB | Invalid value for option '--target-size': Cannot use size '0MB': it is zero. Write e.g. 256MB. See convergence compact --help.
                    files s3://bucket/x --endpoint localhost:9000 | Cannot use endpoint 'localhost:9000': it names no host. Write it as http://host:port or https://host.
                    """)
    void wrongUsageIsOneLineThatSaysWhatToDo(String arguments, String line) {
        Object[] words = arguments.isEmpty() ? new Object[0] : arguments.split(" ");

        Cli.run(words).fails(ExitCode.USAGE, line);
    }

    @Test
    void whatIsNoCommandIsAnsweredWithTheCommandsThereAre() {
        Cli none = Cli.run().endsWith(ExitCode.USAGE);
        Cli unknown = Cli.run("file").endsWith(ExitCode.USAGE);

        assertThat(none.err().lines())
                .singleElement()
                .asString()
                .startsWith("convergence: A command is missing, one of files, changes, ")
                .endsWith(". See convergence --help.");
        assertThat(unknown.err().lines())
                .singleElement()
                .asString()
                .startsWith("convergence: 'file' is no command of convergence. Use one of files, changes, ")
                .endsWith(". See convergence --help.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"files", "changes", "compact", "snapshot"})
    void helpOfEachCommandNamesItsOptions(String command) {
        Cli help = Cli.run(command, "--help").succeeds();

        assertThat(help.out())
                .startsWith("Usage: convergence " + command + " ")
                .contains("URI")
                .contains("--schema=FILE")
                .contains("--spec=FILE")
                .contains("--timestamp-column=COL")
                .contains("--sequence-column=COL")
                .contains("--before-image-prefix=TEXT")
                .contains("--endpoint=URL")
                .contains("--debug");
    }

    @Test
    void helpListsCommandsAndExitCodes() {
        Cli help = Cli.run("--help").succeeds();

        assertThat(help.out())
                .contains(
                        "files ",
                        "changes ",
                        "compact ",
                        "snapshot ",
                        "mappings ",
                        "settings ",
                        "task ",
                        "spec ",
                        "forecast ")
                .contains("Exit code: 0 done, 1 broken data or findings that need a person, 2 wrong usage.");
    }

    @Test
    void stackTraceIsPrintedOnlyWithDebug() throws IOException {
        OrdersZone.in(folder);
        Files.writeString(folder.resolve(OrdersZone.LAST_CHANGES), "no Parquet");
        String line = "Cannot read '" + OrdersZone.LAST_CHANGES
                + "': it has 10 bytes, too few for a Parquet file. The file is damaged: restore it or reload the table.";

        Cli brief = Cli.run(OrdersZone.with("changes", folder));
        Cli debugging = Cli.run(OrdersZone.with("changes", folder, "--debug")).endsWith(ExitCode.DATA);

        brief.fails(ExitCode.DATA, line);
        assertThat(debugging.err())
                .startsWith("convergence: " + line)
                .contains("io.convergence.change.RawFileException")
                .contains("\tat ");
    }

    @Test
    void readerThatGoesAwayEndsTheWorkWithoutAWord() {
        DmsFile load = DmsFile.of(OrdersZone.OWN_COLUMNS);
        for (long id = 0; id < 5000; id++) {
            load.row("2026-03-01 09:00:00.000000", id, "open", OrdersZone.amount("1.00"));
        }
        load.writeTo(folder.resolve(OrdersZone.LOAD));
        Path broken = folder.resolve("public/orders/LOAD00000002.parquet");
        load.writeTo(broken);
        var out = new FailingWriter("Broken pipe", 100_000);
        var err = new StringWriter();

        int code = Main.run(out, err, "changes", folder.toString(), "--timestamp-column", "dms_timestamp");

        assertThat(err.toString()).isEmpty();
        assertThat(code).isEqualTo(ExitCode.DONE);
        // Two files make more than a megabyte; not more than a batch was formatted in vain.
        assertThat(out.taken.get()).isBetween(100_000, 700_000);
    }

    @Test
    void outputThatCannotBeWrittenIsAnError() {
        OrdersZone.in(folder);
        var err = new StringWriter();

        int code = Main.run(
                new FailingWriter("No space left on device", 0),
                err,
                "files",
                folder.toString(),
                "--table",
                "public.orders");

        assertThat(err.toString().lines())
                .last()
                .isEqualTo("convergence: Cannot write the output: No space left on device."
                        + " What was printed is not all; run again with room for it.");
        assertThat(code).isEqualTo(ExitCode.DATA);
    }
}
