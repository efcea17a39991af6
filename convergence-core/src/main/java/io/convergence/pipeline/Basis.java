package io.convergence.pipeline;

import static java.util.Objects.requireNonNull;

import io.convergence.ledger.LedgerSnapshot;
import io.convergence.raw.PlacedFile;
import io.convergence.raw.RawFile;
import io.convergence.raw.ReplayVerdict;
import io.convergence.raw.TableTimeline;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a merge starts from. */
enum Basis {
    /** The published table: only files that are not applied are read. */
    PUBLISHED,
    /**
     * Nothing, and all files are read: one that came late is now the first known of its run and names it, or tells more of
     * what a run repeats, or an order was declared, so the positions stored of files applied before no longer compare with
     * those of new changes (rules S1, S3, S11).
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

    static Basis of(Landing landing) {
        if (reloaded(landing)) {
            return landing.timeline().beginning().isPresent() ? EMPTIED : RELOAD;
        }

        return moved(landing) ? ALL_FILES : PUBLISHED;
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

    /** Whether files applied before, if only in part, would stand elsewhere without the others. */
    private static boolean moved(Landing landing) {
        List<PlacedFile> all = landing.timeline().files();
        List<PlacedFile> applied = all.stream()
                .filter(file -> landing.snapshot().isApplied(file.file().stat()))
                .toList();
        ReplayNotes notes = ReplayNotes.published(landing.snapshot());
        boolean declared = !notes.orders().equals(landing.timeline().options().orders());
        // Of a file whose last changes are held the others are published; one without may have named the run of those.
        List<PlacedFile> published = new ArrayList<>(applied);
        WaitingFiles waiting = WaitingFiles.published(landing.snapshot());
        waiting.among(all).stream()
                .filter(file -> !landing.snapshot().isApplied(file.file().stat()))
                .forEach(published::add);
        Set<PlacedFile> compared = new HashSet<>(applied);
        compared.addAll(waiting.inPart(all));
        if (published.isEmpty() || (published.size() == all.size() && !declared)) {
            return false;
        }

        Map<String, PlacedFile> before = new HashMap<>();
        asPublished(landing, published, notes).files().forEach(file -> before.put(file.key(), file));
        return compared.stream().filter(file -> file.evidence().rows() > 0).anyMatch(file -> {
            PlacedFile then = requireNonNull(before.get(file.key()), "applied file");
            return !file.context().equals(then.context()) || file.replayedRows() != then.replayedRows();
        });
    }

    /** How the files stood that are applied or waited, with nothing else. */
    private static TableTimeline asPublished(Landing landing, List<PlacedFile> published, ReplayNotes notes) {
        return landing.timeline()
                .of(
                        published,
                        notes.orders(),
                        boundary ->
                                notes.replays().getOrDefault(boundary.key(), ReplayVerdict.none(boundary.key(), null)));
    }
}
