package io.convergence.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.convergence.ConvergenceException;
import io.convergence.TableId;
import io.convergence.compact.CompactionOptions;
import io.convergence.compact.CompactionPlan;
import io.convergence.compact.CompactionResult;
import io.convergence.compact.PlanReport;
import io.convergence.compact.Prices;
import io.convergence.compact.TaskExecution;
import io.convergence.ledger.LedgerEntry;
import io.convergence.pipeline.CompactionRun;
import io.convergence.pipeline.Convergence;
import io.convergence.pipeline.LakeTable;
import io.convergence.raw.RawFile;
import io.convergence.raw.RawFormat;
import io.convergence.raw.RawListing;
import io.convergence.target.RowShape;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
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
                "Writes the changes of many small files into few large ones, in the same order; raw files stay untouched.",
        footer = {
            "",
            "Files of different date folders, and of full load and changes, are never joined. Compacted files below --smallest",
            "are joined with their neighbours later. Exit code: 0 done, 1 a table failed or has findings, 2 wrong usage."
        })
final class CompactCommand implements Callable<Integer> {
    @Mixin
    private InputOptions options = new InputOptions();

    @Mixin
    private OutputOptions output = new OutputOptions();

    @Mixin
    private SizingOptions sizing = new SizingOptions();

    @Mixin
    private PriceOptions prices = new PriceOptions();

    @Option(names = "--files", description = "With --dry-run: name every file.")
    private boolean files;

    @Option(names = "--json", description = "Print one JSON object for each table: the plan, or what was done.")
    private boolean json;

    @Mixin
    private CompactionThreads threads = new CompactionThreads();

    @Option(
            names = "--go-on",
            description =
                    "If a task fails, finish the others and commit what they wrote; without, nothing of the table is. If raw files changed meanwhile, all is planned anew once.")
    private boolean goOn;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before call
    private CommandSpec spec;

    @Override
    public Integer call() {
        Console console = Console.of(spec);
        CompactionOptions compaction = sizing.options();
        Optional<Prices> known = prices.prices();
        threads.check();
        try (CompactionThreads.Started started = threads.start()) {
            compact(compaction, known, started, console);
        }

        return console.exitCode();
    }

    private void compact(
            CompactionOptions compaction, Optional<Prices> known, CompactionThreads.Started started, Console console) {
        Convergence lake = output.pipeline(options, (table, shape) -> List.of(), started::readAhead);
        RawListing listing = options.resolve().listing();
        console.tell(listing.findings());
        if (!json) {
            listing.tables().forEach((table, found) -> {
                if (!declaresTypes(lake.table(table).shape())) {
                    leftAsTheyAre(table.toString(), found, "the types of their columns are not declared", console);
                }
            });
            leftAsTheyAre(
                    "transactions of all tables",
                    listing.transactions(),
                    "files of transactions are not compacted",
                    console);
        }

        TaskExecution execution =
                started.execution().withOnFailure(goOn ? TaskExecution.OnFailure.GO_ON : TaskExecution.OnFailure.STOP);
        for (TableId id : lake.tables()) {
            try {
                compact(lake.table(id), compaction, known, execution, console);
            } catch (ConvergenceException e) {
                console.failed(e);
            }
        }
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

    private void compact(
            LakeTable table,
            CompactionOptions compaction,
            Optional<Prices> known,
            TaskExecution execution,
            Console console) {
        CompactionRun run;
        try (ProgressLines progress = new ProgressLines(console.err())) {
            if (output.dryRun()) {
                print(table.planCompaction(compaction, progress), known, console);
                return;
            }

            run = table.compact(compaction, progress, execution);
        }
        CompactionPlan plan = run.plan();
        CompactionResult result = run.result();
        if (json) {
            console.line(JsonLine.object(line -> write(plan, result, line)));
        } else {
            print(plan, result, console);
        }
        console.tell(result.findings());
        result.failures().forEach(failure -> console.failed(failure.cause()));
    }

    private void print(CompactionPlan plan, Optional<Prices> known, Console console) {
        PlanReport report = files ? plan.report().withFiles() : plan.report();
        PlanReport priced = known.map(report::withPrices).orElse(report);
        if (json) {
            console.line(priced.toJson());
        } else {
            console.printf("%s", priced.toText());
        }
    }

    private static void print(CompactionPlan plan, CompactionResult result, Console console) {
        if (result.outputs().isEmpty()) {
            console.printf("Compaction of table %s: nothing to compact%n", plan.table());
        } else {
            console.printf("%s%n", result);
            result.outputs()
                    .forEach(file -> console.printf("  %s%n", file.file().key()));
        }

        int waiting = plan.waiting().size();
        if (waiting > 0) {
            console.printf(
                    "  %,d %s; --dry-run tells why, --now takes everything%n",
                    waiting, waiting == 1 ? "file waits" : "files wait");
        }
    }

    private static void write(CompactionPlan plan, CompactionResult result, JsonGenerator json) throws IOException {
        json.writeStringField("table", result.table().toString());
        json.writeNumberField("slot", result.slot());
        json.writeNumberField("filesBefore", result.filesBefore());
        json.writeNumberField("bytesBefore", result.bytesBefore());
        json.writeNumberField("rowsBefore", result.rowsBefore());
        json.writeArrayFieldStart("outputs");
        for (LedgerEntry.CompactedFile output : result.outputs()) {
            json.writeStartObject();
            json.writeStringField("key", output.file().key());
            json.writeNumberField("bytes", output.file().size());
            json.writeNumberField("rows", output.file().rows());
            json.writeNumberField("files", output.sources().size());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeNumberField("waiting", plan.waiting().size());
        json.writeNumberField("leftAsTheyAre", plan.untouched().size());
        json.writeNumberField("failedTasks", result.failures().size());
    }
}
