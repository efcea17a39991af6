package io.convergence.curated;

import static java.util.Objects.requireNonNull;

import io.convergence.DataSize;
import io.convergence.TableId;
import io.convergence.ledger.LedgerEntry;
import io.convergence.ledger.LedgerFile;
import io.convergence.merge.LogEntry;
import io.convergence.merge.LoggedChanges;
import io.convergence.merge.RowLayout;
import io.convergence.schema.Column;
import io.convergence.schema.TableSchema;
import io.convergence.store.GuardedObjectStore;
import io.convergence.store.ObjectStore;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The files of an append-only change log: each commit adds some and rewrites none, under a folder of its own:
 *
 * <pre>
 * PREFIX/SCHEMA/TABLE/log-SLOT-UUID/part-00000.parquet           the changes of one commit: a new load file by file, then the others in position order
 * PREFIX/_state/SCHEMA/TABLE/log-SLOT-UUID/index-00000.parquet   of each file of the log: its columns and its range
 * </pre>
 *
 * A file has the columns of {@link LogColumns} and those that the table had when it was written; later files may have more
 * and wider ones. Types are those of {@link ParquetSnapshotWriter}. Immutable; thread-safe if the random generator is.
 */
public final class ChangeLogFiles {
    private final GuardedObjectStore store;
    private final String prefix;
    private final LogColumns names;
    private final DataSize targetSize;
    private final RandomGenerator random;

    private ChangeLogFiles(
            ObjectStore store, String prefix, LogColumns names, DataSize targetSize, RandomGenerator random) {
        this.prefix = requireNonNull(prefix, "prefix").isEmpty() || prefix.endsWith("/") ? prefix : prefix + "/";
        this.store = GuardedObjectStore.of(store, this.prefix);
        this.names = requireNonNull(names, "names");
        this.targetSize = requireNonNull(targetSize, "targetSize");
        this.random = requireNonNull(random, "random");
    }

    /**
     * @param outputPrefix outside the folder DMS writes to (rule L4)
     * @param random makes folder names that no other writer uses; it must differ between processes
     */
    public static ChangeLogFiles create(
            ObjectStore store, String outputPrefix, LogColumns names, RandomGenerator random) {
        return new ChangeLogFiles(store, outputPrefix, names, ParquetSnapshotWriter.DEFAULT_TARGET_SIZE, random);
    }

    /** A file is closed when it has reached this size; its last row group may exceed it. */
    public ChangeLogFiles withTargetSize(DataSize size) {
        return new ChangeLogFiles(store, prefix, names, size, random);
    }

    /** What a commit has logged. Asks for nothing but the index until it is asked for changes that may be there. */
    public static LoggedChanges logged(ObjectStore store, LedgerEntry.Merge published) {
        List<ChangeLogIndex.Entry> index = ChangeLogIndex.read(store, published);
        TableSchema schema = published.schema();
        LogColumns names = TableStyle.of(published).logColumns();
        return new LoggedChanges() {
            @Override
            public List<LogEntry> find(Set<String> identities) {
                NavigableSet<String> wanted = new TreeSet<>(identities);
                List<LogEntry> found = new ArrayList<>();
                for (ChangeLogIndex.Entry file : index) {
                    if (file.mayHold(wanted)) {
                        ChangeLogFiles.find(
                                store, file, schema, names, entry -> wanted.contains(entry.identity()), found);
                    }
                }
                return found;
            }

            @Override
            public List<LogEntry> contradicted(Predicate<LogEntry> wanted, String from) {
                List<LogEntry> found = new ArrayList<>();
                for (ChangeLogIndex.Entry file : index) {
                    if (file.mayHoldChangesSince(from)) {
                        ChangeLogFiles.find(
                                store,
                                file,
                                schema,
                                names,
                                entry -> entry.source() == LogEntry.Source.CDC && wanted.test(entry),
                                found);
                    }
                }
                return found;
            }
        };
    }

    private static void find(
            ObjectStore store,
            ChangeLogIndex.Entry file,
            TableSchema schema,
            LogColumns names,
            Predicate<LogEntry> wanted,
            List<LogEntry> found) {
        int keys = schema.primaryKey().size();
        RowLayout layout = RowLayout.of(file.columns());
        try (var cursor = new RowFileCursor(store, List.of(file.file()), columns(schema, file.columns(), names))) {
            for (@Nullable Object[] row = cursor.next(); row != null; row = cursor.next()) {
                LogEntry entry = LogRows.entry(row, layout, keys);
                if (wanted.test(entry)) {
                    found.add(entry);
                }
            }
        }
    }

    /** All columns of a file that has these of the table. */
    static List<Column> columns(TableSchema schema, List<Column> ofFile, LogColumns names) {
        return names.of(new TableSchema(schema.table(), ofFile, schema.primaryKey()));
    }

    /**
     * Writes the entries as new files; nothing becomes visible to readers.
     *
     * @param published the log so far; null if there is none
     * @param schema the columns of the entries
     * @param entries in position order, at least one; none of them is logged yet
     * @param base the slot of the ledger the append was planned on
     * @throws CuratedTableException if a value cannot be written exactly, or a column of the table has the name of one that
     *     the log adds
     * @throws io.convergence.store.StoreException if the store fails; what was written stays for clean-up
     */
    public WrittenSnapshot append(
            LedgerEntry.@Nullable Merge published, TableSchema schema, List<LogEntry> entries, long base) {
        try (Appending appending = begin(published, schema.table(), base)) {
            entries.forEach(entry -> appending.add(schema, entry));
            return appending.finish(schema);
        }
    }

    /**
     * The same entry by entry, so that memory holds one row group and no more.
     *
     * @param published the log so far; null if there is none
     * @param base the slot of the ledger the append was planned on
     */
    public Appending begin(LedgerEntry.@Nullable Merge published, TableId table, long base) {
        return new Appending(published, table, base);
    }

    /** New files of a log. Nothing becomes visible to readers; closing it unfinished leaves whole files for clean-up. Not thread-safe. */
    public final class Appending implements AutoCloseable {
        private final long base;
        private final String folder;
        private final List<ChangeLogIndex.Entry> index = new ArrayList<>();
        private final TreeSet<String> identities = new TreeSet<>();
        private int parts;
        private long entries;
        private @Nullable RecordFileWriter part;
        private List<Column> columnsOfPart = List.of();

        private Appending(LedgerEntry.@Nullable Merge published, TableId table, long base) {
            this.base = base;
            this.folder = ParquetSnapshotWriter.folder(table) + "log-" + (base + 1) + "-" + newId() + "/";
            if (published != null) {
                index.addAll(ChangeLogIndex.read(store, published));
            }
        }

        /**
         * @param schema the columns of the entry; others than before begin another file
         * @param entry not logged yet
         * @throws CuratedTableException if a value cannot be written exactly, or a column of the table has the name of one
         *     that the log adds
         * @throws io.convergence.store.StoreException if the store fails; what was written stays for clean-up
         */
        public void add(TableSchema schema, LogEntry entry) {
            RecordFileWriter open = part;
            if (open != null && (open.size() >= targetSize.bytes() || !columnsOfPart.equals(schema.columns()))) {
                endPart(open);
                open = null;
            }
            if (open == null) {
                String key = prefix + folder + String.format(Locale.ROOT, "part-%05d.parquet", parts++);
                open = RecordFileWriter.open(store, key, columns(schema, schema.columns(), names));
                part = open;
                columnsOfPart = schema.columns();
            }
            open.write(LogRows.values(entry, schema.primaryKey().size()));
            entries++;
            identities.add(entry.identity());
            if (identities.size() > 2) {
                identities.remove(identities.higher(identities.first()));
            }
        }

        /** How many were added. */
        public long entries() {
            return entries;
        }

        private void endPart(RecordFileWriter open) {
            index.add(new ChangeLogIndex.Entry(open.commit(), identities.first(), identities.last(), columnsOfPart));
            identities.clear();
            part = null;
        }

        /**
         * Ends the files.
         *
         * @param schema the columns of all entries
         */
        public WrittenSnapshot finish(TableSchema schema) {
            RecordFileWriter open = part;
            if (open != null) {
                endPart(open);
            }
            List<LedgerFile> data =
                    index.stream().map(ChangeLogIndex.Entry::file).toList();
            String key = prefix + "_state/" + folder + "index-00000.parquet";
            try (var file = RecordFileWriter.open(store, key, ChangeLogIndex.COLUMNS)) {
                index.forEach(entry -> file.write(entry.values()));
                String note = TableStyle.append(names).note().orElseThrow();
                return new WrittenSnapshot(base, schema, data, List.of(file.commit())).with(TableStyle.NOTE, note);
            }
        }

        @Override
        public void close() {
            RecordFileWriter open = part;
            part = null;
            if (open != null) {
                open.close();
            }
        }
    }

    private String newId() {
        byte[] bytes = new byte[16];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
