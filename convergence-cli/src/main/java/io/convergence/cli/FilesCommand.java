package io.convergence.cli;

import io.convergence.TableId;
import io.convergence.change.SourceSpan;
import io.convergence.raw.PlacedFile;
import io.convergence.raw.RawFile;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedSet;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code files}: what lies in a landing zone, in the order of each table's history. */
@Command(
        name = "files",
        mixinStandardHelpOptions = true,
        description =
                "Lists the files of a landing zone by table, in the order of their changes, with what is doubtful about them.",
        footer = {
            "",
            "Columns: kind, number or flush time (UTC), rows, bytes, place in the history, key.",
            "Under a compacted file stand the raw files whose rows it holds."
        })
final class FilesCommand implements Callable<Integer> {
    @Mixin
    private InputOptions options = new InputOptions();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before call
    private CommandSpec spec;

    @Override
    public Integer call() {
        Console console = Console.of(spec);
        Input input = options.resolve().withoutCells();
        input.requireColumns();
        boolean readable = input.wanted().isPresent() || TransactionFiles.ordered(input);
        TransactionFiles transactions =
                readable ? TransactionFiles.of(input, console) : TransactionFiles.none(input, console);
        long bytes = 0;
        for (TableId table : input.tables()) {
            List<RawFile> files = input.listing().files(table);
            bytes += files.stream().mapToLong(file -> file.stat().size()).sum();
            TableHistory history = TableHistory.of(input, transactions, table, console);
            table(files, history, console);
            console.tell(history.counts().findings(table.toString()));
        }
        SortedSet<TableId> tables = input.tables();
        tables.addAll(transactions.tables());
        bytes += transactions(input.listing().transactions(), transactions, console);
        summary(input, tables.size(), bytes, console);
        console.tell(input.listing().findings());

        return console.exitCode();
    }

    private static long transactions(List<RawFile.Transaction> files, TransactionFiles transactions, Console console) {
        if (files.isEmpty()) {
            return 0;
        }

        console.printf("transactions of all tables: %s%n", count(files.size(), "file"));
        for (RawFile.Transaction file : files) {
            Map<TableId, Long> rows = transactions.rows(file);
            console.printf(
                    "  TXN  %s  %s  %,d bytes  %s  %s%n",
                    file.instant(),
                    rows.isEmpty()
                            ? "? rows"
                            : count(
                                    rows.values().stream()
                                            .mapToLong(Long::longValue)
                                            .sum(),
                                    "row"),
                    file.stat().size(),
                    rows.isEmpty() ? "of unknown tables" : "of " + byTable(rows),
                    file.key());
        }
        return files.stream().mapToLong(file -> file.stat().size()).sum();
    }

    private static String byTable(Map<TableId, Long> rows) {
        return rows.entrySet().stream()
                .map(table -> table.getKey() + " " + table.getValue())
                .collect(Collectors.joining(", "));
    }

    private static void summary(Input input, int tables, long bytes, Console console) {
        console.printf(
                "%s of %s, %,d bytes; %s of bookkeeping skipped, %s not understood%n",
                count(input.listing().files(), "raw file"),
                count(tables, "table"),
                bytes,
                count(input.listing().controls(), "object"),
                count(input.listing().foreign(), "object"));
        if (!input.compacted().isEmpty()) {
            console.printf(
                    "%s, %,d bytes%n",
                    count(input.compacted().size(), "compacted file"),
                    input.compacted().stream()
                            .mapToLong(file -> file.stat().size())
                            .sum());
        }
    }

    private static void table(List<RawFile> files, TableHistory history, Console console) {
        Map<String, PlacedFile> placed = history.placed();
        console.printf(
                "%s: %s, %s, %s%n",
                history.timeline().table(),
                count(files.size() + history.compacted().size(), "file"),
                history.timeline().state(),
                count(history.timeline().runs().size(), "run"));
        for (RawFile file : files) {
            PlacedFile place = placed.get(file.key());
            String rows = place == null ? "? rows" : count(place.evidence().rows(), "row");
            console.printf(
                    "  %s  %s  %,d bytes  %s  %s%n",
                    name(file), rows, file.stat().size(), place(file, place), file.key());
        }
        for (CompactedFile compacted : history.compacted()) {
            console.printf(
                    "  compacted  %s  %,d bytes  of %s  %s%n",
                    count(compacted.rows(), "row"),
                    compacted.stat().size(),
                    count(compacted.spans().size(), "raw file"),
                    compacted.stat().key());
            Map<String, RawFile> rawFiles = compacted.rawFiles();
            for (SourceSpan span : compacted.spans()) {
                RawFile file = rawFiles.get(span.key());
                console.printf(
                        "    %s  %s  %,d bytes  %s  %s%n",
                        file == null ? "?" : name(file),
                        count(span.rows(), "row"),
                        span.size(),
                        file == null ? "not read" : place(file, placed.get(span.key())),
                        span.key());
            }
        }
    }

    private static String count(long number, String thing) {
        return String.format(Locale.ROOT, "%,d %s%s", number, thing, number == 1 ? "" : "s");
    }

    private static String name(RawFile file) {
        if (file instanceof RawFile.Load load) {
            return "LOAD " + load.number() + (load.segment().isEmpty() ? "" : " of " + load.segment());
        }

        Instant instant = file instanceof RawFile.Cdc cdc ? cdc.instant() : ((RawFile.Transaction) file).instant();
        return "CDC  " + instant;
    }

    private static String place(RawFile file, @Nullable PlacedFile place) {
        if (place == null) {
            return "not read";
        }

        return file instanceof RawFile.Load
                ? "load " + place.context().generation()
                : "run " + place.context().run();
    }
}
