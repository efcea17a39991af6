package io.convergence.cli;

import io.convergence.TableId;
import io.convergence.ledger.CommitStateUnknownException;
import io.convergence.pipeline.Convergence;
import io.convergence.pipeline.LakeTable;
import io.convergence.pipeline.MergeOptions;
import io.convergence.pipeline.MergePlan;
import io.convergence.pipeline.ReloadPreview;
import io.convergence.pipeline.TableResult;
import io.convergence.pipeline.TableState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code merge}: brings tables to the state of their files, again and again. */
@Command(
        name = "merge",
        mixinStandardHelpOptions = true,
        description = {
            "Applies new changes to the published tables, as Parquet; run it again and again.",
            "A table that stops does not stop the others: each says its state, and what would end it."
        },
        footer = {
            "",
            "A table that is held goes on by itself and needs nobody: exit code 0.",
            "One that is disputed or suspect waits for a person: exit code 1; see show and declare."
        })
final class MergeCommand implements Callable<Integer> {
    private static final Pattern OF_TABLE = Pattern.compile("(?:(?<table>.+)=)?(?<number>\\d{1,18})");

    @Mixin
    private InputOptions options = new InputOptions();

    @Mixin
    private OutputOptions output = new OutputOptions();

    @Mixin
    private KeyOptions key = new KeyOptions();

    @Mixin
    private WaitingOptions waiting = new WaitingOptions();

    @Mixin
    private StyleOptions style = new StyleOptions();

    @Mixin
    private MergeThreads threads = new MergeThreads();

    @Option(
            names = "--accept-incomplete",
            description = "Publish also if rows could not be read; those are reported and missing.")
    private boolean acceptIncomplete;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before call
    private CommandSpec spec;

    /** How long to wait for files that may still come. */
    static final class WaitingOptions {
        @Option(
                names = "--settle",
                paramLabel = "TIME",
                converter = DurationConverter.class,
                description = {
                    "How long nothing new must have come before a load counts as complete",
                    "and the newest transaction as whole (default: 10m)."
                })
        private Duration settle = MergeOptions.DEFAULT_SETTLE_TIME;

        @Option(
                names = "--full-load-rows",
                paramLabel = "[SCHEMA.TABLE=]N",
                description = {
                    "FullLoadRows of DMS's table statistics: the load is complete when it has so many rows.",
                    "May be given for each table."
                })
        private List<String> fullLoadRows = new ArrayList<>();

        @Option(
                names = "--ddls",
                paramLabel = "[SCHEMA.TABLE=]N",
                description = {
                    "Ddls of DMS's table statistics: a rise since the last merge that the table's columns",
                    "do not explain makes the table suspect until it is declared. May be given for each table."
                })
        private List<String> ddls = new ArrayList<>();

        MergeOptions of(TableId table) {
            MergeOptions merge = MergeOptions.defaults().settleTime(settle);
            OptionalLong rows = number("--full-load-rows", fullLoadRows, table);
            merge = rows.isPresent() ? merge.fullLoadRows(rows.getAsLong()) : merge;
            OptionalLong statements = number("--ddls", ddls, table);
            return statements.isPresent() ? merge.ddls(statements.getAsLong()) : merge;
        }

        /** The last one given for the table, or for any. */
        private static OptionalLong number(String option, List<String> all, TableId table) {
            OptionalLong number = OptionalLong.empty();
            for (String given : all) {
                Matcher form = OF_TABLE.matcher(given);
                if (!form.matches()) {
                    throw new UsageException("Cannot understand " + option + " " + given
                            + ": it is not N or SCHEMA.TABLE=N. Write e.g. public.orders=1000.");
                }
                if (form.group("table") == null || form.group("table").equals(table.toString())) {
                    number = OptionalLong.of(Long.parseLong(form.group("number")));
                }
            }
            return number;
        }
    }

    @Override
    public Integer call() {
        Console console = Console.of(spec);
        threads.check();
        Convergence lake = output.pipelineOfLogged(
                options,
                (id, shape, published) -> style.needsKey()
                        ? key.of(options, id, shape, published)
                        : key.ifAny(options, id, shape, published));
        Input input = options.resolve();
        console.tell(input.listing().findings());
        Map<TableState, Integer> states = new EnumMap<>(TableState.class);
        try (MergeThreads.Started started = threads.start()) {
            for (TableId id : lake.tables()) {
                try {
                    merge(lake.table(id), started, console, states);
                } catch (UsageException | OutputClosedException e) {
                    throw e;
                } catch (RuntimeException | OutOfMemoryError e) {
                    // Whatever stopped this table, a fault of our own included, must not stop the others (rule S17).
                    states.merge(TableState.FAILED, 1, Integer::sum);
                    console.printf(
                            e instanceof CommitStateUnknownException || e instanceof OutOfMemoryError
                                    ? "%s: FAILED, the next run finds out whether the new state was published%n"
                                    : "%s: FAILED, nothing new published%n",
                            id);
                    console.failed(e);
                }
            }
        }
        if (lake.tables().size() > 1 && !output.dryRun()) {
            console.printf(
                    "%,d tables: %s%n",
                    lake.tables().size(),
                    states.entrySet().stream()
                            .map(entry -> entry.getValue() + " "
                                    + entry.getKey().name().toLowerCase(Locale.ROOT))
                            .collect(Collectors.joining(", ")));
        }

        return console.exitCode();
    }

    private void merge(
            LakeTable table, MergeThreads.Started started, Console console, Map<TableState, Integer> states) {
        MergeOptions merge = started.helping(style.of(waiting.of(table.id())));
        if (acceptIncomplete) {
            merge = merge.acceptIncompleteInput();
        }
        if (output.dryRun()) {
            MergePlan plan = table.planMerge(merge);
            console.printf("%s", plan);
            plan.previewReload(ReloadPreview.DEFAULT_EXAMPLES)
                    .ifPresent(preview ->
                            console.printf("  %s", preview.toString().indent(2).strip() + "\n"));
            return;
        }

        TableResult result;
        try (ProgressLines progress = new ProgressLines(console.err())) {
            result = table.merge(merge, progress);
        }
        states.merge(result.state(), 1, Integer::sum);
        if (result.rows() < 0) {
            console.printf("%s: %s, nothing published%n", result.table(), result.state());
        } else {
            console.printf(
                    "%s: %s, %,d rows, from %,d files%n",
                    result.table(), result.state(), result.rows(), result.filesRead());
        }
        result.counts().ifPresent(counts -> console.printf("  changes: %s%n", counts));
        result.completeThrough().ifPresent(until -> console.printf("  complete through: %s%n", until));
        console.tell(result.findings());
        switch (result.state()) {
            case DISPUTED, SUSPECT, FAILED -> console.unsettled();
            case PUBLISHED, UNCHANGED, HELD -> {}
        }
    }
}
