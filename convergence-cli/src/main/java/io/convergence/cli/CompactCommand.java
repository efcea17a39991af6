package io.convergence.cli;

import io.convergence.ConvergenceException;
import io.convergence.DataSize;
import io.convergence.TableId;
import io.convergence.compact.CompactionOptions;
import io.convergence.compact.CompactionResult;
import io.convergence.pipeline.Convergence;
import io.convergence.pipeline.LakeTable;
import io.convergence.raw.RawFile;
import io.convergence.raw.RawFormat;
import io.convergence.raw.RawListing;
import io.convergence.target.RowShape;
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
            converter = DataSizeConverter.class,
            description = "Size of a compacted file, e.g. 64MB or 1GB (default: 256MB).")
    private DataSize targetSize = DataSize.ofMegabytes(256);

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before call
    private CommandSpec spec;

    @Override
    public Integer call() {
        Console console = Console.of(spec);
        CompactionOptions compaction =
                CompactionOptions.builder().targetSize(targetSize).settled().build();
        Convergence lake = output.pipeline(options, (table, shape) -> List.of());
        RawListing listing = options.resolve().listing();
        console.tell(listing.findings());
        listing.tables().forEach((table, files) -> {
            if (!declaresTypes(lake.table(table).shape())) {
                leftAsTheyAre(table.toString(), files, "the types of their columns are not declared", console);
            }
        });
        leftAsTheyAre(
                "transactions of all tables",
                listing.transactions(),
                "files of transactions are not compacted",
                console);
        for (TableId id : lake.tables()) {
            try {
                compact(lake.table(id), compaction, console);
            } catch (ConvergenceException e) {
                console.failed(e);
            }
        }

        return console.exitCode();
    }

    private static boolean declaresTypes(RowShape shape) {
        return shape.tableSchema().isPresent() || !shape.csv().layouts().isEmpty();
    }

    private static void leftAsTheyAre(String whose, List<? extends RawFile> files, String why, Console console) {
        long csv = files.stream()
                .filter(file -> file.format() != RawFormat.PARQUET)
                .count();
        if (csv > 0) {
            console.printf(
                    "%s: %,d CSV %s left as %s; %s%n",
                    whose, csv, csv == 1 ? "file is" : "files are", csv == 1 ? "it is" : "they are", why);
        }
    }

    private void compact(LakeTable table, CompactionOptions compaction, Console console) {
        if (output.dryRun()) {
            console.printf("%s", table.planCompaction(compaction));
            return;
        }

        CompactionResult result;
        try (ProgressLines progress = new ProgressLines(console.err())) {
            result = table.compact(compaction, progress);
        }
        if (result.outputs().isEmpty()) {
            console.printf("Compaction of table %s: nothing to compact%n", table.id());
        } else {
            console.printf("%s%n", result);
            result.outputs()
                    .forEach(file -> console.printf("  %s%n", file.file().key()));
        }
        console.tell(result.findings());
    }
}
