package io.convergence.cli;

import io.convergence.ConvergenceException;
import io.convergence.ledger.Ledger;
import io.convergence.ledger.LedgerEntry;
import io.convergence.ledger.LedgerSlot;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ledger log}: the slots, one a line. */
@Command(
        name = "log",
        mixinStandardHelpOptions = true,
        description = {
            "Prints the slots of each table's log: number, time, what was committed, transaction.",
            "Only reads, so there is no dry run."
        })
final class LedgerLogCommand implements Callable<Integer> {
    @Mixin
    private LedgerOptions options = new LedgerOptions();

    @Option(names = "--from", paramLabel = "SLOT", description = "Begin with this slot (default: 0).")
    private long from;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before call
    private CommandSpec spec;

    @Override
    public Integer call() {
        if (from < 0) {
            throw new UsageException("Cannot begin with slot " + from + ": slots are numbered from 0.");
        }

        Console console = Console.of(spec);
        for (Ledger ledger : options.ledgers()) {
            try {
                console.line(ledger.table().toString());
                ledger.slots(from).forEach(slot -> console.line("  " + text(slot)));
            } catch (ConvergenceException e) {
                console.failed(e);
            }
        }

        return console.exitCode();
    }

    private static String text(LedgerSlot slot) {
        return slot.number() + "  " + slot.committed() + "  " + text(slot.entry()) + "  "
                + slot.entry().transaction();
    }

    private static String text(LedgerEntry entry) {
        if (entry instanceof LedgerEntry.Compaction compaction) {
            long sources = compaction.outputs().stream()
                    .mapToLong(output -> output.sources().size())
                    .sum();
            String replaced = compaction.replaced().isEmpty()
                    ? ""
                    : " in place of " + compaction.replaced().size() + " compacted before";
            return "compaction of " + sources + " raw files to "
                    + compaction.outputs().size() + replaced;
        }
        if (entry instanceof LedgerEntry.Merge merge) {
            long rows = merge.data().stream().mapToLong(file -> file.rows()).sum();
            return "merge of " + merge.applied().size() + " raw files, " + rows + " rows";
        }
        if (entry instanceof LedgerEntry.Suspect suspect) {
            return "suspect: " + suspect.reason() + " (" + suspect.places().size() + " files)";
        }
        if (entry instanceof LedgerEntry.Stopped stopped) {
            return "merge stopped: " + stopped.code() + " (" + stopped.files() + " files)";
        }
        if (entry instanceof LedgerEntry.Declared declared) {
            return "declared: " + declared.what().label() + " " + declared.text();
        }
        if (entry instanceof LedgerEntry.Undo undo) {
            return "undo of slot " + undo.undone();
        }
        if (entry instanceof LedgerEntry.Retirement retirement) {
            return "retirement of " + retirement.sources().size() + " raw files";
        }

        return "fence";
    }
}
