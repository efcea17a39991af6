package io.convergence.pipeline;

import io.convergence.ConvergenceException;
import io.convergence.Finding;
import io.convergence.Severity;
import io.convergence.TableId;
import io.convergence.ledger.LedgerEntry;
import io.convergence.ledger.LedgerSnapshot;
import io.convergence.ledger.RawSource;
import io.convergence.raw.PlacedFile;
import io.convergence.store.ObjectStat;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the newest merge stopped at that only rows tell. A look at the table tells it while nothing happened that may end it, as
 * far as files and log show; a merge never acts on it. Immutable.
 */
record StoppedMerge(LedgerSnapshot.At<LedgerEntry.Stopped> at, Obstacle obstacle) {
    private static final Logger LOG = LoggerFactory.getLogger(StoppedMerge.class);

    private static final int PLACES = 5;
    private static final int NAMED = 10;

    /**
     * Notes in the log that rows stand against publishing, unless it says so already: a table that stays disputed must not
     * take a slot at each run. That it could not be noted only costs a later look.
     */
    static void note(MergePlan plan, TableState state, List<Finding> told) {
        LedgerEntry.Stopped now = entry(plan, state, told);
        boolean noted = standing(plan)
                .filter(before -> before.at().entry().code().equals(now.code()))
                .isPresent();
        if (noted) {
            return;
        }
        try {
            plan.ledger().commit(now);
        } catch (ConvergenceException e) {
            LOG.warn("The log of table {} does not say why its merge stopped: {}", plan.table(), e.getMessage());
        }
    }

    private static LedgerEntry.Stopped entry(MergePlan plan, TableState state, List<Finding> told) {
        List<Finding> errors = told.stream()
                .filter(finding -> finding.severity() == Severity.ERROR)
                .toList();
        Obstacle obstacle = Obstacle.of(state, errors).orElseThrow();
        boolean named = errors.stream().anyMatch(finding -> finding.code().equals(obstacle.name()));
        String code =
                named || errors.isEmpty() ? obstacle.name() : errors.get(0).code();
        List<String> paths = errors.stream()
                .filter(finding -> finding.code().equals(code))
                .map(Finding::path)
                .distinct()
                .toList();
        List<String> places = paths.subList(0, Math.min(PLACES, paths.size()));
        List<PlacedFile> files = Landing.withRows(plan.unapplied());
        return new LedgerEntry.Stopped(
                plan.ledger().newTransaction(),
                plan.landing().snapshot().slot(),
                state.name(),
                code,
                errors.stream().filter(finding -> finding.code().equals(code)).count(),
                plan.landing().timeline().generation(),
                places,
                files.stream()
                        .filter(file -> places.stream().anyMatch(place -> place.contains(file.key())))
                        .limit(NAMED)
                        .map(file -> RawSource.of(file.file().stat(), file.evidence()))
                        .toList(),
                files.size(),
                digest(files));
    }

    /** What the log says of the newest merge, if nothing has happened since that may end it. */
    static Optional<StoppedMerge> standing(MergePlan plan) {
        return plan.landing()
                .snapshot()
                .stopped()
                .map(at -> new StoppedMerge(at, obstacle(at.entry())))
                .filter(stopped -> stopped.stands(plan));
    }

    private static Obstacle obstacle(LedgerEntry.Stopped entry) {
        TableState state = entry.state().equals(TableState.DISPUTED.name()) ? TableState.DISPUTED : TableState.SUSPECT;
        Finding finding = Finding.error(entry.code(), "", "", "");
        return Obstacle.of(state, List.of(finding)).orElseThrow();
    }

    private boolean stands(MergePlan plan) {
        LedgerEntry.Stopped entry = at.entry();
        if (!plan.landing().timeline().generation().equals(entry.generation())
                || (obstacle == Obstacle.RELOAD_GUARD
                        && !plan.options().reloadGuard().guards())) {
            return false;
        }

        Set<TableEvent> endings = obstacle.endings();
        boolean declared = plan.landing().snapshot().declarations().stream()
                .anyMatch(declaration -> declaration.slot() > at.slot()
                        && endings.contains(
                                TableEvent.declared(declaration.entry().what())));
        if (declared) {
            return false;
        }

        List<PlacedFile> files = Landing.withRows(plan.unapplied());
        if (digest(files).equals(entry.digest())) {
            return obstacle != Obstacle.HISTORY_EXPIRED
                    || !plan.landing().rowsGone().isEmpty();
        }
        boolean fewer = files.size() < entry.files() || !allThere(files);
        return !endings.contains(TableEvent.FILES_CAME) && !(fewer && endings.contains(TableEvent.FILES_GONE));
    }

    private boolean allThere(List<PlacedFile> files) {
        Map<String, ObjectStat> there = new HashMap<>();
        files.forEach(file -> there.put(file.key(), file.file().stat()));
        return at.entry().named().stream().allMatch(source -> {
            ObjectStat found = there.get(source.key());
            return found != null && source.same(found);
        });
    }

    /** As the log has it: the message of a finding may show a key, and keys are data. */
    Finding finding(TableId table) {
        LedgerEntry.Stopped entry = at.entry();
        return Finding.error(
                entry.code(),
                entry.places().isEmpty() ? table.toString() : entry.places().get(0),
                "The newest merge read the rows of " + entry.files() + " files and published nothing: "
                        + entry.count() + (entry.count() == 1 ? " finding" : " findings")
                        + " of this kind stand against it, the first is named here (slot " + at.slot()
                        + " of the log).",
                "Merge again to be told which rows, and what to do; the table stays as it is published.");
    }

    private static String digest(List<PlacedFile> files) {
        MessageDigest digest;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256.", e);
        }
        files.stream()
                .map(file -> file.file().stat())
                .map(stat -> stat.key() + "\n" + stat.etag().value() + "\n"
                        + stat.lastModified().getEpochSecond() + "\n")
                .sorted()
                .forEach(line -> digest.update(line.getBytes(StandardCharsets.UTF_8)));
        return HexFormat.of().formatHex(digest.digest());
    }
}
