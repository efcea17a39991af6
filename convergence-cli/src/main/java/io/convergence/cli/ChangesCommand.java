package io.convergence.cli;

import io.convergence.TableId;
import io.convergence.change.CellState;
import io.convergence.change.ChangeRecord;
import io.convergence.change.Operation;
import io.convergence.change.RowImage;
import io.convergence.raw.FileContext;
import io.convergence.schema.Column;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code changes}: every row of a landing zone as a fact, in order. */
@Command(
        name = "changes",
        mixinStandardHelpOptions = true,
        description = "Prints every change, by table, in the order of files and rows.",
        footer = {
            "",
            "Changes of transaction files (PreserveTransactions) come last, of all tables in the order of commits;",
            "with --table those of one table, among its other changes.",
            "A compacted file is read as the changes it holds, each with the raw file and row it was first written in.",
            "Without --json a line is: op (- if there is none), table, commit time, sequence, column=value …, (file and row).",
            "NULL is a null and ? a value DMS did not log; columns that the file does not have are left out.",
            "",
            "With --json one object a line: file, row (from 0), table, op (I, U, D; null in a full load without Op),",
            "commitTimestamp, changeSequence, values, unknown. Decimals, 64-bit integers, dates and times are text,",
            "bytes base64, NaN and infinities text. Cells that the file does not hold are left out of values."
        })
final class ChangesCommand implements Callable<Integer> {
    @Mixin
    private InputOptions options = new InputOptions();

    @Option(names = "--json", description = "One JSON object a line.")
    private boolean json;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before call
    private CommandSpec spec;

    @Override
    public Integer call() {
        Console console = Console.of(spec);
        Input input = options.resolve();
        input.requireFiles();
        input.requireColumns();
        console.tell(input.listing().findings());
        boolean together =
                input.wanted().isEmpty() && !input.listing().transactions().isEmpty();
        if (together && !TransactionFiles.ordered(input)) {
            throw new UsageException(
                    "Cannot put the changes of transaction files in order: nothing tells one transaction from the next. Give --timestamp-column or --sequence-column as the task writes them, or read one table with --table.");
        }

        TransactionFiles transactions = TransactionFiles.of(input, console);
        Map<TableId, Map<String, FileContext>> places = new LinkedHashMap<>();
        for (TableId table : tables(input, transactions)) {
            TableHistory history = TableHistory.of(input, transactions, table, console);
            places.put(table, history.timeline().contexts());
            if (together) {
                history.readOwnFiles(changes -> print(changes, console));
            } else {
                history.read(changes -> print(changes, console));
            }
        }
        if (together) {
            transactions.read(places, changes -> print(changes, console));
        }

        return console.exitCode();
    }

    private static SortedSet<TableId> tables(Input input, TransactionFiles transactions) {
        SortedSet<TableId> tables = input.tables();
        tables.addAll(transactions.tables());
        input.wanted().filter(wanted -> !tables.contains(wanted)).ifPresent(wanted -> {
            throw new UsageException("Cannot find table " + wanted + " under '" + input.uri()
                    + "': no file there has rows of it. Check the name, it is case-sensitive.");
        });
        return tables;
    }

    private void print(Iterable<ChangeRecord> changes, Console console) {
        for (ChangeRecord change : changes) {
            console.line(json ? ChangeJson.line(change) : text(change));
        }
        console.checkOutput();
    }

    private static String text(ChangeRecord change) {
        var line = new StringBuilder();
        line.append(change.recordedOperation()
                .map(Operation::letter)
                .map(String::valueOf)
                .orElse("-"));
        line.append(' ').append(change.table());
        change.timestamp().ifPresent(time -> line.append(' ').append(time));
        change.sequence().ifPresent(sequence -> line.append(' ').append(sequence));
        cells(change.image(), line);
        change.before().ifPresent(before -> {
            line.append("  before:");
            cells(before, line);
        });
        return line.append("  (").append(change.origin()).append(')').toString();
    }

    private static void cells(RowImage image, StringBuilder line) {
        List<Column> columns = image.columns();
        for (int i = 0; i < columns.size(); i++) {
            String value = switch (image.state(i)) {
                case PRESENT -> printable(String.valueOf(image.value(i)));
                case NULL -> "NULL";
                case UNKNOWN -> "?";
                case ABSENT -> "";
            };
            if (!value.isEmpty() || image.state(i) != CellState.ABSENT) {
                line.append(' ').append(columns.get(i).name()).append('=').append(value);
            }
        }
    }

    /** A line of output stays a line, and a value cannot steer the terminal. */
    private static String printable(String value) {
        var printable = new StringBuilder(value.length());
        value.codePoints().forEach(character -> {
            if (Character.isISOControl(character)) {
                printable.append(String.format(Locale.ROOT, "\\u%04x", character));
            } else {
                printable.appendCodePoint(character);
            }
        });
        return printable.toString();
    }
}
