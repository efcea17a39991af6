package io.convergence.cli;

import io.convergence.ledger.Ledger;
import io.convergence.ledger.LedgerUndo;
import io.convergence.store.ObjectStore;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ledger undo}: takes the newest compaction or merge of a table back. */
@Command(
        name = "undo",
        mixinStandardHelpOptions = true,
        description = {
            "Takes the newest compaction or merge of a table back: what was live before it is live again.",
            "Writes that into the log's next slot; no data file is written or deleted.",
            "Refused if what would be live again is gone."
        })
final class LedgerUndoCommand implements Callable<Integer> {
    @Mixin
    private LedgerOptions options = new LedgerOptions();

    @Option(
            names = "--raw",
            required = true,
            paramLabel = "URI",
            description = "The landing zone, as it was given to compact or snapshot: its files would be read again.")
    private String raw = "";

    @Option(names = "--dry-run", description = "Print what would be taken back and write nothing.")
    private boolean dryRun;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before call
    private CommandSpec spec;

    @Override
    public Integer call() {
        Console console = Console.of(spec);
        List<Ledger> ledgers = options.ledgers();
        if (ledgers.size() > 1) {
            throw new UsageException("Cannot undo in " + ledgers.size() + " tables at once. Name one with --table.");
        }

        Ledger ledger = ledgers.get(0);
        ObjectStore zone = Location.toRead(raw, options.s3()).store();
        LedgerUndo undo = LedgerUndo.of(ledger, zone, options.folders(ledger).store());
        LedgerUndo.Plan plan = undo.plan();
        console.tell(plan.obstacles());
        if (plan.obstacles().isEmpty()) {
            long undone = plan.undone().orElseThrow();
            console.printf(
                    "%s: slot %d %s: %,d files live again, %,d live no more%n",
                    ledger.table(),
                    undone,
                    dryRun
                            ? "can be taken back"
                            : "taken back in slot " + undo.execute(plan).slot(),
                    plan.restored().size(),
                    plan.removed().size());
        }

        return console.exitCode();
    }
}
