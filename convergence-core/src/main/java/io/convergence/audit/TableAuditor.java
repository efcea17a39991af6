package io.convergence.audit;

import io.convergence.Finding;
import io.convergence.TableId;
import io.convergence.raw.PlacedFile;
import io.convergence.raw.RawFile;
import io.convergence.raw.RawFormat;
import io.convergence.raw.TableTimeline;
import io.convergence.store.ObjectStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Audits one table once. */
final class TableAuditor {
    private static final int LISTED_GAPS = 5;
    private static final long TARGET = 256L << 20;
    private static final Duration LONG_GAP = Duration.ofHours(24);
    private static final int LONG_FACTOR = 10;
    private static final int FEW_FILES = 10;

    private final TableId table;
    private final AuditOptions options;
    private final List<RawFile> listed;
    private final List<Finding> findings = new ArrayList<>();
    private final TableFiles reading;
    private final FolderForms forms;
    private final SettingsEvidence evidence;

    TableAuditor(ObjectStore store, TableId table, List<RawFile> files, AuditOptions options, Progress progress) {
        this.table = table;
        this.options = options;
        this.listed = files;
        this.reading = new TableFiles(store, table, files, options, progress, findings);
        this.forms = new FolderForms(options.layout().timezone());
        this.evidence = new SettingsEvidence(table);
    }

    SettingsEvidence evidence() {
        return evidence;
    }

    TableAudit audit() {
        reading.read();
        List<AuditedFile> files = reading.files();
        List<AuditedFile> changes =
                files.stream().filter(file -> !file.isLoad()).toList();
        TableTimeline timeline = TableTimeline.of(
                table, files.stream().map(AuditedFile::timelineFile).toList(), options.timeline());
        findings.addAll(timeline.findings());
        Optional<RowFacts> rows = reading.rows();
        DmsColumns columns = DmsColumns.of(reading.shape());
        rows.ifPresent(facts -> new Oddities(table.toString(), findings).ofRows(facts, false));

        List<RunStart> runStarts = runStarts(timeline, changes);
        Map<String, Long> folders = dateFolders(changes);
        List<SchemaVersion> schemas = new SchemaHistory(table, findings).of(files);
        SizeStatistics sizes = SizeStatistics.of(
                listed.stream().map(file -> file.stat().size()).toList());
        long after = filesAfterCompaction(timeline);
        List<Gap> gaps = gaps(changes);
        evidence.take(files, columns, folders);
        WriterSuspicion.of(changes, forms)
                .ifPresent(signs -> findings.add(Finding.error(
                        "TWO_WRITERS_SUSPECTED",
                        table.toString(),
                        "Two tasks seem to write the changes of this table to one place: " + signs
                                + ". They overwrite each other's files (rule S16).",
                        "Give each task its own BucketFolder, and reload the table.")));
        judge(files, changes, columns, sizes, after, gaps, rows.orElse(null));

        return new TableAudit(
                table,
                files.size() - changes.size(),
                bytes(files.stream().filter(AuditedFile::isLoad).toList()),
                changes.size(),
                bytes(changes),
                formats(files),
                folders,
                segments(),
                sizes,
                after,
                timeline.state(),
                timeline.generation(),
                timeline.loadStart().orElse(null),
                timeline.runs(),
                timeline.leftovers().size(),
                timeline.beforeLoad().size(),
                median(gaps),
                gaps.stream()
                        .sorted(Comparator.comparing(Gap::length).reversed())
                        .limit(LISTED_GAPS)
                        .toList(),
                runStarts,
                columns,
                rows.orElse(null),
                schemas,
                Arrival.of(changes.stream().map(file -> file.cdc().instant()).toList()),
                reading.coverage(),
                findings);
    }

    private static long bytes(List<AuditedFile> files) {
        return files.stream().mapToLong(file -> file.file().stat().size()).sum();
    }

    private static Map<RawFormat, Long> formats(List<AuditedFile> files) {
        Map<RawFormat, Long> formats = new EnumMap<>(RawFormat.class);
        files.forEach(file -> formats.merge(file.file().format(), 1L, Long::sum));
        return formats;
    }

    private Map<String, Long> dateFolders(List<AuditedFile> changes) {
        Map<String, Long> folders = new TreeMap<>();
        changes.forEach(file -> folders.merge(forms.of(file.cdc()), 1L, Long::sum));
        return folders;
    }

    private List<String> segments() {
        return listed.stream()
                .filter(RawFile.Load.class::isInstance)
                .map(file -> ((RawFile.Load) file).segment())
                .filter(segment -> !segment.isEmpty())
                .distinct()
                .sorted()
                .toList();
    }

    /** Small neighbours of one kind joined to files of the target size; what is in the band or above stays. */
    private static long filesAfterCompaction(TableTimeline timeline) {
        long after = 0;
        long filled = 0;
        boolean load = false;
        for (PlacedFile placed : timeline.files()) {
            RawFile file = placed.file();
            boolean otherKind = load != file instanceof RawFile.Load;
            load = file instanceof RawFile.Load;
            boolean joins = file.format() == RawFormat.PARQUET && file.stat().size() < SizeStatistics.BAND_FROM.bytes();
            if (!joins || otherKind || filled >= TARGET) {
                filled = 0;
            }
            after += !joins || filled == 0 ? 1 : 0;
            filled = joins ? Math.max(1, filled + file.stat().size()) : 0;
        }
        return after + timeline.leftovers().size() + timeline.beforeLoad().size();
    }

    private static List<Gap> gaps(List<AuditedFile> changes) {
        List<Gap> gaps = new ArrayList<>();
        for (int i = 1; i < changes.size(); i++) {
            RawFile.Cdc before = changes.get(i - 1).cdc();
            RawFile.Cdc after = changes.get(i).cdc();
            gaps.add(new Gap(before.key(), after.key(), Duration.between(before.instant(), after.instant())));
        }
        return gaps;
    }

    private static Duration median(List<Gap> gaps) {
        return gaps.isEmpty()
                ? Duration.ZERO
                : gaps.stream().map(Gap::length).sorted().toList().get((gaps.size() - 1) / 2);
    }

    /** Where the counter restarts, and without a sequence where commit times of files overlap. */
    private List<RunStart> runStarts(TableTimeline timeline, List<AuditedFile> changes) {
        Map<String, Instant> runs = new HashMap<>();
        timeline.files().forEach(file -> runs.put(file.key(), file.context().run()));
        List<AuditedFile> held = changes.stream()
                .filter(file -> runs.containsKey(file.key()) && file.evidence().rows() > 0)
                .toList();
        List<Integer> starts = new ArrayList<>();
        for (int i = 1; i < held.size(); i++) {
            boolean restarts = !Objects.equals(
                    runs.get(held.get(i).key()), runs.get(held.get(i - 1).key()));
            if (restarts || timesOverlap(held.get(i - 1), held.get(i))) {
                starts.add(i);
            }
        }

        int left = Math.max(0, starts.size() - options.boundariesPerTable());
        if (left > 0) {
            findings.add(Finding.info(
                    "REPLAYS_NOT_ALL_CHECKED",
                    table.toString(),
                    "Rows were compared at the newest " + (starts.size() - left) + " of " + starts.size()
                            + " starts of runs only.",
                    "Raise the number of boundaries to compare more."));
        }

        RunComparison comparison = new RunComparison(reading.scan(), reading.shape());
        List<RunStart> compared = new ArrayList<>();
        for (int i = left; i < starts.size(); i++) {
            int end = i + 1 < starts.size() ? starts.get(i + 1) : held.size();
            RunStart start = comparison.compare(held, starts.get(i), end);
            compared.add(start);
            report(start);
        }
        return compared;
    }

    private static boolean timesOverlap(AuditedFile before, AuditedFile file) {
        if (file.evidence().first().isPresent()) {
            return false;
        }

        Optional<Instant> largest = before.evidence().largest();
        Optional<Instant> smallest = file.evidence().smallest();
        return largest.isPresent() && smallest.isPresent() && smallest.get().isBefore(largest.get());
    }

    private void report(RunStart start) {
        if (start.repeatedRows() > 0) {
            findings.add(Finding.warning(
                    "REPLAY",
                    start.file(),
                    "Its first " + start.repeatedRows() + " rows repeat the last rows before it, in '" + start.before()
                            + "' and earlier: DMS wrote them again after a restart.",
                    "Leave the repeated rows out wherever changes are appended or counted (rule S3)."));
        } else if (start.notChecked().contains("do not reach")) {
            findings.add(Finding.warning(
                    "REPLAY_UNFINISHED",
                    start.file(),
                    "All its rows repeat rows before it, but the last of these have not been repeated yet.",
                    "Wait for the next file before the rows are used (rule S3)."));
        } else if (!start.notChecked().isEmpty()) {
            findings.add(Finding.info(
                    "REPLAY_NOT_CHECKED",
                    start.file(),
                    "Whether it repeats rows before it is not fully known: " + start.notChecked() + ".",
                    "Compare the rows by other means if the task was restarted then."));
        }
    }

    private void judge(
            List<AuditedFile> files,
            List<AuditedFile> changes,
            DmsColumns columns,
            SizeStatistics sizes,
            long after,
            List<Gap> gaps,
            @Nullable RowFacts rows) {
        TableJudgement judgement = new TableJudgement(table, findings);
        judgement.sizes(sizes, after);
        judgement.columns(columns, changes, rows);
        judgement.kinds(files, changes);
        judgement.coverage(reading.coverage());
        Optional<Gap> longest = gaps.stream().max(Comparator.comparing(Gap::length));
        boolean isLong = gaps.size() >= FEW_FILES
                && longest.isPresent()
                && longest.get().length().compareTo(LONG_GAP) > 0
                && longest.get().length().compareTo(median(gaps).multipliedBy(LONG_FACTOR)) > 0;
        if (isLong) {
            findings.add(Finding.info(
                    "LONG_GAP",
                    longest.get().after(),
                    "No file of changes for " + TextTable.duration(longest.get().length()) + " after '"
                            + longest.get().before() + "'; the median gap is "
                            + TextTable.duration(median(gaps)) + ".",
                    "Nothing to do if the table was quiet; else check whether the task stood still."));
        }
    }
}
