package io.convergence.pipeline;

import io.convergence.ConvergenceException;
import io.convergence.Finding;
import io.convergence.ledger.RawSource;
import io.convergence.raw.PlacedFile;
import io.convergence.store.StoreException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether the raw files of a merge plan are what they were when it was made (rule L4), and what the log is told if not.
 * Not thread-safe.
 */
final class SourceCheck {
    private static final Logger LOG = LoggerFactory.getLogger(SourceCheck.class);

    private final MergePlan plan;
    private final Landing landing;

    SourceCheck(MergePlan plan) {
        this.plan = plan;
        this.landing = plan.landing();
    }

    /**
     * Reads pinned by ETag do not see that DMS emptied the folder after them. Every file whose changes are
     * committed is looked at again, and what else the same listing shows; other files the next plan looks at (rule L7).
     *
     * @param everyFileRead whether changes of applied files are committed again
     */
    List<RawSource> changedSinceListed(boolean everyFileRead) {
        List<PlacedFile> read =
                Landing.withRows(everyFileRead ? landing.timeline().files() : plan.unapplied());
        RawFileLister.Look look = plan.lister()
                .again(read.stream()
                        .filter(file ->
                                !landing.snapshot().isRetired(file.file().stat()))
                        .map(PlacedFile::key)
                        .collect(Collectors.toSet()));
        Map<String, RawSource> expected = new TreeMap<>();
        landing.placedWithRows().stream()
                .map(file -> RawSource.of(file.file().stat(), file.evidence()))
                .filter(source -> !landing.snapshot().isRetired(source.stat())
                        && !landing.removed().contains(source.key()))
                .filter(source -> look.covers().test(source.key()))
                .forEach(source -> expected.put(source.key(), source));
        look.found()
                .forEach(stat ->
                        expected.computeIfPresent(stat.key(), (key, source) -> source.same(stat) ? null : source));
        return List.copyOf(expected.values());
    }

    /**
     * What is gone or another, where reading showed that a raw file is; everything is listed for it.
     *
     * @param failed for the key of what could not be read
     * @return empty if that is no raw file the plan counts on
     */
    List<RawSource> changedWhenRead(StoreException failed) {
        Optional<RawSource> file = landing.placedWithRows().stream()
                .filter(placed -> placed.key().equals(failed.key())
                        && !landing.snapshot().isRetired(placed.file().stat())
                        && !landing.removed().contains(placed.key()))
                .map(placed -> RawSource.of(placed.file().stat(), placed.evidence()))
                .findFirst();
        if (file.isEmpty()) {
            return List.of();
        }

        Map<String, RawSource> changed = new TreeMap<>();
        changed.put(file.get().key(), file.get());
        // What it was taken for present by must not serve the next plan.
        plan.lister().listAllNext();
        try {
            changedSinceListed(true).forEach(source -> changed.put(source.key(), source));
        } catch (ConvergenceException e) {
            LOG.warn("Whether more raw files of table {} changed is not known: {}", plan.table(), e.getMessage());
        }
        return List.copyOf(changed.values());
    }

    /** What is told of a merge that is given up. */
    static Finding vanished(List<RawSource> changed) {
        return Finding.error(
                "RAW_FILE_VANISHED",
                changed.get(0).key(),
                "It was deleted or written anew while the table was merged: DMS does so when the source table is"
                        + " truncated, dropped or reloaded.",
                "Reload the table, or restore the file; if a reload is going on, nothing.");
    }

    /** The next merge may not be told the statistic. */
    void suspectDdls() {
        try {
            plan.ddls().suspect(plan.ledger(), landing.timeline().generation());
        } catch (ConvergenceException e) {
            LOG.warn("The log of table {} does not say that its DDL is unexplained: {}", plan.table(), e.getMessage());
        }
    }

    /** So that a declaration has a slot to resolve, even if a raw file is seen to be gone when the merge is planned. */
    void suspectVanished() {
        List<RawSource> unexplained = landing.vanished().stream()
                .filter(source -> !landing.snapshot().isExplained(source))
                .toList();
        if (!unexplained.isEmpty()) {
            suspect(unexplained);
        }
    }

    /** The next merge must know, though the log has nothing else of a file that was never applied. */
    void suspect(List<RawSource> changed) {
        try {
            plan.ledger()
                    .suspect(
                            "raw files changed or vanished while they were merged",
                            landing.timeline().generation(),
                            changed);
        } catch (ConvergenceException e) {
            LOG.warn("The log of table {} does not say that raw files changed: {}", plan.table(), e.getMessage());
        }
    }
}
