package io.convergence.cli;

import io.convergence.ConvergenceException;
import io.convergence.DataSize;
import io.convergence.TableId;
import io.convergence.ledger.CleanUp;
import io.convergence.ledger.CleanUpOptions;
import io.convergence.ledger.Ledger;
import io.convergence.ledger.SymlinkManifest;
import io.convergence.store.ObjectStore;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ledger gc}: deletes what no reader and no commit can need any more. */
@Command(
        name = "gc",
        mixinStandardHelpOptions = true,
        description = {
            "Deletes compacted and curated files that no commit refers to, and those that commits replaced long ago;",
            "aborts uploads that were never ended. Takes the log's next slot by a fence first where a commit could still come,",
            "and deletes checkpoints and tails of the log that newer ones replaced a week ago.",
            "No slot is changed or deleted; raw files are never touched."
        })
final class LedgerGcCommand implements Callable<Integer> {
    @Mixin
    private LedgerOptions options = new LedgerOptions();

    @Option(
            names = "--grace",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description = "How long ago a commit must have replaced a file; 24h (the default) or more.")
    private Duration grace = CleanUpOptions.defaults().grace();

    @Option(
            names = "--longest-run",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description = "How old a file no commit refers to must be: the longest a run may take (default: 24h).")
    private Duration longestRun = CleanUpOptions.defaults().longestRun();

    @Option(
            names = "--manifest",
            paramLabel = "FOLDER",
            description =
                    "The folder of the lake that the symlink manifests of its tables are in: files that one still names are kept.")
    private @Nullable String manifest;

    @Option(names = "--dry-run", description = "Print what would be deleted and write nothing.")
    private boolean dryRun;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before call
    private CommandSpec spec;

    @Override
    public Integer call() {
        Console console = Console.of(spec);
        CleanUpOptions ages = ages();
        List<Ledger> ledgers = options.ledgers();
        Map<TableId, SymlinkManifest> manifests = manifests(ledgers);
        for (Ledger ledger : ledgers) {
            try {
                CleanUp cleanUp = CleanUp.of(ledger, options.folders(ledger), ages);
                SymlinkManifest shown = manifests.get(ledger.table());
                cleanUp(shown == null ? cleanUp : cleanUp.shownBy(shown), ledger, console);
            } catch (ConvergenceException e) {
                console.failed(e);
            }
        }

        return console.exitCode();
    }

    /** A folder without any would protect nothing, and say nothing. */
    private Map<TableId, SymlinkManifest> manifests(List<Ledger> ledgers) {
        if (manifest == null) {
            return Map.of();
        }

        String folder = options.lake().prefix() + manifest;
        Map<TableId, SymlinkManifest> manifests = new LinkedHashMap<>();
        boolean any = false;
        for (Ledger ledger : ledgers) {
            ObjectStore store = options.folders(ledger).store();
            SymlinkManifest shown;
            try {
                // Compacted files alone are asked for, so it does not matter where raw files are.
                shown = SymlinkManifest.of(ledger, store, store, store, folder, Ledger.Backoff.exponential());
            } catch (IllegalArgumentException e) {
                throw new UsageException(Main.oneLine(e), e);
            }
            any |= store.head(shown.key()).isPresent();
            manifests.put(ledger.table(), shown);
        }
        if (!any) {
            throw new UsageException("Cannot find a manifest of any table in '" + folder
                    + "' of the lake: nothing would be kept for it. Check --manifest, or leave it out.");
        }

        return manifests;
    }

    private CleanUpOptions ages() {
        try {
            return new CleanUpOptions(grace, longestRun);
        } catch (IllegalArgumentException e) {
            throw new UsageException(Main.oneLine(e), e);
        }
    }

    private void cleanUp(CleanUp cleanUp, Ledger ledger, Console console) {
        CleanUp.Plan plan = cleanUp.plan();
        console.printf(
                "%s: %,d objects of %s and %,d uploads to delete%s%n",
                ledger.table(),
                plan.toDelete().count(),
                DataSize.ofBytes(plan.bytes()),
                plan.uploads().size() + plan.logUploads().size(),
                plan.fenced() ? ", behind a fence in slot " + (plan.base() + 1) : "");
        plan.toDelete().forEach(object -> console.printf("  %s%n", object.key()));
        plan.uploads().forEach(upload -> console.printf("  upload of %s%n", upload.key()));
        plan.logUploads().forEach(upload -> console.printf("  upload of %s%n", upload.key()));
        console.tell(plan.findings());
        if (!dryRun && !plan.isEmpty()) {
            CleanUp.Result result = cleanUp.execute(plan);
            console.printf(
                    "  deleted %,d objects, aborted %,d uploads%n",
                    result.deleted().size(), result.aborted().size());
            console.tell(result.findings());
        }
    }
}
