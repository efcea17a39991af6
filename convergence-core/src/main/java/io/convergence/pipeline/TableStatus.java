package io.convergence.pipeline;

import static java.util.Objects.requireNonNull;

import io.convergence.Finding;
import io.convergence.Severity;
import io.convergence.TableId;
import io.convergence.curated.Partitioning;
import io.convergence.ledger.DeclaredText;
import io.convergence.ledger.LedgerEntry;
import io.convergence.ledger.LedgerFile;
import io.convergence.ledger.LedgerSnapshot;
import io.convergence.raw.PlacedFile;
import io.convergence.raw.RawFile;
import io.convergence.raw.TableTimeline;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How a table stands: what its files and its log tell together, without reading rows. What only rows tell, such as two rows
 * of one key, it tells as the newest merge noted it in the log, until something happened that may end it. Immutable;
 * thread-safe.
 *
 * @param obstacle what stands against publishing; null for a table that is current
 * @param generation of the load it has; {@link io.convergence.raw.FileContext#NO_LOAD} without one
 * @param load its LOAD files
 * @param runs its runs, each by the instant of its first file
 * @param changes its files of changes
 * @param waiting files no merge has applied to what is published
 * @param vanished raw files that are gone or rewritten and that nothing explains
 * @param expired raw files whose rows only the published table holds, because they are declared expired
 * @param completeUntil exclusive; null if not known. Lowered by files that came late and are not applied
 * @param findings what was found, the obstacle's among them
 * @param snapshot the log it was taken with
 */
public record TableStatus(
        TableId table,
        @Nullable Obstacle obstacle,
        Instant generation,
        Files load,
        List<Instant> runs,
        Files changes,
        Files waiting,
        int vanished,
        int expired,
        @Nullable Instant completeUntil,
        List<Finding> findings,
        LedgerSnapshot snapshot) {
    /** Of the snapshot's files by bucket, and of when loads began, which tell a person nothing; and what a finding tells. */
    private static final Set<String> QUIET_NOTES = Set.of("layout", LoadNotes.NAME, QuarantineNote.NAME);

    private static final int LONGEST_NOTE = 60;

    /** How many files there are, and rows in them. */
    public record Files(int count, long rows) {
        static Files of(List<PlacedFile> files) {
            return new Files(
                    files.size(),
                    files.stream().mapToLong(file -> file.evidence().rows()).sum());
        }

        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "%,d %s, %,d %s",
                    count,
                    count == 1 ? "file" : "files",
                    rows,
                    rows == 1 ? "row" : "rows");
        }
    }

    public TableStatus {
        requireNonNull(table, "table");
        requireNonNull(generation, "generation");
        runs = List.copyOf(runs);
        findings = List.copyOf(findings);
        requireNonNull(snapshot, "snapshot");
    }

    static TableStatus of(MergePlan plan) {
        Landing landing = plan.landing();
        TableTimeline timeline = landing.timeline();
        List<PlacedFile> loads = timeline.files().stream()
                .filter(file -> file.file() instanceof RawFile.Load)
                .toList();
        List<PlacedFile> changes = landing.placedWithRows().stream()
                .filter(file -> file.file() instanceof RawFile.Changes)
                .toList();
        Optional<Obstacle> seen = Obstacle.of(plan.outlook(), plan.findings());
        Optional<StoppedMerge> stopped = seen.isPresent() ? Optional.empty() : StoppedMerge.standing(plan);
        List<Finding> findings = new ArrayList<>(plan.findings());
        stopped.ifPresent(merge -> findings.add(merge.finding(plan.table())));
        Optional<Obstacle> obstacle = seen.or(() -> stopped.map(StoppedMerge::obstacle));
        if (obstacle.isEmpty() && plan.holdsAll()) {
            obstacle = Optional.of(Obstacle.NEWEST_TRANSACTION_HELD);
        }
        return new TableStatus(
                plan.table(),
                obstacle.orElse(null),
                timeline.generation(),
                Files.of(loads),
                timeline.runs(),
                Files.of(changes),
                Files.of(Landing.withRows(plan.unapplied())),
                landing.vanished().size(),
                landing.rowsGone().size(),
                plan.complete().withoutLate().orElse(null),
                findings,
                landing.snapshot());
    }

    public TableCondition condition() {
        return obstacle == null ? TableCondition.CURRENT : obstacle.condition();
    }

    public Optional<Obstacle> standing() {
        return Optional.ofNullable(obstacle);
    }

    public Optional<Instant> completeThrough() {
        return Optional.ofNullable(completeUntil);
    }

    /** For people, several lines. */
    @Override
    public String toString() {
        var text = new StringBuilder();
        line(text, "%s: %s", table, condition());
        Obstacle stands = obstacle;
        if (stands != null) {
            findings.stream()
                    .filter(finding -> finding.code().equals(stands.name()))
                    .forEach(finding -> line(text, "  %s", finding));
            line(
                    text,
                    "  ends by %s",
                    stands.endings().stream()
                            .filter(event -> event != TableEvent.ROWS_READ)
                            .map(TableEvent::label)
                            .collect(Collectors.joining(", ")));
        }
        line(
                text,
                "  load: %s%s",
                generation.equals(Instant.EPOCH) ? "none" : generation + ", " + load,
                stands != null && stands.condition() == TableCondition.LOADING ? ", not complete" : "");
        line(
                text,
                "  changes: %s, %d %s%s",
                changes,
                runs.size(),
                runs.size() == 1 ? "run" : "runs",
                runs.isEmpty() ? "" : ", the newest since " + runs.get(runs.size() - 1));
        Optional<LedgerEntry.Merge> merge = snapshot.published();
        if (merge.isEmpty()) {
            line(text, "  published: nothing");
        } else {
            published(text, merge.get());
        }
        line(text, "  not applied: %s", waiting);
        if (vanished > 0) {
            line(text, "  gone or rewritten: %,d files", vanished);
        }
        if (expired > 0) {
            line(text, "  expired: %,d files; their rows are in the published table alone", expired);
        }
        snapshot.declarations()
                .forEach(at -> line(
                        text,
                        "  declared in slot %d: %s %s",
                        at.slot(),
                        at.entry().what().label(),
                        declared(at.entry())));
        findings.stream()
                .filter(finding -> finding.severity() != Severity.INFO)
                .filter(finding -> stands == null || !finding.code().equals(stands.name()))
                .forEach(finding -> line(text, "  %s", finding));
        return text.toString();
    }

    private void published(StringBuilder text, LedgerEntry.Merge merge) {
        line(
                text,
                "  published: %s, of load %s%s",
                new Files(
                        merge.data().size(),
                        merge.data().stream().mapToLong(LedgerFile::rows).sum()),
                merge.generation().equals(Instant.EPOCH) ? "none" : merge.generation(),
                merge.generation().equals(generation) ? "" : ", which a newer one will replace");
        Partitioning partitioning = Partitioning.of(merge);
        if (partitioning.isPartitioned()) {
            line(text, "  partitioned by: %s", partitioning);
        }
        line(text, "  complete through: %s", completeUntil == null ? "not known" : completeUntil);
        merge.notes().forEach((name, value) -> {
            if (!QUIET_NOTES.contains(name)) {
                line(text, "  %s: %s", name, value.length() <= LONGEST_NOTE ? value : value.length() + " characters");
            }
        });
    }

    private static String declared(LedgerEntry.Declared entry) {
        Optional<DeclaredText> parsed;
        try {
            parsed = DeclaredText.parse(entry.text());
        } catch (IllegalArgumentException e) {
            return entry.text();
        }

        return parsed.map(declared -> (declared.at() == null ? "" : declared.at() + " ")
                        + (declared.load() == null ? "" : "of load " + declared.load() + " ")
                        + (declared.note().isEmpty() ? "" : "(" + declared.note() + ")"))
                .map(String::strip)
                .orElse(entry.text());
    }

    private static void line(StringBuilder text, String format, @Nullable Object... values) {
        text.append(String.format(Locale.ROOT, format, values).stripTrailing().replaceAll("\\s*\\R\\s*", " "))
                .append('\n');
    }
}
