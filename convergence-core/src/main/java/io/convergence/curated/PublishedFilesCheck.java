package io.convergence.curated;

import static java.util.Objects.requireNonNull;

import io.convergence.Finding;
import io.convergence.ledger.LedgerEntry;
import io.convergence.ledger.LedgerFile;
import io.convergence.merge.KeyBytes;
import io.convergence.merge.LiveRow;
import io.convergence.merge.LogEntry;
import io.convergence.merge.MergeKey;
import io.convergence.merge.RowLayout;
import io.convergence.merge.StoredRow;
import io.convergence.schema.Column;
import io.convergence.schema.TableSchema;
import io.convergence.store.ObjectNotFoundException;
import io.convergence.store.ObjectStore;
import io.convergence.store.PreconditionFailedException;
import io.convergence.store.StoreException;
import io.convergence.store.internal.ChunkPlaces;
import io.convergence.store.internal.Footer;
import io.convergence.store.internal.ParquetFooter;
import io.convergence.store.internal.ParquetInput;
import io.convergence.store.internal.pages.PageCodecs;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.schema.MessageType;
import org.jspecify.annotations.Nullable;

/**
 * Checks what the files of a published table hold: by their footers, or row by row: each row has its place in the table's
 * history, each key is there once, in its order, bucket and partition. Only reads. Immutable; thread-safe.
 */
public final class PublishedFilesCheck {
    private static final String RESTORE =
            "Restore the version that was committed, undo the merge if it is the newest commit, or rebuild the table from its raw files.";

    private final ObjectStore store;
    private final LedgerEntry.Merge published;

    private PublishedFilesCheck(ObjectStore store, LedgerEntry.Merge published) {
        this.store = requireNonNull(store, "store");
        this.published = requireNonNull(published, "published");
    }

    public static PublishedFilesCheck of(ObjectStore store, LedgerEntry.Merge published) {
        return new PublishedFilesCheck(store, published);
    }

    /**
     * What reading a table's rows found.
     *
     * @param rows that were read: of a change log its changes, else live and deleted rows, and keys remembered as deleted
     * @param findings errors break a promise
     */
    public record Rows(long rows, List<Finding> findings) {
        public Rows {
            findings = List.copyOf(findings);
        }
    }

    /**
     * Whether each file's footer says what the log says: rows, columns and their types, places of parts that can be in the
     * file; and whether data and bookkeeping have the same row groups. One or two requests a file.
     *
     * @throws StoreException if the store fails
     */
    public List<Finding> footers() {
        List<Finding> findings = new ArrayList<>();
        try {
            switch (TableStyle.of(published).kind()) {
                case CURRENT -> current(findings);
                case SOFT_DELETE -> {
                    TableSchema schema = published.schema();
                    footers(
                            published.data(),
                            SoftDeleteFiles.dataColumns(
                                    schema, TableStyle.of(published).deletedColumns()),
                            findings);
                    footers(published.state(), SoftDeleteFiles.stateColumns(schema), findings);
                }
                case APPEND -> changeLog(findings);
            }
        } catch (CuratedTableException e) {
            findings.add(unreadable(e));
        } catch (ObjectNotFoundException | PreconditionFailedException e) {
            findings.add(gone(e));
        }
        return findings;
    }

    private void current(List<Finding> findings) {
        Optional<SnapshotLayout> layout = SnapshotLayout.of(published);
        List<Column> data = ParquetSnapshotWriter.dataColumns(published.schema());
        if (layout.isEmpty()) {
            footers(published.data(), data, findings);
            footers(published.state(), StateFiles.columns(published.schema()), findings);
            return;
        }

        Set<String> named = new HashSet<>();
        for (SnapshotLayout.Bucket bucket : layout.get().buckets()) {
            for (int i = 0; i < bucket.data().size(); i++) {
                Optional<Footer> rows = footer(bucket.data().get(i), data, findings);
                Optional<Footer> state = footer(bucket.state().get(i), StateColumns.LIVE, findings);
                if (rows.isPresent() && state.isPresent() && !groups(rows.get()).equals(groups(state.get()))) {
                    findings.add(wrong(
                            bucket.state().get(i).key(),
                            "its row groups have " + groups(state.get()) + " rows, those of '"
                                    + bucket.data().get(i).key() + "' " + groups(rows.get())));
                }
                named.add(bucket.data().get(i).key());
                named.add(bucket.state().get(i).key());
            }
            footers(bucket.gone(), StateColumns.GONE, findings);
            bucket.gone().forEach(file -> named.add(file.key()));
        }
        List<LedgerFile> all = new ArrayList<>(published.data());
        all.addAll(published.state());
        all.stream()
                .filter(file -> !named.contains(file.key()))
                .forEach(file -> findings.add(wrong(file.key(), "no bucket of the commit names it")));
    }

    private static List<Long> groups(Footer footer) {
        return footer.groups().stream().map(BlockMetaData::getRowCount).toList();
    }

    private void changeLog(List<Finding> findings) {
        footers(published.state(), ChangeLogIndex.COLUMNS, findings);
        if (findings.isEmpty()) {
            for (ChangeLogIndex.Entry file : ChangeLogIndex.read(store, published)) {
                footer(file.file(), logColumns(file), findings);
            }
        }
    }

    private List<Column> logColumns(ChangeLogIndex.Entry file) {
        return ChangeLogFiles.columns(
                published.schema(), file.columns(), TableStyle.of(published).logColumns());
    }

    private void footers(List<LedgerFile> files, List<Column> columns, List<Finding> findings) {
        files.forEach(file -> footer(file, columns, findings));
    }

    /** Empty if it cannot be read or is wrong. */
    private Optional<Footer> footer(LedgerFile file, List<Column> columns, List<Finding> findings) {
        Footer footer;
        try {
            footer = StoredFile.guarded(file, () -> ParquetFooter.read(ParquetInput.forFooter(store, file.stat())));
        } catch (CuratedTableException e) {
            findings.add(unreadable(e));
            return Optional.empty();
        } catch (ObjectNotFoundException | PreconditionFailedException e) {
            findings.add(gone(e));
            return Optional.empty();
        }

        MessageType expected = ParquetCells.message(columns);
        List<String> faults = new ArrayList<>();
        if (!ParquetCells.isOf(expected, footer.schema())) {
            faults.add("it has columns " + footer.schema() + " instead of " + expected);
        }
        if (footer.rows() != file.rows()) {
            faults.add("its footer tells of " + footer.rows() + " rows, the log of " + file.rows());
        }
        ChunkPlaces.fault(footer, file.size()).ifPresent(faults::add);
        faults.forEach(fault -> findings.add(wrong(file.key(), fault)));
        return faults.isEmpty() ? Optional.of(footer) : Optional.empty();
    }

    /**
     * Reads all rows with their bookkeeping, for files whose footers have no findings. Ends at the first row that cannot be read.
     *
     * @throws StoreException if the store fails
     */
    public Rows rows() {
        var reading = new Reading();
        try {
            switch (TableStyle.of(published).kind()) {
                case CURRENT -> SnapshotLayout.of(published).ifPresentOrElse(reading::buckets, reading::olderState);
                case SOFT_DELETE -> {
                    var order = reading.new KeyOrder();
                    SoftDeleteFiles.read(store, published, order::add);
                }
                case APPEND -> reading.changeLog();
            }
        } catch (CuratedTableException e) {
            reading.findings.add(unreadable(e));
        } catch (ObjectNotFoundException | PreconditionFailedException e) {
            reading.findings.add(gone(e));
        } catch (IllegalArgumentException | NullPointerException | ClassCastException e) {
            // Bookkeeping that is well formed and says what cannot be.
            reading.findings.add(Finding.error(
                    "PUBLISHED_FILE_UNREADABLE",
                    published.schema().table().toString(),
                    "A row of its bookkeeping cannot be understood (" + e + ").",
                    RESTORE));
        }
        return new Rows(reading.rows, reading.findings);
    }

    private final class Reading {
        private final List<Finding> findings = new ArrayList<>();
        private long rows;

        void buckets(SnapshotLayout layout) {
            RowLayout columns = RowLayout.of(published.schema().columns());
            var folders = new PartitionFolders(layout.partitioning(), published.schema());
            var places = new Places();
            try (var codecs = new PageCodecs()) {
                for (int bucket = 0; bucket < layout.buckets().size(); bucket++) {
                    new BucketRows(
                                    layout,
                                    bucket,
                                    folders,
                                    files ->
                                            new StoredBucket(store, files, published.schema(), columns, codecs, places))
                            .read();
                }
            }
        }

        void olderState() {
            var order = new KeyOrder();
            RowLayout columns = RowLayout.of(published.schema().columns());
            try (var cursor = new StateFiles.Cursor(store, published, columns)) {
                for (StoredRow row = cursor.next(); row != null; row = cursor.next()) {
                    order.add(row);
                }
            }
        }

        void changeLog() {
            String folder = "";
            String position = "";
            String load = "";
            for (ChangeLogIndex.Entry file : ChangeLogIndex.read(store, published)) {
                String key = file.file().key();
                String own = key.substring(0, key.lastIndexOf('/'));
                // A commit appends what is new to it, wherever that stands among the changes.
                boolean sameCommit = own.equals(folder);
                position = sameCommit ? position : "";
                load = sameCommit ? load : "";
                folder = own;
                RowLayout columns = RowLayout.of(file.columns());
                int keys = published.schema().primaryKey().size();
                try (var cursor = new RowFileCursor(store, List.of(file.file()), logColumns(file))) {
                    for (@Nullable Object[] row = cursor.next(); row != null; row = cursor.next()) {
                        LogEntry entry = LogRows.entry(row, columns, keys);
                        // Rows of a load stand as they were read, file after file: nothing orders them against each
                        // other.
                        boolean ofLoad = entry.source() == LogEntry.Source.LOAD;
                        boolean ordered = !ofLoad
                                || load.isEmpty()
                                || entry.origin().key().equals(load);
                        load = ofLoad ? entry.origin().key() : "";
                        if (ordered && entry.position().compareTo(position) < 0) {
                            outOfOrder(key, "row " + rows + " of the log stands behind a later change");
                        }
                        if (entry.identity().compareTo(file.least()) < 0
                                || entry.identity().compareTo(file.greatest()) > 0) {
                            findings.add(wrong(
                                    key, "row " + rows + " of the log is none of the changes its index tells of"));
                        }
                        position = entry.position();
                        rows++;
                    }
                }
            }
        }

        private void outOfOrder(String key, String what) {
            // One is enough to know that the file is wrong.
            if (findings.stream().noneMatch(finding -> finding.path().equals(key))) {
                findings.add(Finding.error(
                        "PUBLISHED_ORDER_DIFFERS", key, "The file is not what was committed: " + what + ".", RESTORE));
            }
        }

        /** Rows that stand in the order of their keys in all files together. */
        private final class KeyOrder {
            private @Nullable MergeKey last;

            void add(StoredRow row) {
                MergeKey before = last;
                if (before != null && before.compareTo(row.key()) >= 0) {
                    outOfOrder(
                            published.state().get(0).key(),
                            "the key of row " + rows + " is not greater than that of the row before");
                }
                last = row.key();
                rows++;
            }
        }

        private final class BucketRows {
            private final SnapshotLayout layout;
            private final int number;
            private final PartitionFolders folders;
            private final Function<SnapshotLayout.Bucket, StoredBucket> open;
            private final SnapshotLayout.Bucket files;

            /** Of keys, to find those that stand in two partitions, or live in one and deleted. */
            private long[] hashes = new long[1024];

            private int count;

            BucketRows(
                    SnapshotLayout layout,
                    int number,
                    PartitionFolders folders,
                    Function<SnapshotLayout.Bucket, StoredBucket> open) {
                this.layout = layout;
                this.number = number;
                this.folders = folders;
                this.open = open;
                this.files = layout.buckets().get(number);
            }

            void read() {
                for (SnapshotLayout.Part part : layout.parts(files)) {
                    StoredBucket rows = open.apply(part.files());
                    inOrder(part.files().data().get(0).key(), part.folder(), rows::nextLive);
                }
                if (!files.gone().isEmpty()) {
                    StoredBucket rows = open.apply(files.goneAlone());
                    inOrder(files.gone().get(0).key(), "", rows::nextTombstone);
                }
                twice();
            }

            private void inOrder(String key, String folder, Supplier<? extends @Nullable StoredRow> next) {
                byte[] before = null;
                for (StoredRow row = next.get(); row != null; row = next.get()) {
                    byte[] bytes = KeyBytes.of(row.key());
                    if (before != null && Arrays.compareUnsigned(before, bytes) >= 0) {
                        outOfOrder(key, "the keys of two rows that follow each other do not rise");
                    }

                    long hash = KeyBytes.hash(bytes, 0, bytes.length);
                    if (KeyBytes.bucket(hash, layout.bits()) != number) {
                        outOfOrder(
                                key,
                                "it is of bucket " + number + " and has a row of bucket "
                                        + KeyBytes.bucket(hash, layout.bits()));
                    }
                    if (row instanceof LiveRow live && layout.partitioning().isPartitioned()) {
                        String own = folders.of(live);
                        if (!own.equals(folder)) {
                            outOfOrder(key, "it is of partition '" + folder + "' and has a row of '" + own + "'");
                        }
                    }
                    add(hash);
                    before = bytes;
                    rows++;
                }
            }

            private void add(long hash) {
                if (count == hashes.length) {
                    hashes = Arrays.copyOf(hashes, 2 * count);
                }
                hashes[count++] = hash;
            }

            private void twice() {
                Arrays.sort(hashes, 0, count);
                Set<Long> doubtful = new HashSet<>();
                for (int i = 1; i < count; i++) {
                    if (hashes[i] == hashes[i - 1]) {
                        doubtful.add(hashes[i]);
                    }
                }
                if (doubtful.isEmpty()) {
                    return;
                }

                // Two keys may have one hash.
                Map<ByteKey, String> seen = new HashMap<>();
                for (SnapshotLayout.Part part : layout.parts(files)) {
                    StoredBucket rows = open.apply(part.files());
                    look(part.files().data().get(0).key(), rows::nextLive, doubtful, seen);
                }
                if (!files.gone().isEmpty()) {
                    StoredBucket rows = open.apply(files.goneAlone());
                    look(files.gone().get(0).key(), rows::nextTombstone, doubtful, seen);
                }
            }

            private void look(
                    String key,
                    Supplier<? extends @Nullable StoredRow> next,
                    Set<Long> doubtful,
                    Map<ByteKey, String> seen) {
                for (StoredRow row = next.get(); row != null; row = next.get()) {
                    byte[] bytes = KeyBytes.of(row.key());
                    if (doubtful.contains(KeyBytes.hash(bytes, 0, bytes.length))) {
                        String other = seen.put(new ByteKey(bytes), key);
                        if (other != null) {
                            findings.add(Finding.error(
                                    "PUBLISHED_KEY_TWICE",
                                    key,
                                    "A key of the bucket stands here and in '" + other + "'.",
                                    RESTORE));
                            return;
                        }
                    }
                }
            }
        }
    }

    private static Finding wrong(String key, String why) {
        return Finding.error(
                "PUBLISHED_FILE_DIFFERS", key, "The file is not what was committed: " + why + ".", RESTORE);
    }

    private static Finding unreadable(CuratedTableException e) {
        return Finding.error("PUBLISHED_FILE_UNREADABLE", e.key(), "It cannot be read: " + e.why(), RESTORE);
    }

    private static Finding gone(StoreException e) {
        return Finding.error(
                "PUBLISHED_FILE_UNREADABLE", e.key(), "It cannot be read: it is gone or another object.", RESTORE);
    }
}
