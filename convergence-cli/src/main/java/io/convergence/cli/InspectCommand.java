package io.convergence.cli;

import io.convergence.Severity;
import io.convergence.audit.FileInspection;
import io.convergence.audit.InspectionOptions;
import io.convergence.raw.RawListing;
import io.convergence.store.ObjectStat;
import io.convergence.store.ObjectStore;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code inspect}: all about one file. */
@Command(
        name = "inspect",
        mixinStandardHelpOptions = true,
        description = {
            "Describes one raw or compacted file: schema, row groups, codecs, statistics, and from a pass over its rows",
            "operations, change sequence, times, nulls and oddities. URI is that file. Columns that DMS adds are recognised",
            "by what they hold unless options name them."
        },
        footer = {"", "Findings are part of the result on stdout. Exit code 1 if one is a warning or an error."})
final class InspectCommand implements Callable<Integer> {
    @Mixin
    private InputOptions options = new InputOptions();

    @Option(names = "--json", description = "One JSON object instead of text.")
    private boolean json;

    @Option(names = "--rows", paramLabel = "N", description = "Read at most this many rows; all by default.")
    private long rows = Long.MAX_VALUE;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before call
    private CommandSpec spec;

    @Override
    public Integer call() {
        if (rows < 0) {
            throw new UsageException("Cannot read " + rows + " rows. Give 0 or a positive number.");
        }

        var input = options.resolve();
        ObjectStore store = input.location().store();
        ObjectStat file = file(store, input.location().prefix());
        RawListing listing = input.listing();
        InspectionOptions inspection = InspectionOptions.defaults().withMostRows(rows);
        if (listing.tables().size() == 1) {
            inspection = inspection.withShape(input.shape(listing.tables().firstKey()));
        }

        FileInspection found;
        try (ProgressLines progress = new ProgressLines(spec.commandLine().getErr())) {
            found = FileInspection.of(
                    store,
                    file,
                    inspection,
                    (step, done, total) -> progress.show(DoctorCommand.name(step), done, total));
        }
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(found.toJson());
        } else {
            out.print(found);
        }
        out.flush();

        boolean attention = found.findings().stream().anyMatch(finding -> finding.severity() != Severity.INFO);
        return attention ? ExitCode.DATA : ExitCode.DONE;
    }

    private ObjectStat file(ObjectStore store, String key) {
        if (key.isEmpty() || key.endsWith("/")) {
            throw new UsageException("Cannot inspect '" + DoctorCommand.uri(spec)
                    + "': it is a folder. Name one file; doctor looks at a folder.");
        }

        return store.head(key)
                .orElseThrow(() -> new UsageException(
                        "Cannot inspect '" + DoctorCommand.uri(spec) + "': there is no such file. Check the path."));
    }
}
