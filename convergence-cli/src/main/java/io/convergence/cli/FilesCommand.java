package io.convergence.cli;

import io.convergence.Finding;
import io.convergence.TableId;
import io.convergence.change.ChangeReadOptions;
import io.convergence.change.ChangeReader;
import io.convergence.change.FileProfile;
import io.convergence.change.RawFileException;
import io.convergence.raw.PlacedFile;
import io.convergence.raw.RawFile;
import io.convergence.raw.RawFormat;
import io.convergence.raw.TableTimeline;
import io.convergence.raw.TimelineFile;
import io.convergence.raw.TimelineOptions;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
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
        footer = {"", "Columns: kind, number or flush time (UTC), rows, bytes, place in the history, key."})
final class FilesCommand implements Callable<Integer> {
    @Mixin
    private InputOptions options = new InputOptions();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before call
    private CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        InputOptions.Input input = options.resolve();
        List<Finding> findings = new ArrayList<>(input.listing().findings());
        long bytes = 0;
        for (TableId table : input.listing().tables().keySet()) {
            List<RawFile> files = input.listing().files(table);
            bytes += files.stream().mapToLong(file -> file.stat().size()).sum();
            table(input, table, files, out, findings);
        }
        for (RawFile.Transaction file : input.listing().transactions()) {
            out.printf("  TXN  %s  %,d bytes  %s%n", file.instant(), file.stat().size(), file.key());
        }
        out.printf(
                "%,d files of %,d tables, %,d bytes; %,d objects of DMS's bookkeeping skipped, %,d objects not understood%n",
                input.listing().files(),
                input.listing().tables().size(),
                bytes,
                input.listing().controls(),
                input.listing().foreign());

        return Findings.tell(findings, spec.commandLine().getErr());
    }

    private static void table(
            InputOptions.Input input, TableId table, List<RawFile> files, PrintWriter out, List<Finding> findings) {
        ChangeReader reader =
                ChangeReader.create(input.location().store(), table, input.shape(table), ChangeReadOptions.defaults());
        List<TimelineFile> readable = new ArrayList<>();
        for (RawFile file : files) {
            if (file.format() != RawFormat.PARQUET) {
                continue;
            }
            try {
                FileProfile profile = reader.profile(file);
                readable.add(new TimelineFile(file, profile.evidence(), profile.disputes()));
            } catch (RawFileException e) {
                findings.add(Finding.error(
                        "FILE_UNREADABLE",
                        file.key(),
                        String.valueOf(e.getMessage()),
                        "Ask for it again, or leave it out."));
            }
        }
        TableTimeline timeline = TableTimeline.of(table, readable, TimelineOptions.defaults());
        findings.addAll(timeline.findings());
        Map<String, PlacedFile> placed = new HashMap<>();
        timeline.files().forEach(file -> placed.put(file.key(), file));

        out.printf(
                "%s: %,d files, %s, %d runs%n",
                table, files.size(), timeline.state(), timeline.runs().size());
        for (RawFile file : files) {
            PlacedFile place = placed.get(file.key());
            String rows =
                    place == null ? "?" : String.format("%,d", place.evidence().rows());
            out.printf(
                    "  %s  %s rows  %,d bytes  %s  %s%n",
                    name(file), rows, file.stat().size(), place(file, place), file.key());
        }
    }

    private static String name(RawFile file) {
        if (file instanceof RawFile.Load load) {
            return "LOAD " + load.number() + (load.segment().isEmpty() ? "" : " of " + load.segment());
        }

        Instant instant = file instanceof RawFile.Cdc cdc ? cdc.instant() : ((RawFile.Transaction) file).instant();
        return "CDC  " + instant;
    }

    private static String place(RawFile file, @org.jspecify.annotations.Nullable PlacedFile place) {
        if (place == null) {
            return "not read";
        }

        return file instanceof RawFile.Load
                ? "load " + place.context().generation()
                : "run " + place.context().run();
    }
}
