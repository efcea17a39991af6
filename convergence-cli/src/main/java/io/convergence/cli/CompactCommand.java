package io.convergence.cli;

import io.convergence.DataSize;
import io.convergence.TableId;
import io.convergence.compact.CompactionOptions;
import io.convergence.pipeline.Convergence;
import io.convergence.pipeline.LakeTable;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code compact}: fewer, larger files with the same changes in the same order. */
@Command(
        name = "compact",
        mixinStandardHelpOptions = true,
        description =
                "Writes the changes of many small files into few large ones, in the same order; raw files stay untouched.")
final class CompactCommand implements Callable<Integer> {
    @Mixin
    private InputOptions options = new InputOptions();

    @Mixin
    private OutputOptions output = new OutputOptions();

    @Option(
            names = "--target-size",
            paramLabel = "SIZE",
            description = "Size of a compacted file, e.g. 256MB (the default).")
    private String targetSize = "256MB";

    @Option(names = "--dry-run", description = "Print the plan and write nothing but the empty output folder.")
    private boolean dryRun;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before call
    private CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        CompactionOptions compaction = CompactionOptions.builder()
                .targetSize(DataSize.parse(targetSize))
                .settled()
                .build();
        Convergence lake = output.pipeline(options, (table, shape) -> List.of());
        for (TableId id : lake.tables()) {
            LakeTable table = lake.table(id);
            if (dryRun) {
                out.println(table.planCompaction(compaction));
            } else {
                try (ProgressLines progress =
                        new ProgressLines(spec.commandLine().getErr())) {
                    out.println(table.compact(compaction, progress));
                }
            }
        }

        return Findings.tell(
                options.resolve().listing().findings(), spec.commandLine().getErr());
    }
}
