package io.convergence.cli;

import io.convergence.Finding;
import io.convergence.TableId;
import io.convergence.pipeline.Convergence;
import io.convergence.pipeline.LakeTable;
import io.convergence.pipeline.MergeOptions;
import io.convergence.pipeline.TableResult;
import io.convergence.schema.TableSchema;
import io.convergence.target.RowShape;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
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
    @Mixin
    private InputOptions options = new InputOptions();

    @Mixin
    private OutputOptions output = new OutputOptions();

    @Option(
            names = "--key",
            split = ",",
            paramLabel = "COL",
            description = "Columns that tell rows apart; the primary key of --schema or --spec if left out.")
    private List<String> key = new ArrayList<>();

    @Option(
            names = "--dry-run",
            description = "Print what would be read and write nothing but the empty output folder.")
    private boolean dryRun;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before call
    private CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        Convergence lake = output.pipeline(options, this::keyOf);
        List<Finding> findings = new ArrayList<>();
        boolean settled = true;
        for (TableId id : lake.tables()) {
            LakeTable table = lake.table(id);
            MergeOptions merge = MergeOptions.defaults().declareComplete();
            if (dryRun) {
                out.print(table.planMerge(merge));
                continue;
            }
            TableResult result;
            try (ProgressLines progress = new ProgressLines(err)) {
                result = table.merge(merge, progress);
            }
            tell(result, table, out);
            findings.addAll(result.findings());
            settled &= result.settled();
        }

        int code = Findings.tell(findings, err);
        return settled ? code : ExitCode.DATA;
    }

    private static void tell(TableResult result, LakeTable table, PrintWriter out) {
        out.printf(
                "%s: %s, %,d rows, from %,d files%n",
                result.table(), result.state(), result.rows(), result.filesRead());
        result.counts().ifPresent(counts -> out.printf("  changes: %s%n", counts));
        table.ledger()
                .snapshot()
                .published()
                .ifPresent(published -> published.data().forEach(file -> out.printf("  %s%n", file.key())));
    }

    private List<String> keyOf(TableId id, RowShape shape) {
        List<String> columns = key.isEmpty()
                ? shape.tableSchema().map(TableSchema::primaryKey).orElse(List.of())
                : key.stream().map(String::strip).toList();
        if (columns.isEmpty()) {
            throw new UsageException("cannot merge table " + id
                    + ": nothing tells its rows apart. Give --key COL[,COL], or --schema FILE with a primaryKey.");
        }

        return columns;
    }
}
