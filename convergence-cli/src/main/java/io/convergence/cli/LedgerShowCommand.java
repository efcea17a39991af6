package io.convergence.cli;

import io.convergence.ConvergenceException;
import io.convergence.DataSize;
import io.convergence.ledger.Ledger;
import io.convergence.ledger.LedgerEntry;
import io.convergence.ledger.LedgerFile;
import io.convergence.ledger.LedgerSnapshot;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code ledger show}: what the log says now. */
@Command(
        name = "show",
        mixinStandardHelpOptions = true,
        description = {
            "Shows of each table what is live: compacted files, the published table, what is suspect.",
            "Only reads, so there is no dry run."
        })
final class LedgerShowCommand implements Callable<Integer> {
    @Mixin
    private LedgerOptions options = new LedgerOptions();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before call
    private CommandSpec spec;

    @Override
    public Integer call() {
        Console console = Console.of(spec);
        for (Ledger ledger : options.ledgers()) {
            try {
                show(ledger.snapshot(), console);
            } catch (ConvergenceException e) {
                console.failed(e);
            }
        }

        return console.exitCode();
    }

    private static void show(LedgerSnapshot snapshot, Console console) {
        console.printf("%s at slot %d%n", snapshot.table(), snapshot.slot());
        List<LedgerFile> compacted = snapshot.compacted().stream()
                .map(LedgerEntry.CompactedFile::file)
                .toList();
        console.printf(
                "  compacted: %s, of %,d raw files%n",
                files(compacted), snapshot.compactedSources().size());
        if (!snapshot.retiredSources().isEmpty()) {
            console.printf(
                    "  retired: %,d raw files%n", snapshot.retiredSources().size());
        }
        snapshot.published().ifPresent(merge -> {
            console.printf(
                    "  published: %s, of %,d raw files%n",
                    files(merge.data()), snapshot.appliedSources().size());
            console.printf("  load: %s%n", merge.generation());
            merge.complete().ifPresent(time -> console.printf("  complete through: %s%n", time));
        });
        snapshot.undoable().ifPresent(slot -> console.printf("  can be taken back: slot %d%n", slot));
        snapshot.declarations()
                .forEach(at -> console.printf(
                        "  declared in slot %d: %s %s%n",
                        at.slot(), at.entry().what().label(), at.entry().text()));
        snapshot.suspicions()
                .forEach(at -> console.printf(
                        "  suspect since slot %d: %s%n", at.slot(), at.entry().reason()));
        snapshot.stopped()
                .ifPresent(at -> console.printf(
                        "  merge stopped in slot %d: %s%n",
                        at.slot(), at.entry().code()));
        console.tell(snapshot.findings());
    }

    private static String files(List<LedgerFile> files) {
        long rows = files.stream().mapToLong(LedgerFile::rows).sum();
        long bytes = files.stream().mapToLong(LedgerFile::size).sum();
        return files.size() + (files.size() == 1 ? " file, " : " files, ") + rows + " rows, " + DataSize.ofBytes(bytes);
    }
}
