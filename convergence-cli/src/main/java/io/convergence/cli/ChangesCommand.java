package io.convergence.cli;

import io.convergence.TableId;
import io.convergence.change.ChangeBatch;
import io.convergence.change.ChangeCursor;
import io.convergence.change.ChangeReadOptions;
import io.convergence.change.ChangeReader;
import io.convergence.change.ChangeRecord;
import io.convergence.change.FileProfile;
import io.convergence.change.Operation;
import io.convergence.raw.PlacedFile;
import io.convergence.raw.RawFile;
import io.convergence.raw.TableTimeline;
import io.convergence.raw.TimelineFile;
import io.convergence.raw.TimelineOptions;
import io.convergence.schema.Column;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
        PrintWriter out = spec.commandLine().getOut();
        InputOptions.Input input = options.resolve();
        var lines = new ChangeJson(out);
        List<io.convergence.Finding> findings = new ArrayList<>(input.listing().findings());
        for (TableId table : input.listing().tables().keySet()) {
            ChangeReader reader = ChangeReader.create(
                    input.location().store(), table, input.shape(table), ChangeReadOptions.defaults());
            List<TimelineFile> files = new ArrayList<>();
            for (RawFile file : input.listing().files(table)) {
                FileProfile profile = reader.profile(file);
                files.add(new TimelineFile(file, profile.evidence(), profile.disputes()));
            }
            TableTimeline timeline = TableTimeline.of(table, files, TimelineOptions.defaults());
            findings.addAll(timeline.findings());
            for (PlacedFile file : timeline.files()) {
                try (ChangeCursor cursor = reader.open(file.file(), file.context())) {
                    for (Optional<ChangeBatch> batch = cursor.next(); batch.isPresent(); batch = cursor.next()) {
                        for (ChangeRecord change : batch.get()) {
                            if (json) {
                                lines.write(change);
                            } else {
                                text(change, out);
                            }
                        }
                    }
                }
            }
        }

        return Findings.tell(findings, spec.commandLine().getErr());
    }

    private static void text(ChangeRecord change, PrintWriter out) {
        var line = new StringBuilder();
        line.append(change.recordedOperation()
                .map(Operation::letter)
                .map(String::valueOf)
                .orElse("-"));
        line.append(' ').append(change.table());
        change.timestamp().ifPresent(time -> line.append(' ').append(time));
        change.sequence().ifPresent(sequence -> line.append(' ').append(sequence));
        List<Column> columns = change.image().columns();
        for (int i = 0; i < columns.size(); i++) {
            String value = switch (change.image().state(i)) {
                case PRESENT -> String.valueOf(change.image().value(i));
                case NULL -> "NULL";
                case UNKNOWN -> "?";
                case ABSENT -> "-";
            };
            line.append(' ').append(columns.get(i).name()).append('=').append(value);
        }
        out.println(line.append("  (").append(change.origin()).append(')'));
    }
}
