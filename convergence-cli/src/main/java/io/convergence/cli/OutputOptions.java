package io.convergence.cli;

import io.convergence.TableId;
import io.convergence.pipeline.Convergence;
import io.convergence.target.RowShape;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Where a command writes, and whether it does. */
final class OutputOptions {
    @Mixin
    private LakeOptions lake = new LakeOptions();

    @Option(names = "--dry-run", description = "Print the plan and write nothing.")
    private boolean dryRun;

    boolean dryRun() {
        return dryRun;
    }

    private LakeOptions.Use use() {
        return dryRun ? LakeOptions.Use.LOOK : LakeOptions.Use.WRITE;
    }

    /** @param keys the key columns of a table; empty if the command needs none */
    Convergence pipeline(InputOptions options, BiFunction<TableId, RowShape, List<String>> keys) {
        return pipeline(options, keys, builder -> {});
    }

    /** @param settings of the pipeline beyond those of the options */
    Convergence pipeline(
            InputOptions options,
            BiFunction<TableId, RowShape, List<String>> keys,
            Consumer<Convergence.Builder> settings) {
        return lake.pipeline(options, use(), keys, settings);
    }

    /** The same with the tables that the lake has a log of, though all their raw files may be gone. */
    Convergence pipelineOfLogged(InputOptions options, LakeOptions.Keys keys) {
        return lake.pipelineOfLogged(options, use(), keys);
    }
}
