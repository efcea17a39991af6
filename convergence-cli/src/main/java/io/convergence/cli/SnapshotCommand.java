package io.convergence.cli;

import io.convergence.ConvergenceException;
import io.convergence.TableId;
import io.convergence.pipeline.Convergence;
import io.convergence.pipeline.LakeTable;
import io.convergence.pipeline.MergeOptions;
import io.convergence.pipeline.TableResult;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code snapshot}: the state of each table after all changes. */
@Command(
        name = "snapshot",
        mixinStandardHelpOptions = true,
        description = {
            "Merges everything into one row per key, as Parquet.",
            "Declares that every file is there: the load is taken as complete and no transaction as cut."
        })
final class SnapshotCommand implements Callable<Integer> {
    private static final MergeOptions EVERYTHING_IS_THERE =
            MergeOptions.defaults().declareComplete();

    @Mixin
    private InputOptions options = new InputOptions();

    @Mixin
    private OutputOptions output = new OutputOptions();

    @Mixin
    private KeyOptions key = new KeyOptions();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before call
    private CommandSpec spec;

    @Override
    public Integer call() {
        Console console = Console.of(spec);
        Input input = options.resolve();
        if (!input.listing().transactions().isEmpty()) {
            throw new UsageException(
                    "Cannot merge '" + input.uri() + "': it has transaction files, e.g. '"
                            + input.listing().transactions().get(0).key()
                            + "', which snapshot does not read, so that changes would be missing. Use merge, with --schema FILE or --spec FILE.");
        }
        Convergence lake = output.pipeline(options, (id, shape) -> key.of(options, id, shape, Optional.empty()));
        console.tell(input.listing().findings());
        for (TableId id : lake.tables()) {
            try {
                merge(lake.table(id), console);
            } catch (ConvergenceException e) {
                console.failed(e);
            }
        }

        return console.exitCode();
    }

    private void merge(LakeTable table, Console console) {
        if (output.dryRun()) {
            console.printf("%s", table.planMerge(EVERYTHING_IS_THERE));
            return;
        }

        TableResult result;
        try (ProgressLines progress = new ProgressLines(console.err())) {
            result = table.merge(EVERYTHING_IS_THERE, progress);
        }
        if (result.rows() < 0) {
            console.printf("%s: %s, nothing published%n", result.table(), result.state());
        } else {
            console.printf(
                    "%s: %s, %,d rows, from %,d files%n",
                    result.table(), result.state(), result.rows(), result.filesRead());
        }
        result.counts().ifPresent(counts -> console.printf("  changes: %s%n", counts));
        table.ledger()
                .snapshot()
                .published()
                .ifPresent(published -> published.data().forEach(file -> console.printf("  %s%n", file.key())));
        console.tell(result.findings());
        if (!result.settled()) {
            console.unsettled();
        }
    }
}
