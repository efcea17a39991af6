package io.convergence.cli;

import io.convergence.ConvergenceException;
import io.convergence.Severity;
import io.convergence.ledger.Ledger;
import io.convergence.ledger.SymlinkManifest;
import io.convergence.pipeline.Convergence;
import io.convergence.pipeline.LakeTable;
import io.convergence.pipeline.TableCheck;
import io.convergence.raw.RawLayout;
import io.convergence.store.ObjectStat;
import io.convergence.store.StoreLocation;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ledger verify}: whether live tables are what their logs say, from the log to the rows. */
@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        description = {
            "Checks each table: the log has no gap and contradicts itself nowhere, checkpoints say what slots say, live files are",
            "as they were committed, and their footers tell the rows, raw files, columns and places that they must; nothing lies",
            "where it should not, and nothing that readers may still need is gone. With --raw: no raw file is gone unexplained.",
            "With --rows: every cell of compacted files is that of the raw files that are still there, in their order, and every",
            "published row is in its place with its bookkeeping. With --manifest: engines are shown the files there are now.",
            "Reads the whole log, lists the folders, and opens each live file: one or two requests, or with --rows all of it.",
            "Only reads, so there is no dry run."
        },
        footer = {
            "",
            "What is said of columns (--spec, --schema, ...) is needed for --manifest, and with --rows for CSV files.",
            "Exit code: 0 nothing found, 1 there are warnings or errors, each with what to do, 2 wrong usage."
        })
final class LedgerVerifyCommand implements Callable<Integer> {
    @Mixin
    private LedgerOptions options = new LedgerOptions();

    @Option(
            names = "--raw",
            paramLabel = "URI",
            description =
                    "The landing zone, as it was given to compact or snapshot; without it raw files are not looked for.")
    private @Nullable String raw;

    @Option(names = "--rows", description = "Read every row, of raw files, too.")
    private boolean rows;

    @Option(names = "--log-only", description = "Open no data file: only the log, and which objects there are.")
    private boolean logOnly;

    @Option(
            names = "--manifest",
            paramLabel = "FOLDER",
            description = "The folder of the lake that the symlink manifests of its tables are in; needs --raw.")
    private @Nullable String manifest;

    @Mixin
    private ColumnOptions columns = new ColumnOptions();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before call
    private CommandSpec spec;

    /** How one table is checked. */
    private interface Checks {
        TableCheck of(Ledger ledger);
    }

    @Override
    public Integer call() {
        if (rows && logOnly) {
            throw new UsageException("Cannot read rows and open no file: give --rows or --log-only.");
        }

        Console console = Console.of(spec);
        List<Ledger> ledgers = options.ledgers();
        Checks checks = checks();
        for (Ledger ledger : ledgers) {
            try {
                verify(ledger, checks, console);
            } catch (ConvergenceException e) {
                console.failed(e);
            }
        }

        return console.exitCode();
    }

    private Checks checks() {
        String zone = raw;
        String shown = manifest;
        if (zone == null) {
            if (shown != null || columns.given()) {
                throw new UsageException(
                        "Cannot use --manifest, --spec, --schema and what else is said of columns without the landing zone: give --raw.");
            }
            return ledger -> TableCheck.of(ledger, options.folders(ledger));
        }
        if (shown == null && !columns.given()) {
            Location location = Location.toRead(zone, options.s3());
            List<StoreLocation> own = Stream.of("control/", "compacted/", "tables/")
                    .map(folder -> StoreLocation.of(
                            options.lake().store(), options.lake().prefix() + folder))
                    .toList();
            return ledger -> TableCheck.of(ledger, options.folders(ledger))
                    .withRaw(location.store(), () -> list(location), RawLayout.detect(), own);
        }

        Convergence tables = LakeOptions.at(options.uri())
                .pipelineOfLogged(
                        InputOptions.of(zone, options.table(), columns, options.s3()),
                        LakeOptions.Use.LOOK,
                        LakeOptions.none());
        return ledger -> {
            LakeTable table = tables.table(ledger.table());
            TableCheck check = table.fullCheck();
            return shown == null ? check : check.withManifest(manifest(table, shown), table::files);
        };
    }

    private SymlinkManifest manifest(LakeTable table, String folder) {
        try {
            return table.symlinkManifest(options.lake().prefix() + folder);
        } catch (IllegalArgumentException e) {
            throw new UsageException(Main.oneLine(e), e);
        }
    }

    private void verify(Ledger ledger, Checks checks, Console console) {
        TableCheck.Depth depth =
                logOnly ? TableCheck.Depth.LEDGER : rows ? TableCheck.Depth.ROWS : TableCheck.Depth.FOOTERS;
        TableCheck.Report report = checks.of(ledger).run(depth);
        String read = rows
                ? String.format(
                        Locale.ROOT,
                        ", %,d rows read, %,d compared with their raw files (%,d files were not)",
                        report.rowsRead(),
                        report.rowsCompared(),
                        report.sourcesUncompared())
                : "";
        console.printf(
                "%s: %,d slots, %,d checkpoints, %,d live files, %,d opened%s: %d errors, %d warnings%n",
                ledger.table(),
                report.log().slots(),
                report.log().checkpoints(),
                report.log().files(),
                report.filesOpened(),
                read,
                report.count(Severity.ERROR),
                report.count(Severity.WARNING));
        console.tell(report.findings());
    }

    private static List<ObjectStat> list(Location zone) {
        try (Stream<ObjectStat> listed = zone.store().listAll(zone.prefix())) {
            return listed.toList();
        }
    }
}
