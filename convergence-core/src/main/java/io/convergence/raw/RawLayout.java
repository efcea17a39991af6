package io.convergence.raw;

import static java.util.Objects.requireNonNull;

import io.convergence.Finding;
import io.convergence.TableId;
import io.convergence.store.ObjectStat;
import io.convergence.target.DatePartitionDelimiter;
import io.convergence.target.DatePartitionSequence;
import io.convergence.target.DmsFolders;
import io.convergence.target.ReplicationSpec;
import io.convergence.target.S3TargetSettings;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where DMS puts which file, in both directions: keys for a writer, and keys read back into facts (DMS guide, S3
 * target: folders, {@code DatePartition…}, {@code CdcPath}). Immutable and thread-safe.
 *
 * <p>A layout of settings takes keys of exactly these settings. {@link #detect()} takes any date folders that agree with
 * the time in the file's name and knows no bucket folder: the table is the last two parts of the path before them.
 */
public final class RawLayout {
    /**
     * By how much an object may seem to be older than its name: the clocks of DMS and S3 differ by seconds, the two
     * readings of a repeated hour by half an hour or more.
     */
    private static final Duration CLOCK_SKEW = Duration.ofMinutes(5);

    /** DMS uploads a file at once after naming it; a later time of storage says that somebody copied the object. */
    private static final Duration UPLOAD_TIME = Duration.ofMinutes(10);

    private final String folder;
    private final @Nullable DateFolders dateFolders;
    private final ZoneId timezone;
    private final @Nullable String cdcPath;
    private final @Nullable TableId onlyTable;

    /** The table last named; any will do. */
    private volatile @Nullable TableId latest;

    private final boolean tolerant;

    private RawLayout(Builder builder, boolean tolerant, @Nullable TableId onlyTable) {
        this.folder = builder.folder;
        this.dateFolders = builder.dateFolders;
        this.timezone = builder.timezone;
        this.cdcPath = builder.cdcPath;
        this.tolerant = tolerant;
        this.onlyTable = onlyTable;
    }

    public static Builder builder() {
        return new Builder();
    }

    /** The layout of the files that the task of this spec writes: that of its settings. */
    public static RawLayout of(ReplicationSpec spec) {
        return of(spec.settings());
    }

    /**
     * The layout of files that a task with these settings writes. {@code DatePartitionTimezone} counts only with date
     * partitioning, for which the guide gives it, and {@code CdcPath} only with {@code PreserveTransactions}.
     */
    public static RawLayout of(S3TargetSettings settings) {
        Builder builder = builder().bucketFolder(settings.bucketFolder());
        if (settings.datePartitionEnabled()) {
            builder.datePartition(settings.datePartitionSequence(), settings.datePartitionDelimiter())
                    .timezone(settings.datePartitionTimezone());
        }
        if (settings.preserveTransactions()) {
            settings.cdcPath().ifPresent(builder::cdcPath);
        }

        return builder.build();
    }

    /** A layout for files of unknown settings, names in UTC. */
    public static RawLayout detect() {
        return new RawLayout(new Builder(), true, null);
    }

    /**
     * A layout for one table's files of unknown settings, wherever they lie; a folder below {@code schema/table/} that
     * holds LOAD files is a segment of a parallel load.
     */
    public static RawLayout detect(TableId table) {
        return new RawLayout(new Builder(), true, requireNonNull(table, "table"));
    }

    /** This layout with names in another zone ({@code DatePartitionTimezone}). */
    public RawLayout withTimezone(ZoneId zone) {
        Builder builder = new Builder();
        builder.folder = folder;
        builder.dateFolders = dateFolders;
        builder.timezone = requireNonNull(zone, "zone");
        builder.cdcPath = cdcPath;
        return new RawLayout(builder, tolerant, onlyTable);
    }

    public ZoneId timezone() {
        return timezone;
    }

    /** The folder of all tables, with a slash at its end; empty for the bucket's root. */
    public String rootPrefix() {
        return folder.isEmpty() ? "" : folder + "/";
    }

    /** The folder of a table, with a slash at its end. */
    public String tablePrefix(TableId table) {
        return rootPrefix() + table.schema() + "/" + table.name() + "/";
    }

    /** The key of a full-load file; {@code number} counts from 1. */
    public String loadKey(TableId table, long number, RawFormat format) {
        return loadKey(table, "", number, format);
    }

    /**
     * The key of a full-load file of a parallel load.
     *
     * @param segment a folder name, or {@code SEGMENTn} for a segment without a name; empty for none
     */
    public String loadKey(TableId table, String segment, long number, RawFormat format) {
        if (number < 1 || number > 0xFFFFFFFFL) {
            throw new IllegalArgumentException(
                    "Cannot name load file " + number + ": the counter runs from 1 to 4294967295.");
        }

        String name = RawFileName.loadName(number, format);
        if (segment.isEmpty()) {
            return tablePrefix(table) + name;
        }

        return tablePrefix(table) + segment + (segment.matches("SEGMENT\\d+") ? "_" : "/") + name;
    }

    /** The key of a file of changes flushed at this time, of which milliseconds remain. */
    public String cdcKey(TableId table, Instant flushed, RawFormat format) {
        LocalDateTime local = LocalDateTime.ofInstant(flushed, timezone);
        String folders = dateFolders == null ? "" : dateFolders.path(local) + "/";
        return tablePrefix(table) + folders + RawFileName.cdcName(local, format);
    }

    /**
     * The start of the keys of files of changes flushed at this time: in a listing, all that were flushed then or later
     * follow it. Empty where keys do not sort by time: in a zone whose clock is set back, in date folders that do not
     * begin with the year, and in a layout that was not given but detected.
     */
    public Optional<String> cdcKeysFrom(TableId table, Instant flushed) {
        boolean sorted = dateFolders == null || dateFolders.sortByTime();
        if (tolerant || !sorted || !timezone.getRules().isFixedOffset()) {
            return Optional.empty();
        }

        String key = cdcKey(table, flushed, RawFormat.CSV);
        return Optional.of(key.substring(0, key.length() - ".csv".length()));
    }

    /**
     * The key of a transaction file.
     *
     * @throws IllegalStateException if the settings do not have {@code PreserveTransactions} with a {@code CdcPath}
     */
    public String transactionKey(Instant created, RawFormat format) {
        if (cdcPath == null) {
            throw new IllegalStateException(
                    "Cannot name a transaction file: the settings have no CdcPath. Set it together with PreserveTransactions.");
        }

        return rootPrefix() + cdcPath + "/"
                + RawFileName.transactionName(LocalDateTime.ofInstant(created, timezone), format);
    }

    /** The folder of transaction files, with a slash at its end; empty unless the task has {@code PreserveTransactions}. */
    public Optional<String> transactionPrefix() {
        return cdcPath == null ? Optional.empty() : Optional.of(rootPrefix() + cdcPath + "/");
    }

    /** Reads a key back. Never throws for a key of any form. */
    public Parsed parse(ObjectStat stat) {
        String key = stat.key();
        List<String> parts = List.of(key.split("/", -1));
        String name = parts.get(parts.size() - 1);
        if (name.isEmpty()) {
            return new Parsed.Control(stat, "it is a folder marker");
        }
        for (String part : parts) {
            Optional<String> reserved = DmsFolders.reserved(part);
            if (reserved.isPresent()) {
                return new Parsed.Control(stat, "'" + part + "' " + reserved.get());
            }
        }

        if (!key.startsWith(rootPrefix())) {
            return new Parsed.Foreign(stat, "it lies outside BucketFolder '" + folder + "'");
        }

        int skipped = folder.isEmpty() ? 0 : folder.split("/", -1).length;
        List<String> path = parts.subList(skipped, parts.size() - 1);
        RawFileName parsed = RawFileName.parse(name);
        if (parsed instanceof RawFileName.Load load) {
            return parseLoad(stat, path, load);
        }
        if (parsed instanceof RawFileName.Cdc cdc) {
            return parseCdc(stat, path, cdc);
        }
        if (parsed instanceof RawFileName.Transaction transaction) {
            return parseTransaction(stat, path, transaction);
        }

        return new Parsed.Foreign(stat, ((RawFileName.Other) parsed).reason());
    }

    private Parsed parseLoad(ObjectStat stat, List<String> path, RawFileName.Load name) {
        if (tolerant) {
            Optional<TableId> table = onlyTable != null ? Optional.of(onlyTable) : lastTwo(path);
            String segment =
                    onlyTable == null ? name.segment() : segment(segmentFolder(path, onlyTable), name.segment());
            return table.<Parsed>map(id -> data(new RawFile.Load(id, stat, name.format(), segment, name.number())))
                    .orElseGet(() -> tableUnknown(stat));
        }

        Optional<TableId> table = firstTwo(path);
        if (table.isEmpty()) {
            return tableUnknown(stat);
        }
        if (path.size() > 3) {
            return new Parsed.Foreign(
                    stat, "load files lie in the table's folder or one segment folder below, this one is deeper");
        }

        String folderSegment = path.size() == 3 ? path.get(2) : "";
        String segment = segment(folderSegment, name.segment());
        return data(new RawFile.Load(table.get(), stat, name.format(), segment, name.number()));
    }

    private Parsed parseCdc(ObjectStat stat, List<String> path, RawFileName.Cdc name) {
        Optional<TableId> table;
        if (tolerant) {
            table = onlyTable != null ? Optional.of(onlyTable) : lastTwo(withoutDateFolders(path, name.local()));
        } else {
            table = firstTwo(path);
            String below = String.join("/", path.subList(Math.min(2, path.size()), path.size()));
            if (dateFolders == null && !below.isEmpty()) {
                return new Parsed.Foreign(
                        stat, "the settings have no date partition, but it lies in folder '" + below + "'");
            }
            if (dateFolders != null && table.isPresent() && !dateFolders.accepts(below)) {
                return new Parsed.Foreign(
                        stat,
                        "the settings ask for date folders such as '" + dateFolders.path(name.local())
                                + "', but it lies in "
                                + (below.isEmpty() ? "the table's own folder" : "folder '" + below + "'"));
            }
        }
        if (table.isEmpty()) {
            return tableUnknown(stat);
        }

        List<Finding> findings = new ArrayList<>();
        Instant instant = decode(name.local(), stat, findings);
        return new Parsed.Data(new RawFile.Cdc(table.get(), stat, name.format(), instant), findings);
    }

    private Parsed parseTransaction(ObjectStat stat, List<String> path, RawFileName.Transaction name) {
        if (!tolerant && cdcPath == null) {
            return new Parsed.Foreign(stat, "it is a transaction file, but the settings have no CdcPath");
        }
        if (!tolerant && !String.join("/", path).equals(cdcPath)) {
            return new Parsed.Foreign(stat, "it is a transaction file outside CdcPath '" + cdcPath + "'");
        }

        List<Finding> findings = new ArrayList<>();
        Instant instant = decode(name.local(), stat, findings);
        return new Parsed.Data(new RawFile.Transaction(stat, name.format(), instant), findings);
    }

    /**
     * Rule S4. In a repeated hour the later reading that is not after the time of storage is right: a file is stored
     * after it was named, and at once.
     */
    private Instant decode(LocalDateTime local, ObjectStat stat, List<Finding> findings) {
        List<ZoneOffset> offsets = timezone.getRules().getValidOffsets(local);
        if (offsets.size() == 1) {
            return local.toInstant(offsets.get(0));
        }
        if (offsets.isEmpty()) {
            findings.add(Finding.error(
                    "FILE_TIME_IMPOSSIBLE",
                    stat.key(),
                    "The clock of " + timezone + " skipped the time " + local
                            + " of this name, so another zone named it; it is read with the offset before the skip.",
                    "Correct DatePartitionTimezone."));
            return local.atZone(timezone).toInstant();
        }

        Instant latest = stat.lastModified().plus(CLOCK_SKEW);
        List<Instant> readings = offsets.stream()
                .map(local::toInstant)
                .sorted(Comparator.reverseOrder())
                .toList();
        Instant chosen = readings.stream()
                .filter(reading -> !reading.isAfter(latest))
                .findFirst()
                .orElse(readings.get(readings.size() - 1));
        Duration delay = Duration.between(chosen, stat.lastModified());
        if (delay.compareTo(UPLOAD_TIME) > 0 || delay.plus(CLOCK_SKEW).isNegative()) {
            findings.add(
                    Finding.warning(
                            "FILE_TIME_AMBIGUOUS",
                            stat.key(),
                            "The clock of " + timezone + " showed the time " + local + " twice, at " + readings.get(1)
                                    + " and " + readings.get(0) + ", and the object's last-modified time "
                                    + stat.lastModified() + " fits neither; it is read as " + chosen + ".",
                            "Set DatePartitionTimezone to UTC, or add a sequence column so that file times do not decide the order."));
        }

        return chosen;
    }

    private static List<String> withoutDateFolders(List<String> path, LocalDateTime local) {
        return DateFolders.all().stream()
                .map(form -> List.of(form.path(local).split("/")))
                .filter(folders -> path.size() >= folders.size() + 2)
                .filter(folders ->
                        path.subList(path.size() - folders.size(), path.size()).equals(folders))
                .max(Comparator.comparingInt(List::size))
                .map(folders -> path.subList(0, path.size() - folders.size()))
                .orElse(path);
    }

    private static String segmentFolder(List<String> path, TableId table) {
        int last = path.size() - 1;
        boolean below = last >= 2
                && path.get(last - 2).equals(table.schema())
                && path.get(last - 1).equals(table.name());
        return below ? path.get(last) : "";
    }

    private static String segment(String folder, String ofName) {
        return folder + (folder.isEmpty() || ofName.isEmpty() ? "" : "/") + ofName;
    }

    private Optional<TableId> firstTwo(List<String> path) {
        return path.size() < 2 ? Optional.empty() : table(path.get(0), path.get(1));
    }

    private Optional<TableId> lastTwo(List<String> path) {
        return path.size() < 2 ? Optional.empty() : table(path.get(path.size() - 2), path.get(path.size() - 1));
    }

    /** Files of one table follow each other in a listing, and a million of them shall not hold a name each. */
    private Optional<TableId> table(String schema, String name) {
        if (schema.isEmpty() || name.isEmpty()) {
            return Optional.empty();
        }
        TableId known = latest;
        if (known == null || !known.schema().equals(schema) || !known.name().equals(name)) {
            known = TableId.of(schema, name);
            latest = known;
        }
        return Optional.of(known);
    }

    private static Parsed data(RawFile file) {
        return new Parsed.Data(file, List.of());
    }

    private static Parsed tableUnknown(ObjectStat stat) {
        return new Parsed.Foreign(stat, "its path does not end in a schema and a table, so its table is not known");
    }

    @Override
    public String toString() {
        if (tolerant) {
            return "RawLayout[detected" + (onlyTable == null ? "" : " for " + onlyTable) + ", " + timezone + "]";
        }

        return "RawLayout['" + rootPrefix() + "', " + (dateFolders == null ? "no date folders" : dateFolders.toString())
                + ", " + timezone + "]";
    }

    /** Collects the settings that place files. Not thread-safe. */
    public static final class Builder {
        private String folder = "";
        private @Nullable DateFolders dateFolders;
        private ZoneId timezone = ZoneOffset.UTC;
        private @Nullable String cdcPath;

        private Builder() {}

        /** {@code BucketFolder}; slashes at its ends do not count. Empty (the default) for none. */
        public Builder bucketFolder(String path) {
            this.folder = strip(path);
            return this;
        }

        /** {@code DatePartitionEnabled} with its sequence and delimiter; off by default. */
        public Builder datePartition(DatePartitionSequence sequence, DatePartitionDelimiter delimiter) {
            this.dateFolders =
                    new DateFolders(requireNonNull(sequence, "sequence"), requireNonNull(delimiter, "delimiter"));
            return this;
        }

        /** {@code DatePartitionTimezone}: the zone of date folders and names of CDC files; UTC by default. */
        public Builder timezone(ZoneId zone) {
            this.timezone = requireNonNull(zone, "zone");
            return this;
        }

        /** {@code CdcPath} of a task with {@code PreserveTransactions}, below the bucket folder. */
        public Builder cdcPath(String path) {
            this.cdcPath = strip(path);
            return this;
        }

        public RawLayout build() {
            return new RawLayout(this, false, null);
        }

        private static String strip(String path) {
            int from = 0;
            int to = path.length();
            while (from < to && path.charAt(from) == '/') {
                from++;
            }
            while (to > from && path.charAt(to - 1) == '/') {
                to--;
            }

            return path.substring(from, to);
        }
    }
}
