package io.convergence.pipeline;

import io.convergence.ledger.LedgerSnapshot;
import io.convergence.raw.FileContext;
import io.convergence.raw.PlacedFile;
import io.convergence.raw.RawFile;
import io.convergence.raw.TableTimeline;
import io.convergence.raw.TimelineFile;
import java.util.List;
import java.util.Map;

/** What a merge starts from. */
enum Basis {
    /** The published table: only files that are not applied are read. */
    PUBLISHED,
    /**
     * Nothing, and all files are read: one that came late is now the first known of its run and names it, so the
     * positions stored of files applied before no longer compare with those of new changes (rules S1, S11).
     */
    ALL_FILES,
    /** Nothing: a newer load replaces the table. */
    RELOAD,
    /** Nothing: the table is declared empty from a moment on, and has the columns it had. */
    EMPTIED;

    /** Whether files that are applied to the published table are read again because what it holds does not go on. */
    boolean replaces() {
        return this == RELOAD || this == EMPTIED;
    }

    static Basis of(TableSetup setup, Landing landing) {
        if (reloaded(landing)) {
            return landing.timeline().beginning().isPresent() ? EMPTIED : RELOAD;
        }

        return moved(setup, landing) ? ALL_FILES : PUBLISHED;
    }

    /**
     * Whether the files are of a newer load than the published table. That its LOAD files are gone is no newer load, nor
     * that some are: those left would name a later generation, but DMS writes all files of a load anew.
     */
    static boolean reloaded(Landing landing) {
        LedgerSnapshot snapshot = landing.snapshot();
        boolean later = snapshot.published()
                .map(published -> landing.timeline().generation().isAfter(published.generation()))
                .orElse(false);
        return later
                && landing.timeline().files().stream()
                        .map(PlacedFile::file)
                        .noneMatch(file -> file instanceof RawFile.Load && snapshot.isApplied(file.stat()));
    }

    /** Whether files applied before would stand elsewhere without the others. */
    private static boolean moved(TableSetup setup, Landing landing) {
        List<PlacedFile> all = landing.timeline().files();
        List<PlacedFile> applied = all.stream()
                .filter(file -> landing.snapshot().isApplied(file.file().stat()))
                .toList();
        if (applied.isEmpty() || applied.size() == all.size()) {
            return false;
        }

        List<TimelineFile> alone = applied.stream()
                .map(file -> new TimelineFile(file.file(), file.evidence()))
                .toList();
        Map<String, FileContext> before =
                TableTimeline.of(setup.table(), alone, LoggedDeclarations.timeline(setup, landing.snapshot()))
                        .contexts();
        return applied.stream()
                .filter(file -> file.evidence().rows() > 0)
                .anyMatch(file -> !file.context().equals(before.get(file.key())));
    }
}
