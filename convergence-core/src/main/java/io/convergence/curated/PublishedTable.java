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
import io.convergence.store.internal.pages.PageCodecs;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
    private final PageCodecs codecs;

    /**
     * @param target see {@link CuratedSchema#evolve}
     * @param rowLayout of the target
     * @param bits at least as many as are published
     */
    PublishedTable(
            ObjectStore store,
            Optional<LedgerEntry.Merge> published,
            TableSchema target,
            RowLayout rowLayout,
            Map<String, String> renames,
            Map<String, ? extends @Nullable Object> defaults,
            int bits,
            PageCodecs codecs) {
        this.store = store;
        this.published = published;
        this.layout = published.flatMap(SnapshotLayout::of);
        this.target = target;
        this.rowLayout = rowLayout;
        this.renames = renames;
        this.defaults = defaults;
        this.bits = bits;
        this.codecs = codecs;
        this.sameColumns = published.isPresent() && sameColumns(published.get().schema(), target);
        published.ifPresent(
                merge -> CuratedTable.requireEvolves(CuratedTable.renamed(merge.schema(), renames), target));
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
                || sameColumns && layout.isPresent() && layout.get().bits() == bits;
    }

    /** The files of a bucket, if they can stay as they are. */
    SnapshotLayout.Bucket files(int bucket) {
        return layout.map(all -> all.buckets().get(bucket)).orElse(SnapshotLayout.Bucket.EMPTY);
    }

    StoredSide open(int bucket, Places places) {
        if (keepsFiles()) {
            return new StoredBucket(store, files(bucket), target, rowLayout, codecs, places);
        }
        LedgerEntry.Merge merge = published.orElseThrow();
        RowLayout own = RowLayout.of(merge.schema().columns());
        Supplier<@Nullable StoredRow> all;
        Runnable closing;
        int ownBits;
        if (layout.isPresent()) {
            ownBits = layout.get().bits();
            SnapshotLayout.Bucket files = layout.get().buckets().get(bucket >>> bits - ownBits);
            all = inKeyOrder(new StoredBucket(store, files, merge.schema(), own, codecs, places));
            closing = () -> {};
        } else {
            ownBits = 0;
            var cursor = new StateFiles.Cursor(store, merge, own);
            all = cursor::next;
            closing = cursor::close;
        }
        return new ObjectSide(
                () -> {
                    for (StoredRow row = all.get(); row != null; row = all.get()) {
                        if (bits == ownBits || bucketOf(row) == bucket) {
                            return evolved(row, merge.schema());
                        }
                    }
                    return null;
                },
                closing,
                places);
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

    private StoredRow evolved(StoredRow row, TableSchema own) {
        if (!(row instanceof LiveRow live)) {
            return row;
        }
        RowLayout renamed = RowLayout.of(CuratedTable.renamed(own, renames).columns());
        RowCells cells = live.cells().named(renamed);
        if (!sameColumns) {
            cells = cells.in(rowLayout, defaults);
        } else {
            cells = cells.named(rowLayout);
        }
        return new LiveRow(live.key(), live.position(), live.lastKeyChange(), live.overTransaction(), cells);
    }

    /** All rows and tombstones of a commit, bucket by bucket, in each in key order; for those who hold them all. */
    static void readAll(
            ObjectStore store, LedgerEntry.Merge merge, RowLayout layout, java.util.function.Consumer<StoredRow> rows) {
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
                var all = inKeyOrder(new StoredBucket(store, bucket, merge.schema(), layout, codecs, places));
                for (StoredRow row = all.get(); row != null; row = all.get()) {
                    rows.accept(row);
                }
            }
        }
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
