package io.convergence.cli;

import io.convergence.audit.AuditListener;
import io.convergence.audit.AuditOptions;
import io.convergence.audit.LandingZoneAudit;
import io.convergence.audit.LandingZoneReport;
import io.convergence.raw.RawListing;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code doctor}: what an existing landing zone is, and what ails it. */
@Command(
        name = "doctor",
        mixinStandardHelpOptions = true,
        description = {
            "Audits a landing zone, of whatever settings, and reads only: layout, sizes, runs, gaps, replays after restarts,",
            "schema drift, missing columns, the settings the files betray, and findings with what to do. Columns that DMS adds",
            "are recognised by what they hold unless options name them."
        },
        footer = {
            "",
            "All footers are read, but rows of a sample of files only; the report says what was read.",
            "Findings are part of the result on stdout. Exit code 1 if one is a warning or an error."
        })
final class DoctorCommand implements Callable<Integer> {
    @Mixin
    private InputOptions options = new InputOptions();

    @Option(names = "--json", description = "One JSON object instead of text.")
    private boolean json;

    @Option(
            names = "--html",
            paramLabel = "FILE",
            description = "Also write a page with pictures, in one file that loads nothing from elsewhere.")
    private @Nullable Path html;

    @Option(
            names = "--row-files",
            paramLabel = "N",
            description = "Read rows of this many files of each table, the oldest and the newest; 10 by default.")
    private int rowFiles = AuditOptions.DEFAULT_ROW_FILES;

    @Option(
            names = "--rows",
            paramLabel = "N",
            description = "Read at most this many rows of a file; 1000000 by default.")
    private long rows = AuditOptions.DEFAULT_ROWS_PER_FILE;

    @Option(
            names = "--footers",
            paramLabel = "N",
            description = "Read footers of this many files of each table, the newest; 100000 by default.")
    private int footers = AuditOptions.DEFAULT_FOOTERS;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before call
    private CommandSpec spec;

    @Override
    public Integer call() {
        if (rowFiles < 0 || rows < 0 || footers < 0) {
            throw new UsageException(
                    "Cannot read less than nothing: --row-files, --rows and --footers are 0 or positive.");
        }

        var input = options.resolve();
        RawListing listing = input.listing();
        if (listing.files() == 0) {
            throw new UsageException(
                    "Cannot find DMS files under '" + uri(spec)
                            + "': no object there is named as DMS names them in a folder schema/table. Check the URI, or name the table with --table.");
        }

        AuditOptions audit = AuditOptions.builder()
                .layout(input.layout())
                .timeline(input.timeline())
                .shapes(table ->
                        listing.tables().containsKey(table) ? Optional.of(input.shape(table)) : Optional.empty())
                .rowFilesPerTable(rowFiles)
                .rowsPerFile(rows)
                .footersPerTable(footers)
                .build();
        LandingZoneReport report;
        try (ProgressLines progress = new ProgressLines(spec.commandLine().getErr())) {
            report = LandingZoneAudit.run(
                    input.location().store(),
                    input.location().prefix(),
                    listing,
                    audit,
                    (step, done, total) -> progress.show(name(step), done, total));
        }
        tell(report);
        return report.needsAttention() ? ExitCode.DATA : ExitCode.DONE;
    }

    private void tell(LandingZoneReport report) {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(report.toJson());
        } else {
            out.print(report);
        }
        out.flush();

        Path page = html;
        if (page != null) {
            try {
                Files.writeString(page, report.toHtml());
            } catch (IOException e) {
                throw new UsageException(
                        "Cannot write '" + page + "': " + e + ". Name a file in a folder that exists.");
            }
        }
    }

    static String name(AuditListener.Step step) {
        return switch (step) {
            case FOOTERS -> "read footers";
            case ROWS -> "read rows";
        };
    }

    /** The URI as it was typed. */
    static String uri(CommandSpec spec) {
        return spec.commandLine().getParseResult().matchedPositionalValue(0, "");
    }
}
