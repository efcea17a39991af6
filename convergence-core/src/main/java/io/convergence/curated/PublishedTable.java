package io.convergence.curated;

import io.convergence.ledger.LedgerEntry;
import io.convergence.merge.KeyBytes;
import io.convergence.merge.LiveRow;
import io.convergence.merge.RowCells;
import io.convergence.merge.RowLayout;
import io.convergence.merge.StoredRow;
import io.convergence.schema.Column;
import io.convergence.schema.TableSchema;
import io.convergence.store.ObjectStore;
import io.convergence.store.internal.pages.ByteSink;
import io.convergence.store.internal.pages.PageCodecs;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedSet;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What one commit has published, read by buckets, in the columns and buckets to publish next. Not thread-safe. */
final class PublishedTable {
    private final ObjectStore store;
    private final Optional<LedgerEntry.Merge> published;
    private final Optional<SnapshotLayout> layout;
    private final TableSchema target;
    private final RowLayout rowLayout;
    private final Map<String, String> renames;
    private final Map<String, ? extends @Nullable Object> defaults;
    private final int bits;
    private final boolean sameColumns;
    private @Nullable TableSchema renamedFrom;
    private @Nullable RowLayout renamedLayout;
    private final boolean samePartitions;
    private final PageCodecs codecs;
    private final Supplier<SortedSpool> spools;

    /**
     * @param target see {@link CuratedSchema#evolve}
     * @param rowLayout of the target
     * @param partitioning to publish in
     * @param bits at least as many as are published, unless the partitioning changes
     * @param spools sort what does not stand in key order
     */
    PublishedTable(
            ObjectStore store,
            Optional<LedgerEntry.Merge> published,
            TableSchema target,
            RowLayout rowLayout,
            Map<String, String> renames,
            Map<String, ? extends @Nullable Object> defaults,
            Partitioning partitioning,
            int bits,
            PageCodecs codecs,
            Supplier<SortedSpool> spools) {
        this.store = store;
        this.published = published;
        this.layout = published.flatMap(SnapshotLayout::of);
        this.target = target;
        this.rowLayout = rowLayout;
        this.renames = renames;
        this.defaults = defaults;
        this.bits = bits;
        this.codecs = codecs;
        this.spools = spools;
        this.samePartitions =
                published.isEmpty() || partitioning(published.get(), renames).equals(partitioning);
        this.sameColumns = published.isPresent() && sameColumns(published.get().schema(), target);
        published.ifPresent(
                merge -> CuratedTable.requireEvolves(CuratedTable.renamed(merge.schema(), renames), target));
    }

    /** By what a commit is parted, by the names its columns have now. */
    static Partitioning partitioning(LedgerEntry.Merge published, Map<String, String> renames) {
        return Partitioning.of(published).renamed(Optional.of(published.schema()), renames);
    }

    private static boolean sameColumns(TableSchema one, TableSchema other) {
        if (!one.primaryKey().equals(other.primaryKey())
                || one.columns().size() != other.columns().size()) {
            return false;
        }
        for (int i = 0; i < one.columns().size(); i++) {
            Column a = one.columns().get(i);
            Column b = other.columns().get(i);
            if (!a.name().equals(b.name()) || !a.type().equals(b.type())) {
                return false;
            }
        }
        return true;
    }

    /** Whether files can stay as they are. */
    boolean keepsFiles() {
        return published.isEmpty()
                || sameColumns
                        && samePartitions
                        && layout.isPresent()
                        && layout.get().bits() == bits;
    }

    /** The files of a bucket, if they can stay as they are. */
    SnapshotLayout.Bucket files(int bucket) {
        return layout.map(all -> all.buckets().get(bucket)).orElse(SnapshotLayout.Bucket.EMPTY);
    }

    /** The partitions of a bucket, if its files can stay as they are. */
    List<SnapshotLayout.Part> parts(int bucket) {
        return layout.map(all -> all.parts(files(bucket))).orElse(List.of());
    }

    /** Reads files that can stay as they are. */
    StoredBucket open(SnapshotLayout.Bucket files, Places places) {
        return new StoredBucket(store, files, target, rowLayout, codecs, places);
    }

    StoredSide open(int bucket, Places places) {
        return keepsFiles() ? open(files(bucket), places) : objects(bucket, places, null);
    }

    /**
     * A bucket whose files cannot stay as they are.
     *
     * @param kept see {@link ObjectSide}
     */
    StoredSide objects(int bucket, Places places, @Nullable RowTarget kept) {
        LedgerEntry.Merge merge = published.orElseThrow();
        RowLayout own = RowLayout.of(merge.schema().columns());
        if (layout.isEmpty()) {
            var cursor = new StateFiles.Cursor(store, merge, own);
            return new ObjectSide(() -> nextOf(bucket, cursor::next, merge), cursor::close, places, kept);
        }
        List<SnapshotLayout.Bucket> from = publishedBuckets(bucket, layout.get());
        if (from.size() == 1 && !layout.get().partitioning().isPartitioned()) {
            var all = inKeyOrder(new StoredBucket(store, from.get(0), merge.schema(), own, codecs, places));
            return new ObjectSide(() -> nextOf(bucket, all, merge), () -> {}, places, kept);
        }
        var sorted = new SortedRows(own, spools.get());
        for (SnapshotLayout.Bucket files : from) {
            readAll(store, layout.get(), files, merge.schema(), own, codecs, places, row -> {
                if (bucketOf(row) == bucket) {
                    sorted.add(row);
                }
            });
        }
        return new ObjectSide(() -> nextOf(bucket, sorted, merge), sorted::close, places, kept);
    }

    private @Nullable StoredRow nextOf(int bucket, Supplier<@Nullable StoredRow> all, LedgerEntry.Merge merge) {
        for (StoredRow row = all.get(); row != null; row = all.get()) {
            if (bucketOf(row) == bucket) {
                return evolved(row, merge.schema());
            }
        }
        return null;
    }

    /** Those whose rows may be in a bucket of the new number. */
    private List<SnapshotLayout.Bucket> publishedBuckets(int bucket, SnapshotLayout from) {
        return bits >= from.bits()
                ? List.of(from.buckets().get(bucket >>> bits - from.bits()))
                : from.buckets().subList(bucket << from.bits() - bits, bucket + 1 << from.bits() - bits);
    }

    /** What is stored of some keys of a bucket. */
    void find(int bucket, SortedSet<ByteKey> keys, Places places, Consumer<StoredRow> found) {
        if (keepsFiles() && layout.isPresent() && layout.get().partitioning().isPartitioned()) {
            List<ByteKey> all = List.copyOf(keys);
            for (SnapshotLayout.Part part : parts(bucket)) {
                try (StoredBucket side = open(part.files(), places)) {
                    PartitionLookup.join(side, all.size(), i -> all.get(i).bytes(), i -> found.accept(side.row()));
                }
            }
            find(open(files(bucket).goneAlone(), places), keys, found);
            return;
        }
        find(open(bucket, places), keys, found);
    }

    private static void find(StoredSide side, SortedSet<ByteKey> keys, Consumer<StoredRow> found) {
        try (side) {
            for (ByteKey key : keys) {
                if (side.advanceTo(key.bytes(), 0, key.bytes().length, null)) {
                    found.accept(side.row());
                }
            }
        }
    }

    /** All published rows and tombstones, in no order, in the columns to publish. */
    void forEach(Consumer<StoredRow> rows) {
        published.ifPresent(merge -> {
            RowLayout own = RowLayout.of(merge.schema().columns());
            readAll(store, merge, own, row -> rows.accept(evolved(row, merge.schema())));
        });
    }

    private int bucketOf(StoredRow row) {
        byte[] key = KeyBytes.of(row.key());
        return KeyBytes.bucket(KeyBytes.hash(key, 0, key.length), bits);
    }

    /** Live rows and tombstones of a bucket. */
    static Supplier<@Nullable StoredRow> inKeyOrder(StoredBucket bucket) {
        return new Supplier<>() {
            private @Nullable StoredRow live = bucket.nextLive();
            private @Nullable StoredRow gone = bucket.nextTombstone();

            @Override
            public @Nullable StoredRow get() {
                StoredRow first = live;
                StoredRow other = gone;
                if (first != null && (other == null || first.key().compareTo(other.key()) < 0)) {
                    live = bucket.nextLive();
                    return first;
                }
                gone = other == null ? null : bucket.nextTombstone();
                return other;
            }
        };
    }

    /** The same for all rows of a commit. */
    private RowLayout renamedLayout(TableSchema own) {
        RowLayout known = renamedLayout;
        if (known == null || renamedFrom != own) {
            known = RowLayout.of(CuratedTable.renamed(own, renames).columns());
            renamedLayout = known;
            renamedFrom = own;
        }
        return known;
    }

    private StoredRow evolved(StoredRow row, TableSchema own) {
        if (!(row instanceof LiveRow live)) {
            return row;
        }
        RowCells cells = live.cells().named(renamedLayout(own));
        if (!sameColumns) {
            cells = cells.in(rowLayout, defaults);
        } else {
            cells = cells.named(rowLayout);
        }
        return new LiveRow(live.key(), live.position(), live.lastKeyChange(), live.overTransaction(), cells);
    }

    /** Rows of a bucket that stood in several partitions or buckets. */
    private static final class SortedRows implements Supplier<@Nullable StoredRow> {
        private final StoredRowBytes form;
        private final SortedSpool rows;
        private final ByteSink bytes = new ByteSink(1 << 10);
        private SortedSpool.@Nullable Cursor cursor;

        SortedRows(RowLayout layout, SortedSpool rows) {
            this.form = new StoredRowBytes(layout);
            this.rows = rows;
        }

        void add(StoredRow row) {
            StoredRowBytes.begin(bytes, 0, KeyBytes.of(row.key()));
            form.write(row, bytes);
            StoredRowBytes.end(bytes);
            rows.add(bytes.bytes(), bytes.size());
        }

        @Override
        public @Nullable StoredRow get() {
            SortedSpool.Cursor open = cursor;
            if (open == null) {
                open = rows.open();
                cursor = open;
            }
            return open.next() ? form.read(open.row(), ChangeSpool.head(open.row(), open.at())) : null;
        }

        void close() {
            try (rows) {
                if (cursor != null) {
                    cursor.close();
                }
            }
        }
    }

    /** All rows and tombstones of a bucket, in no order. */
    private static void readAll(
            ObjectStore store,
            SnapshotLayout layout,
            SnapshotLayout.Bucket bucket,
            TableSchema schema,
            RowLayout rowLayout,
            PageCodecs codecs,
            Places places,
            Consumer<StoredRow> rows) {
        List<SnapshotLayout.Bucket> parts = new ArrayList<>();
        layout.parts(bucket).forEach(part -> parts.add(part.files()));
        parts.add(bucket.goneAlone());
        for (SnapshotLayout.Bucket part : parts) {
            var all = inKeyOrder(new StoredBucket(store, part, schema, rowLayout, codecs, places));
            for (StoredRow row = all.get(); row != null; row = all.get()) {
                rows.accept(row);
            }
        }
    }

    /** All rows and tombstones of a commit, in no order. */
    static void readAll(ObjectStore store, LedgerEntry.Merge merge, RowLayout layout, Consumer<StoredRow> rows) {
        Optional<SnapshotLayout> files = SnapshotLayout.of(merge);
        if (files.isEmpty()) {
            try (var cursor = new StateFiles.Cursor(store, merge, layout)) {
                for (StoredRow row = cursor.next(); row != null; row = cursor.next()) {
                    rows.accept(row);
                }
            }
            return;
        }
        try (var codecs = new PageCodecs()) {
            var places = new Places();
            for (SnapshotLayout.Bucket bucket : files.get().buckets()) {
                readAll(store, files.get(), bucket, merge.schema(), layout, codecs, places, rows);
            }
        }
    }

    /** Whether two buckets have the same rows in the same partitions, and the same tombstones. */
    static boolean sameRows(
            List<SnapshotLayout.Part> one,
            SnapshotLayout.Bucket gone,
            List<SnapshotLayout.Part> other,
            SnapshotLayout.Bucket otherGone,
            Function<SnapshotLayout.Bucket, StoredBucket> open) {
        if (one.size() != other.size()) {
            return false;
        }
        for (int i = 0; i < one.size(); i++) {
            if (!one.get(i).folder().equals(other.get(i).folder())
                    || !sameRows(
                            open.apply(one.get(i).files()),
                            open.apply(other.get(i).files()))) {
                return false;
            }
        }
        return sameRows(open.apply(gone.goneAlone()), open.apply(otherGone.goneAlone()));
    }

    private static boolean sameRows(StoredBucket one, StoredBucket other) {
        var a = inKeyOrder(one);
        var b = inKeyOrder(other);
        StoredRow row;
        do {
            row = a.get();
            if (!Objects.equals(row, b.get())) {
                return false;
            }
        } while (row != null);
        return true;
    }

    /** The schema to publish: of the target, and nullable where it was. */
    TableSchema withNulls(java.util.BitSet nulls) {
        List<Column> columns = new java.util.ArrayList<>();
        for (int i = 0; i < target.columns().size(); i++) {
            Column column = target.columns().get(i);
            boolean was = published
                    .map(merge -> CuratedTable.renamed(merge.schema(), renames))
                    .flatMap(schema -> schema.column(column.name()))
                    .map(Column::nullable)
                    .orElse(false);
            columns.add(new Column(column.name(), column.type(), column.nullable() || was || nulls.get(i)));
        }
        return new TableSchema(target.table(), columns, target.primaryKey());
    }
}
