package io.convergence.audit;

import static io.convergence.audit.InferredSetting.Certainty.CERTAIN;
import static io.convergence.audit.InferredSetting.Certainty.LIKELY;

import io.convergence.TableId;
import io.convergence.raw.FileEvidence;
import io.convergence.raw.RawFormat;
import io.convergence.schema.Column;
import io.convergence.schema.DataType;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/** What the files of one table betray of settings, and what those of all tables betray together. */
final class SettingsEvidence {
    private final TableId table;
    private final NavigableSet<RawFormat> formats = new TreeSet<>();
    private final NavigableMap<String, Long> folders = new TreeMap<>();
    private final NavigableSet<String> bucketFolders = new TreeSet<>();
    private final NavigableSet<String> codecs = new TreeSet<>();
    private final NavigableSet<String> encodings = new TreeSet<>();
    private final NavigableSet<Integer> versions = new TreeSet<>();
    private final NavigableSet<Long> rowsOfGroups = new TreeSet<>();
    private final NavigableSet<Integer> timestampDigits = new TreeSet<>();
    private final List<Duration> delays = new ArrayList<>();
    private DmsColumns columns = DmsColumns.NONE;
    private boolean statistics;
    private long loads;
    private long loadsWithOperation;
    private long changes;
    private long changesWithOperation;
    private long loadsOfOneTime;
    private long loadsOfManyTimes;

    SettingsEvidence(TableId table) {
        this.table = table;
    }

    void take(List<AuditedFile> files, DmsColumns found, Map<String, Long> dateFolders) {
        columns = found;
        folders.putAll(dateFolders);
        for (AuditedFile file : files) {
            formats.add(file.file().format());
            FolderForms.bucketFolder(table, file.key()).ifPresent(bucketFolders::add);
            AuditedFile.FooterMarks marks = file.marks();
            if (marks != null) {
                // Files of other writers, compaction's among them, say nothing of DMS's settings.
                if (marks.createdBy().equals(Oddities.DMS)) {
                    versions.add(marks.version());
                    rowsOfGroups.add(marks.rowsOfFullGroups());
                }
                codecs.addAll(marks.codecs());
                encodings.addAll(marks.encodings());
                statistics |= marks.statistics();
                loads += file.isLoad() ? 1 : 0;
                loadsWithOperation += file.isLoad() && file.operation() ? 1 : 0;
                changes += file.isLoad() ? 0 : 1;
                changesWithOperation += !file.isLoad() && file.operation() ? 1 : 0;
            }
            takeTimes(file);
            List<Column> own = file.columns();
            if (own != null) {
                own.stream()
                        .filter(column -> column.type().kind() == DataType.Kind.DATETIME)
                        .forEach(column -> timestampDigits.add(column.type().scale()));
            }
        }
    }

    private void takeTimes(AuditedFile file) {
        FileEvidence evidence = file.evidence();
        Optional<Instant> smallest = evidence.smallest();
        Optional<Instant> largest = evidence.largest();
        if (smallest.isEmpty() || largest.isEmpty()) {
            return;
        }
        if (!file.isLoad()) {
            delays.add(Duration.between(smallest.get(), file.cdc().instant()));
        } else if (evidence.rows() > 1) {
            boolean one = smallest.get().equals(largest.get());
            loadsOfOneTime += one ? 1 : 0;
            loadsOfManyTimes += one ? 0 : 1;
        }
    }

    static List<InferredSetting> conclude(List<SettingsEvidence> tables, boolean transactions) {
        if (tables.isEmpty()) {
            return List.of();
        }

        SettingsEvidence all = new SettingsEvidence(tables.get(0).table);
        NavigableSet<String> timestamps = new TreeSet<>();
        NavigableSet<String> sequences = new TreeSet<>();
        NavigableSet<String> before = new TreeSet<>();
        for (SettingsEvidence one : tables) {
            all.add(one);
            one.columns.timestamp().ifPresent(timestamps::add);
            one.columns.sequence().ifPresent(sequences::add);
            one.columns
                    .beforePrefix()
                    .ifPresent(prefix ->
                            before.add(prefix + "…" + one.columns.beforeSuffix().orElse("")));
        }

        List<InferredSetting> settings = new ArrayList<>();
        all.places(settings, transactions);
        all.operations(settings);
        all.columns(settings, timestamps, sequences, before);
        all.parquet(settings);
        CutEstimate.of(all.delays)
                .ifPresent(cut -> settings.add(new InferredSetting(
                        "CdcMaxBatchInterval", cut.interval().toSeconds() + " s", LIKELY, cut.evidence())));
        return settings;
    }

    private void add(SettingsEvidence other) {
        formats.addAll(other.formats);
        other.folders.forEach((form, files) -> folders.merge(form, files, Long::sum));
        bucketFolders.addAll(other.bucketFolders);
        codecs.addAll(other.codecs);
        encodings.addAll(other.encodings);
        versions.addAll(other.versions);
        rowsOfGroups.addAll(other.rowsOfGroups);
        timestampDigits.addAll(other.timestampDigits);
        delays.addAll(other.delays);
        statistics |= other.statistics;
        loads += other.loads;
        loadsWithOperation += other.loadsWithOperation;
        changes += other.changes;
        changesWithOperation += other.changesWithOperation;
        loadsOfOneTime += other.loadsOfOneTime;
        loadsOfManyTimes += other.loadsOfManyTimes;
    }

    private void places(List<InferredSetting> settings, boolean transactions) {
        if (bucketFolders.size() == 1 && !bucketFolders.first().isEmpty()) {
            String folder = bucketFolders.first();
            settings.add(new InferredSetting(
                    "BucketFolder",
                    folder.substring(0, folder.length() - 1),
                    LIKELY,
                    "it stands before schema and table in all keys looked at"));
        }
        boolean parquet = formats.contains(RawFormat.PARQUET);
        boolean text = formats.contains(RawFormat.CSV) || formats.contains(RawFormat.CSV_GZIP);
        settings.add(new InferredSetting(
                "DataFormat", both(parquet, "parquet", text, "csv"), CERTAIN, "extensions of the files"));
        boolean gzip = formats.contains(RawFormat.CSV_GZIP) || codecs.contains("GZIP");
        boolean plain = formats.contains(RawFormat.CSV) || codecs.contains("UNCOMPRESSED");
        if (gzip || plain) {
            settings.add(new InferredSetting(
                    "CompressionType",
                    both(gzip, "GZIP", plain, "NONE"),
                    CERTAIN,
                    "codecs in Parquet files: " + codecs + ", extensions of the others"));
        }
        if (transactions) {
            settings.add(new InferredSetting("PreserveTransactions", "true", CERTAIN, "there are CDC_TXN files"));
        }
        folders.forEach((form, files) -> folders(settings, form, files));
    }

    private void folders(List<InferredSetting> settings, String form, long files) {
        String of = files + " of "
                + folders.values().stream().mapToLong(Long::longValue).sum() + " files of changes ";
        int blank = form.indexOf(' ');
        if (blank >= 0) {
            String agree = "folders of " + of + "agree with the times in their names";
            settings.add(new InferredSetting("DatePartitionSequence", form.substring(0, blank), CERTAIN, agree));
            settings.add(new InferredSetting("DatePartitionDelimiter", form.substring(blank + 1), CERTAIN, agree));
        } else if (form.equals(FolderForms.NONE)) {
            settings.add(new InferredSetting(
                    "DatePartitionEnabled", "false", CERTAIN, of + "lie in their table's own folder"));
        } else {
            settings.add(new InferredSetting(
                    "DatePartitionEnabled", "unclear", LIKELY, "folders of " + of + "fit no form of date partition"));
        }
    }

    private void operations(List<InferredSetting> settings) {
        if (loads > 0) {
            settings.add(new InferredSetting(
                    "IncludeOpForFullLoad",
                    both(loadsWithOperation > 0, "true", loadsWithOperation < loads, "false"),
                    CERTAIN,
                    loadsWithOperation + " of " + loads + " LOAD files have an Op column"));
        }
        if (changes > 0 && changesWithOperation == 0) {
            settings.add(new InferredSetting(
                    "CdcInsertsOnly", "true", LIKELY, "none of " + changes + " files of changes has an Op column"));
        }
        if (loadsOfOneTime + loadsOfManyTimes > 0) {
            settings.add(new InferredSetting(
                    "UseTaskStartTimeForFullLoadTimestamp",
                    loadsOfManyTimes == 0 ? "true" : "false",
                    loadsOfManyTimes == 0 ? LIKELY : CERTAIN,
                    loadsOfManyTimes == 0
                            ? "all rows of each LOAD file have one time"
                            : "rows of " + loadsOfManyTimes + " LOAD files have times of their own"));
        }
    }

    private void columns(
            List<InferredSetting> settings,
            NavigableSet<String> timestamps,
            NavigableSet<String> sequences,
            NavigableSet<String> before) {
        if (!timestamps.isEmpty()) {
            settings.add(new InferredSetting(
                    "TimestampColumnName",
                    String.join(", ", timestamps),
                    LIKELY,
                    "the first column after Op is a text whose values all have the form yyyy-MM-dd HH:mm:ss.SSSSSS"));
        }
        if (!sequences.isEmpty()) {
            settings.add(new InferredSetting(
                    "add-column $AR_H_CHANGE_SEQ",
                    String.join(", ", sequences),
                    CERTAIN,
                    "all its values are 35 digits that begin with a date and time"));
        }
        if (!before.isEmpty()) {
            settings.add(new InferredSetting(
                    "add-before-image-columns",
                    String.join(", ", before),
                    LIKELY,
                    "columns named like others, of their types, and empty in every insert"));
        }
    }

    private void parquet(List<InferredSetting> settings) {
        if (!versions.isEmpty()) {
            settings.add(new InferredSetting(
                    "ParquetVersion",
                    String.join(
                            " and ",
                            versions.stream()
                                    .map(version -> "parquet-" + version + "-0")
                                    .toList()),
                    LIKELY,
                    "version in the footers of DMS's files: " + versions));
        }
        if (!codecs.isEmpty()) {
            String dictionary = encodings.contains("RLE_DICTIONARY") ? "rle-dictionary" : "plain-dictionary";
            boolean any = encodings.stream().anyMatch(encoding -> encoding.endsWith("DICTIONARY"));
            settings.add(new InferredSetting(
                    "EncodingType",
                    any ? dictionary : "plain",
                    LIKELY,
                    "encodings in the files: " + encodings
                            + (any ? "" : "; a real file of DMS's had no dictionary whatever the setting")));
            settings.add(new InferredSetting(
                    "EnableStatistics",
                    String.valueOf(statistics),
                    LIKELY,
                    statistics ? "column chunks have statistics" : "no column chunk has statistics"));
        }
        if (timestampDigits.contains(3) || timestampDigits.contains(6)) {
            settings.add(new InferredSetting(
                    "ParquetTimestampInMillisecond",
                    both(timestampDigits.contains(3), "true", timestampDigits.contains(6), "false"),
                    CERTAIN,
                    "fraction digits of timestamp columns: " + timestampDigits));
        }
        NavigableSet<Long> full = new TreeSet<>(rowsOfGroups.tailSet(1L));
        if (!full.isEmpty()) {
            settings.add(new InferredSetting(
                    "RowGroupLength",
                    String.join(", ", full.stream().map(String::valueOf).toList()),
                    LIKELY,
                    "rows of the first of several row groups"));
        }
    }

    private static String both(boolean one, String itsValue, boolean other, String otherValue) {
        if (one && other) {
            return itsValue + " and " + otherValue;
        }

        return one ? itsValue : otherValue;
    }
}
