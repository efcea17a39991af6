package io.convergence.cli;

import io.convergence.TableId;
import io.convergence.pipeline.Convergence;
import io.convergence.pipeline.TableStatus;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code show}: how tables stand. */
@Command(
        name = "show",
        mixinStandardHelpOptions = true,
        description = {
            "Tells how each table stands: its load, runs, what is published, what stands against publishing, and what ends that.",
            "Reads the listing, the log and new files' ends, but no rows; writes nothing.",
            "Ends with 1 if a table waits for a person."
        })
final class ShowCommand implements Callable<Integer> {
    @Mixin
    private InputOptions options = new InputOptions();

    @Mixin
    private LakeOptions lake = new LakeOptions();

    @Mixin
    private MergeCommand.WaitingOptions waiting = new MergeCommand.WaitingOptions();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before call
    private CommandSpec spec;

    @Override
    public Integer call() {
        Console console = Console.of(spec);
        Convergence tables = lake.pipelineOfLogged(options, LakeOptions.Use.LOOK, LakeOptions.none());
        console.tell(options.resolve().listing().findings());
        for (TableId id : tables.tables()) {
            try {
                TableStatus status = tables.table(id).show(waiting.of(id));
                console.printf("%s", status);
                switch (status.condition()) {
                    case DISPUTED, SUSPECT, FAILED -> console.unsettled();
                    case AWAITING_LOAD, LOADING, CATCHING_UP, CURRENT, HELD -> {}
                }
            } catch (UsageException | OutputClosedException e) {
                throw e;
            } catch (RuntimeException e) {
                console.failed(e);
            }
        }

        return console.exitCode();
    }
}
