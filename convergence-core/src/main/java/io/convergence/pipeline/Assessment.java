package io.convergence.pipeline;

import io.convergence.Finding;
import io.convergence.ledger.LedgerEntry;
import io.convergence.ledger.LedgerSnapshot;
import io.convergence.ledger.RawSource;
import io.convergence.raw.DeclaredLoads;
import io.convergence.raw.PlacedFile;
import io.convergence.raw.RawFile;
import io.convergence.raw.TimelineOptions;
import io.convergence.store.ObjectStat;
import io.convergence.target.MigrationType;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** What stands against publishing a table: disputes, vanished files, an unfinished load (rules S2, S6, S13, S14). Adds its findings to those given. */
final class Assessment {
    private final TableSetup setup;
    private final Landing landing;
    private final MergeOptions options;
    private final List<Finding> findings;
    private final boolean settled;
    private final TableState obstacle;

    Assessment(TableSetup setup, Landing landing, MergeOptions options, List<Finding> findings) {
        this.setup = setup;
        this.landing = landing;
        this.options = options;
        this.findings = findings;
        this.settled = options.declaredComplete() || landing.laterCommitSeen() || quiet(landing.filesWithRows());
        this.obstacle = assess();
    }

    /** Whether the newest transaction counts as not cut (rule S7). */
    boolean settled() {
        return settled;
    }

    /** {@link TableState#PUBLISHED} for none. */
    TableState obstacle() {
        return obstacle;
    }

    /** Suspicions of raw files in the log that neither the files nor a load since have ended. */
    List<LedgerSnapshot.At<LedgerEntry.Suspect>> standing() {
        return landing.snapshot().suspicions().stream()
                .filter(at -> at.entry().ddls() == null)
                .filter(this::stands)
                .toList();
    }

    private TableState assess() {
        Optional<DeclaredLoads.Beginning> begun = landing.timeline().beginning();
        Optional<Instant> published = landing.snapshot().published().map(LedgerEntry.Merge::generation);
        if (begun.isPresent() && published.filter(begun.get().from()::isBefore).isPresent()) {
            findings.add(Finding.error(
                    Obstacle.DECLARATION_OVERTAKEN.name(),
                    setup.table().toString(),
                    "The table is declared to have begun anew at " + begun.get().from()
                            + ", but what is published began later, " + published.get() + ".",
                    "Declare the right moment, or take the merge back (ledger undo)."));
            return TableState.SUSPECT;
        }

        if (!landing.vanished().isEmpty() && !replaced()) {
            String key = landing.vanished().get(0).key();
            findings.add(
                    Finding.error(
                            "RAW_FILE_VANISHED",
                            key,
                            landing.vanished().size()
                                    + " raw files that were read are gone or rewritten, the first is '" + key
                                    + "': DMS removes them when the source table is truncated, dropped or reloaded.",
                            "Reload the table, restore the files as they were, with their last-modified times (in a versioned bucket remove the delete markers), or declare what happened: truncated, reloaded or expired."));
            return TableState.SUSPECT;
        }

        Optional<LedgerSnapshot.At<LedgerEntry.Suspect>> standing =
                standing().stream().findFirst();
        if (standing.isPresent()) {
            LedgerEntry.Suspect suspect = standing.get().entry();
            String slot = String.valueOf(standing.get().slot());
            findings.add(Finding.error(
                    "TABLE_SUSPECT",
                    suspect.places().isEmpty()
                            ? setup.table().toString()
                            : suspect.places().get(0).key(),
                    "Slot " + slot + " of the log says: " + suspect.reason() + " ("
                            + suspect.places().size()
                            + " files, the first is named here), and they are not as they were.",
                    "Reload the table, restore the files, or declare in the log what happened (truncated, reloaded or expired), resolving slot "
                            + slot + "."));
            return TableState.SUSPECT;
        }

        return switch (landing.timeline().state()) {
            case DISPUTED -> TableState.DISPUTED;
            case HELD -> TableState.HELD;
            case READY -> loadComplete() && caughtUp() ? TableState.PUBLISHED : TableState.HELD;
        };
    }

    /** Whether LOAD files of a newer load have taken the place of all files there were. */
    private boolean replaced() {
        return Basis.reloaded(landing) && landing.timeline().beginning().isEmpty();
    }

    /** Unless the files are back as they were, or a newer load has taken their place. */
    private boolean stands(LedgerSnapshot.At<LedgerEntry.Suspect> suspicion) {
        LedgerEntry.Suspect suspect = suspicion.entry();
        if (replaced()) {
            return false;
        }
        Optional<DeclaredLoads.Beginning> beginning = landing.timeline().beginning();
        if (beginning.isPresent()) {
            return !asListed(suspect.places().stream()
                    .filter(place -> Survey.belongs(setup, place, beginning.get()))
                    .toList());
        }

        Instant generation = landing.timeline().generation();
        boolean newer = suspect.loadGeneration()
                .map(generation::isAfter)
                .orElseGet(() -> !suspect.places().isEmpty()
                        && suspect.places().stream().allMatch(place -> generation.isAfter(place.lastModified())));
        if (newer || suspect.places().isEmpty()) {
            return !newer;
        }

        return !asListed(suspect.places());
    }

    private boolean asListed(List<RawSource> places) {
        Map<String, ObjectStat> listed = new HashMap<>();
        landing.files().forEach(file -> listed.put(file.key(), file.stat()));
        return places.stream().allMatch(place -> {
            ObjectStat found = listed.get(place.key());
            return found != null && place.same(found);
        });
    }

    private boolean loadComplete() {
        if (LoggedDeclarations.complete(
                setup.table(), landing.snapshot(), landing.timeline().generation())) {
            return true;
        }
        DeclaredLoads.Beginning beginning = landing.timeline().beginning().orElse(null);
        if (beginning != null && beginning.what() == DeclaredLoads.What.TRUNCATED) {
            return true;
        }
        List<RawFile> loads = landing.timeline().files().stream()
                .map(PlacedFile::file)
                .filter(RawFile.Load.class::isInstance)
                .toList();
        OptionalLong expected = options.fullLoadRows();
        if (expected.isPresent()) {
            long rows = landing.timeline().files().stream()
                    .filter(file -> file.file() instanceof RawFile.Load)
                    .mapToLong(file -> file.evidence().rows())
                    .sum();
            if (rows == expected.getAsLong()) {
                return true;
            }
            findings.add(
                    Finding.info(
                            "LOAD_INCOMPLETE",
                            setup.table().toString(),
                            "The load has " + rows + " rows so far, DMS reported " + expected.getAsLong() + ".",
                            "Nothing to do while the load goes on; else compare the LOAD files with the task's table statistics."));
            return false;
        }
        if (beginning != null && !options.declaredComplete()) {
            findings.add(
                    Finding.info(
                            "RELOAD_AWAITED",
                            setup.table().toString(),
                            "The table is declared reloaded from " + beginning.from()
                                    + " on, and no LOAD file stored since then is there.",
                            "Wait for the load; if the source table was empty, declare the load complete or give its FullLoadRows, 0."));
            return false;
        }
        if (landing.placedWithRows().isEmpty() && landing.snapshot().published().isEmpty()) {
            findings.add(Finding.info(
                    "NO_FILES",
                    setup.table().toString(),
                    "There is no file of the table yet.",
                    "Wait for the load; for a table that is empty give its FullLoadRows, 0."));
        } else if (loads.isEmpty() && !landing.placedWithRows().isEmpty()) {
            findings.add(
                    Finding.warning(
                            "NO_LOAD",
                            setup.table().toString(),
                            "There are changes but no LOAD file: the table holds only rows that changed since the task began, unless it was empty then.",
                            "Nothing to do if the table was empty at its load; else load it, or give the task's FullLoadRows."));
        }
        if (loads.isEmpty()) {
            return beginning != null || withoutLoad();
        }
        if (options.declaredComplete() || quiet(loads)) {
            return true;
        }

        findings.add(Finding.info(
                "LOAD_UNSETTLED",
                setup.table().toString(),
                "The newest LOAD file is younger than " + options.settleTime() + ", so the load may still go on.",
                "Wait, give FullLoadRows of the task's table statistics, or declare the load complete."));
        return false;
    }

    /**
     * Whether a table without LOAD files may be published: DMS writes none of an empty table, but it may not have come to them yet
     * either. One task writes no change of a table before its load; of two, that with the changes may be ahead.
     */
    private boolean withoutLoad() {
        List<RawFile> files = Landing.withRows(landing.timeline().files()).stream()
                .map(PlacedFile::file)
                .toList();
        if (files.isEmpty() || landing.snapshot().published().isPresent() || options.declaredComplete()) {
            return true;
        }
        MigrationType migration = setup.migration();
        String loads = migration == null || migration == MigrationType.CDC
                ? ""
                : "the task loads (" + migration.wireValue() + ")";
        if (landing.timeline().options().tasks() == TimelineOptions.Tasks.SEPARATE) {
            loads = "another task loads";
        }
        if (!loads.isEmpty()) {
            findings.add(
                    Finding.info(
                            Obstacle.LOAD_AWAITED.name(),
                            setup.table().toString(),
                            files.size() + " files of changes are there and no LOAD file, though " + loads
                                    + " the table: the changes alone would show only rows that changed since.",
                            "Wait for the load; if the source table was empty at its load, declare the load complete or give its FullLoadRows, 0."));
            return false;
        }

        Instant first = files.stream()
                .map(file -> file.stat().lastModified())
                .min(Comparator.naturalOrder())
                .orElseThrow();
        if (migration == MigrationType.CDC || settledSince(first)) {
            return true;
        }
        findings.add(Finding.info(
                Obstacle.LOAD_UNSETTLED.name(),
                setup.table().toString(),
                "There is no LOAD file yet, and the oldest file of changes is younger than " + options.settleTime()
                        + ", so the load may still come.",
                "Wait, give FullLoadRows of the task's table statistics, or declare the load complete."));
        return false;
    }

    /**
     * Rule S6: what changed while a reload was read is applied after it; until then the table would go back in time. A
     * change committed after the load's last file was stored shows that all of those are there: by the source's clock, which may
     * be ahead of the store's.
     */
    private boolean caughtUp() {
        boolean truncated = landing.timeline()
                .beginning()
                .filter(beginning -> beginning.what() == DeclaredLoads.What.TRUNCATED)
                .isPresent();
        if (!Basis.reloaded(landing) || truncated || options.declaredComplete() || quiet(landing.filesWithRows())) {
            return true;
        }

        Optional<Instant> loaded = landing.timeline().files().stream()
                .map(PlacedFile::file)
                .filter(RawFile.Load.class::isInstance)
                .map(file -> file.stat().lastModified().plus(MergeExecution.CLOCKS_DIFFER))
                .max(Comparator.naturalOrder());
        boolean later = landing.timeline().files().stream()
                .filter(file -> file.file() instanceof RawFile.Changes)
                .flatMap(file -> file.evidence().largest().stream())
                .anyMatch(time -> loaded.isEmpty() || time.isAfter(loaded.get()));
        if (!later) {
            findings.add(Finding.info(
                    "RELOAD_CATCHING_UP",
                    setup.table().toString(),
                    "The table was reloaded, and no change is there yet that was committed more than "
                            + MergeExecution.CLOCKS_DIFFER.toMinutes()
                            + " minutes after the load, by which the clocks of source and store may differ, so changes made during the load may be missing.",
                    "Wait until the task has written them, or the settle time of " + options.settleTime()
                            + " has passed."));
        }
        return later;
    }

    /** By the store's clock. */
    private boolean quiet(List<RawFile> files) {
        Optional<Instant> newest =
                files.stream().map(RawFile::stat).map(ObjectStat::lastModified).max(Comparator.naturalOrder());
        return newest.isEmpty() || settledSince(newest.get());
    }

    private boolean settledSince(Instant time) {
        return Duration.between(time, setup.rawStore().now()).compareTo(options.settleTime()) >= 0;
    }
}
