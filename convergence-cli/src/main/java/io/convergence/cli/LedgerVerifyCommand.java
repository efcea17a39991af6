package io.convergence.cli;

import io.convergence.ConvergenceException;
import io.convergence.Severity;
import io.convergence.ledger.Ledger;
import io.convergence.ledger.LedgerCheck;
import io.convergence.store.ObjectStat;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ledger verify}: whether the log, its checkpoints and the files of live tables agree. */
@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        description = {
            "Checks each table: the log has no gap and contradicts itself nowhere, checkpoints say what slots say,",
            "live files are as they were committed and have the rows of their raw files, no raw file is gone unexplained.",
            "Reads the whole log and lists the folders. Not checked: what is in data files, whose numbers of rows are taken from",
            "the log, and symlink manifests. Only reads, so there is no dry run."
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

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before call
    private CommandSpec spec;

    @Override
    public Integer call() {
        Console console = Console.of(spec);
        List<ObjectStat> rawFiles = raw == null ? null : list(Location.toRead(raw, options.s3()));
        for (Ledger ledger : options.ledgers()) {
            try {
                verify(ledger, rawFiles, console);
            } catch (ConvergenceException e) {
                console.failed(e);
            }
        }

        return console.exitCode();
    }

    private void verify(Ledger ledger, @Nullable List<ObjectStat> rawFiles, Console console) {
        LedgerCheck check = LedgerCheck.of(ledger, options.folders(ledger));
        LedgerCheck.Report report = rawFiles == null ? check.run() : check.run(rawFiles);
        console.printf(
                "%s: %,d slots, %,d checkpoints, %,d live files: %d errors, %d warnings%n",
                ledger.table(),
                report.slots(),
                report.checkpoints(),
                report.files(),
                count(report, Severity.ERROR),
                count(report, Severity.WARNING));
        console.tell(report.findings());
    }

    private static long count(LedgerCheck.Report report, Severity severity) {
        return report.findings().stream()
                .filter(finding -> finding.severity() == severity)
                .count();
    }

    private static List<ObjectStat> list(Location zone) {
        List<ObjectStat> files = new ArrayList<>();
        try (Stream<ObjectStat> listed = zone.store().listAll(zone.prefix())) {
            listed.forEach(files::add);
        }
        return files;
    }
}
