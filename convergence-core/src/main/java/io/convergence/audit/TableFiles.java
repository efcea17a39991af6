package io.convergence.audit;

import io.convergence.ConvergenceException;
import io.convergence.Finding;
import io.convergence.TableId;
import io.convergence.change.ChangeReader;
import io.convergence.change.ChangeSequence;
import io.convergence.change.FileProfile;
import io.convergence.change.ParquetFacts;
import io.convergence.raw.FileEvidence;
import io.convergence.raw.RawFile;
import io.convergence.raw.RawFormat;
import io.convergence.schema.Column;
import io.convergence.store.ObjectStore;
import io.convergence.target.RowShape;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads what an audit needs of one table's files: first rows of some, all footers, all rows of some. Not thread-safe. */
final class TableFiles {
    private static final int SNIFFED = 4;

    private final ObjectStore store;
    private final TableId table;
    private final AuditOptions options;
    private final Progress progress;
    private final FileScan scan;
    private final List<AuditedFile> files;
    private final List<Finding> findings;
    private final Map<List<Column>, List<Column>> columnLists = new HashMap<>();
    private final Map<AuditedFile.FooterMarks, AuditedFile.FooterMarks> marks = new HashMap<>();
    private final Map<String, ParquetFacts> sampledFooters = new HashMap<>();
    private final RowTally tally = new RowTally();
    private RowShape shape = RowShape.plain();
    private long rowFiles;
    private long textFilesRefused;
    private @Nullable ConvergenceException refusal;

    TableFiles(
            ObjectStore store,
            TableId table,
            List<RawFile> files,
            AuditOptions options,
            Progress progress,
            List<Finding> findings) {
        this.store = store;
        this.table = table;
        this.options = options;
        this.progress = progress;
        this.findings = findings;
        this.scan = new FileScan(store, table, options.reading());
        this.files = files.stream().map(AuditedFile::new).toList();
    }

    void read() {
        recogniseColumns();
        Set<String> sample = sample();
        int from = Math.max(0, files.size() - options.footersPerTable());
        for (int i = 0; i < files.size(); i++) {
            AuditedFile file = files.get(i);
            boolean sampled = sample.contains(file.key());
            if (i < from && !sampled) {
                continue;
            }
            if (file.file().format() == RawFormat.PARQUET) {
                readFooter(file, sampled);
                progress.footer();
            } else if (!sampled) {
                profile(file);
            }
        }
        for (AuditedFile file : files) {
            if (sample.contains(file.key())) {
                readRows(file);
                progress.rows();
            }
        }

        ConvergenceException first = refusal;
        if (first != null) {
            findings.add(Finding.warning(
                    "ROWS_NOT_READ",
                    table.toString(),
                    "Of " + textFilesRefused + " CSV files only names and sizes are known; the first refusal: "
                            + first.getMessage(),
                    "Describe the CSV files in a spec or schema; nothing is said here about their rows."));
        }
    }

    /** Columns are recognised in changes rather than in a load, whose rows have no sequence. */
    private void recogniseColumns() {
        List<AuditedFile> candidates = new ArrayList<>();
        List<AuditedFile> changes =
                files.stream().filter(file -> !file.isLoad()).toList();
        if (!changes.isEmpty()) {
            candidates.add(changes.get(changes.size() - 1));
            candidates.add(changes.get(changes.size() / 2));
            candidates.add(changes.get(0));
            candidates.addAll(changes.subList(Math.max(0, changes.size() - SNIFFED), changes.size()));
        }
        files.stream().filter(AuditedFile::isLoad).limit(SNIFFED).forEach(candidates::add);

        RowShape declared = options.shape(table).orElse(RowShape.plain());
        ColumnSniffer sniffer = new ColumnSniffer();
        Set<String> tried = new HashSet<>();
        Set<String> names = new HashSet<>();
        List<String> textNames = new ArrayList<>();
        RowShape readable = UndeclaredText.readable(RowShape.plain().withCsv(declared.csv()));
        for (AuditedFile file : candidates) {
            if (tried.add(file.key())) {
                try {
                    scan.read(file.file(), readable, Inspector.FIRST_ROWS, batch -> {
                        sniffer.take(batch);
                        batch.columns().forEach(column -> names.add(column.name()));
                        if (textNames.isEmpty() && file.file().format() != RawFormat.PARQUET) {
                            batch.columns().forEach(column -> textNames.add(column.name()));
                        }
                    });
                } catch (ConvergenceException ignored) {
                    // Reported with the file's footer or rows.
                }
            }
        }

        shape = UndeclaredText.laidOut(
                sniffer.found().complete(names.isEmpty() ? declared : present(declared, names)), textNames);
    }

    /** What is declared but does not exist must not keep the files from being read. */
    private RowShape present(RowShape declared, Set<String> names) {
        String timestamp = declared.timestampColumn();
        String sequence = declared.sequenceColumn();
        List<String> missing = new ArrayList<>();
        if (timestamp != null && !names.contains(timestamp)) {
            missing.add(timestamp);
            timestamp = null;
        }
        if (sequence != null && !names.contains(sequence)) {
            missing.add(sequence);
            sequence = null;
        }
        if (missing.isEmpty()) {
            return declared;
        }

        findings.add(Finding.warning(
                "DECLARED_COLUMN_MISSING",
                table.toString(),
                "Columns " + missing + " are declared as DMS's own, but the files looked at have only "
                        + names.stream().sorted().toList() + ".",
                "Correct the spec, or the task that writes here."));
        return FileScan.withColumns(declared, timestamp, sequence);
    }

    private Set<String> sample() {
        Set<String> keys = new HashSet<>();
        int most = Math.min(options.rowFilesPerTable(), files.size());
        int oldest = (most + 1) / 2;
        files.subList(0, oldest).forEach(file -> keys.add(file.key()));
        files.subList(files.size() - (most - oldest), files.size()).forEach(file -> keys.add(file.key()));
        return keys;
    }

    private void readFooter(AuditedFile file, boolean sampled) {
        try {
            ParquetFacts footer = ParquetFacts.read(store, file.file().stat(), options.reading());
            AuditedFile.FooterMarks read = AuditedFile.FooterMarks.of(footer);
            file.footer(
                    marks.computeIfAbsent(read, same -> same),
                    footer.field(RowShape.OP_COLUMN).isPresent());
            List<Column> own = own(footer);
            file.columns(columnLists.computeIfAbsent(own, same -> same));
            if (sampled) {
                sampledFooters.put(file.key(), footer);
            } else {
                evidenceOf(file, footer);
            }
        } catch (ConvergenceException e) {
            file.markUnreadable();
            findings.add(AuditFindings.unreadable(file.key(), e));
        }
    }

    private List<Column> own(ParquetFacts footer) {
        List<String> names =
                footer.fields().stream().map(ParquetFacts.Field::name).toList();
        Set<String> seen = new HashSet<>();
        // A broken file may name a column twice or not at all; reading its rows says so.
        return footer.fields().stream()
                .filter(field -> !field.name().isEmpty() && seen.add(field.name()))
                .filter(field -> !field.name().equals(RowShape.OP_COLUMN)
                        && !field.name().equals(shape.timestampColumn())
                        && !field.name().equals(shape.sequenceColumn())
                        && shape.beforeImageOf(field.name(), names).isEmpty())
                .flatMap(field -> field.dmsType().map(type -> Column.nullable(field.name(), type)).stream())
                .toList();
    }

    /** Statistics hold the range of both columns in DMS's files; where they are off, the columns are read. */
    private void evidenceOf(AuditedFile file, ParquetFacts footer) {
        ParquetFacts.Field sequence = field(footer, file.isLoad() ? null : shape.sequenceColumn());
        ParquetFacts.Field timestamp = field(footer, shape.timestampColumn());
        boolean told = (sequence == null || sequence.nullCount().isPresent())
                && (timestamp == null || timestamp.nullCount().isPresent());
        if (!told) {
            profile(file);
            return;
        }

        String first = sequence == null ? null : sequence.smallest();
        String last = sequence == null ? null : sequence.largest();
        boolean sequences = first != null && last != null && isSequence(first) && isSequence(last);
        Instant smallest = timestamp == null ? null : time(timestamp.smallest());
        Instant largest = timestamp == null ? null : time(timestamp.largest());
        boolean times = smallest != null && largest != null;
        file.evidence(new FileEvidence(
                footer.rows(),
                sequences ? first : null,
                sequences ? last : null,
                times ? smallest : null,
                times ? largest : null));
    }

    private static ParquetFacts.@Nullable Field field(ParquetFacts footer, @Nullable String name) {
        return name == null ? null : footer.field(name).orElse(null);
    }

    private static boolean isSequence(String text) {
        try {
            new ChangeSequence(text).commitTime();
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static @Nullable Instant time(@Nullable String text) {
        try {
            return text == null
                    ? null
                    : LocalDateTime.parse(text.replace(' ', 'T')).toInstant(ZoneOffset.UTC);
        } catch (DateTimeException e) {
            return null;
        }
    }

    private void profile(AuditedFile file) {
        try {
            FileProfile profile =
                    ChangeReader.create(store, table, shape, options.reading()).profile(file.file());
            file.evidence(profile.evidence());
            file.disputes(profile.disputes());
            if (file.columns() == null) {
                file.columns(columnLists.computeIfAbsent(profile.columns(), same -> same));
            }
        } catch (ConvergenceException e) {
            refused(file, e);
        }
    }

    private void readRows(AuditedFile file) {
        if (file.unreadable()) {
            return;
        }

        RowTally own = new RowTally();
        ParquetFacts footer = sampledFooters.remove(file.key());
        try {
            boolean complete = scan.read(file.file(), FileScan.forFile(shape, footer), options.rowsPerFile(), batch -> {
                own.take(batch);
                tally.take(batch);
            });
            rowFiles++;
            RowFacts facts = own.facts();
            if (file.columns() == null) {
                file.columns(facts.columns().stream()
                        .map(column -> Column.nullable(column.name(), column.type()))
                        .toList());
            }
            if (!complete && footer != null) {
                evidenceOf(file, footer);
                return;
            }

            keep(file, facts);
        } catch (ConvergenceException e) {
            refused(file, e);
        }
    }

    private void keep(AuditedFile file, RowFacts facts) {
        boolean load = file.isLoad();
        file.evidence(new FileEvidence(
                facts.rows(),
                load ? null : facts.firstSequence(),
                load ? null : facts.lastSequence(),
                facts.smallestTime(),
                facts.largestTime()));
        List<Finding> odd = new ArrayList<>();
        if (!load) {
            new Oddities(file.key(), odd).ofOrder(facts);
        }
        file.disputes(odd);
    }

    private void refused(AuditedFile file, ConvergenceException e) {
        if (file.file().format() == RawFormat.PARQUET) {
            file.markUnreadable();
            findings.add(AuditFindings.unreadable(file.key(), e));
            return;
        }

        textFilesRefused++;
        refusal = refusal == null ? e : refusal;
    }

    List<AuditedFile> files() {
        return files;
    }

    /** What was declared of the columns, completed by what was recognised. */
    RowShape shape() {
        return shape;
    }

    FileScan scan() {
        return scan;
    }

    Optional<RowFacts> rows() {
        RowFacts facts = tally.facts();
        return facts.rows() == 0 ? Optional.empty() : Optional.of(facts);
    }

    TableAudit.Coverage coverage() {
        long footers = files.stream().filter(AuditedFile::footerRead).count();
        long unreadable = files.stream().filter(AuditedFile::unreadable).count();
        long notRead = Math.max(0, files.size() - options.footersPerTable());
        return new TableAudit.Coverage(
                files.size(), footers, rowFiles, tally.facts().rows(), unreadable + textFilesRefused, notRead);
    }
}
