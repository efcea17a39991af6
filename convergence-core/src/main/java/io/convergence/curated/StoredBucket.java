package io.convergence.curated;

import io.convergence.change.ChangePosition;
import io.convergence.ledger.LedgerFile;
import io.convergence.merge.KeyBytes;
import io.convergence.merge.LiveRow;
import io.convergence.merge.MergeKey;
import io.convergence.merge.RowCells;
import io.convergence.merge.RowLayout;
import io.convergence.merge.StoredRow;
import io.convergence.merge.Tombstone;
import io.convergence.schema.Column;
import io.convergence.schema.TableSchema;
import io.convergence.store.ObjectStore;
import io.convergence.store.internal.pages.PageCodecs;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A bucket as it was written: rows that are kept are copied as stretches of columns, and row groups without a change as they are. Not thread-safe. */
final class StoredBucket implements StoredSide {
    private final ObjectStore store;
    private final SnapshotLayout.Bucket bucket;
    private final List<Column> columns;
    private final RowLayout layout;
    private final int[] keyPlaces;
    private final PageCodecs codecs;
    private final Places places;
    private final KeyBytes scratch = new KeyBytes();
    private final Gone gone;
    private int file = -1;
    private @Nullable StoredFile data;
    private @Nullable StoredFile state;
    private int group;
    private int rows;
    private int at;
    private int kept;
    private byte[] lastKey = {};
    private boolean onLive;
    /** Ids of places plus one, by entry of the dictionary of the chunk they were looked up for. */
    private int[] placesByEntry = {};

    private @Nullable StoredColumn placesOf;
    private int placesSerial;

    /** @param schema the bucket's own */
    StoredBucket(
            ObjectStore store,
            SnapshotLayout.Bucket bucket,
            TableSchema schema,
            RowLayout layout,
            PageCodecs codecs,
            Places places) {
        this.store = store;
        this.bucket = bucket;
        this.columns = ParquetSnapshotWriter.dataColumns(schema);
        this.layout = layout;
        this.keyPlaces = schema.primaryKey().stream().mapToInt(schema::indexOf).toArray();
        this.codecs = codecs;
        this.places = places;
        this.gone = new Gone();
    }

    private StoredFile data() {
        StoredFile open = data;
        if (open == null) {
            throw new IllegalStateException("No row group is at hand.");
        }
        return open;
    }

    private StoredFile state() {
        StoredFile open = state;
        if (open == null) {
            throw new IllegalStateException("No row group is at hand.");
        }
        return open;
    }

    /** Whether there is a row group at hand with rows left; opens the next if need be. */
    private boolean open(@Nullable BucketWriter to) {
        while (at == rows) {
            keep(to, rows);
            if (to != null && data != null) {
                to.endsStoredGroup();
            }
            if (data == null || group + 1 == data.groups()) {
                if (file + 1 == bucket.data().size()) {
                    return false;
                }
                file++;
                group = -1;
                data = StoredFile.open(store, bucket.data().get(file), columns, codecs);
                state = StoredFile.open(store, bucket.state().get(file), StateColumns.LIVE, codecs);
                if (data.groups() == 0) {
                    continue;
                }
            }
            group++;
            load();
        }
        return true;
    }

    private void load() {
        StoredFile openData = data();
        StoredFile openState = state();
        if (openState.groups() <= group || openState.rows(group) != openData.rows(group)) {
            throw CuratedTableException.unreadable(
                    openState.file().key(),
                    "its row group " + group + " has not the rows of that in '"
                            + openData.file().key() + "'.",
                    null);
        }
        openData.load(group);
        openState.load(group);
        rows = openData.rows(group);
        at = 0;
        kept = 0;
        for (int place : keyPlaces) {
            openData.ahead(place);
        }
        lastKey = rows == 0 ? new byte[0] : guarded(() -> keyAt(openData.last(), rows - 1));
    }

    private <T> T guarded(StoredFile.Work<T> work) {
        return StoredFile.guarded(data().file(), work);
    }

    private byte[] keyAt(StoredColumn[] probes, int row) {
        scratch.clear();
        for (int place : keyPlaces) {
            probes[place].putKey(row, scratch);
        }
        return scratch.copy();
    }

    private int compareAt(int row, byte[] key, int from, int end) {
        scratch.clear();
        StoredFile open = data();
        for (int place : keyPlaces) {
            open.ahead(place).putKey(row, scratch);
        }
        return Arrays.compareUnsigned(scratch.bytes(), 0, scratch.size(), key, from, end);
    }

    private void keep(@Nullable BucketWriter to, int end) {
        if (to != null && data != null && state != null) {
            to.keep(data, state, kept, end);
        }
        kept = end;
    }

    @Override
    public boolean advanceTo(byte[] key, int from, int end, @Nullable BucketWriter to) {
        onLive = StoredFile.guardedIn(data == null ? null : data.file(), () -> seek(key, from, end, to));
        boolean dead = gone.advanceTo(key, from, end, to);
        return onLive || dead;
    }

    private boolean seek(byte[] key, int from, int end, @Nullable BucketWriter to) {
        while (open(to)) {
            if (Arrays.compareUnsigned(lastKey, 0, lastKey.length, key, from, end) < 0) {
                passGroup(to);
                continue;
            }
            int found = find(key, from, end);
            keep(to, found);
            at = found;
            return compareAt(found, key, from, end) == 0;
        }
        return false;
    }

    /** The key of the first row that was not passed; null if there is none at hand. */
    byte @Nullable [] keyAhead() {
        return data == null || at >= rows ? null : guarded(() -> keyAt(data().aheadAll(), at));
    }

    private void passGroup(@Nullable BucketWriter to) {
        if (to != null && at == 0 && kept == 0 && to.copyGroup(data(), state(), group)) {
            kept = rows;
        }
        at = rows;
    }

    /** The first row from the one at hand on whose key is not less; there is one in the row group. */
    private int find(byte[] key, int from, int end) {
        int low = at;
        while (true) {
            int pageEnd = rows;
            for (int place : keyPlaces) {
                pageEnd = Math.min(pageEnd, data().ahead(place).pageEnd(low));
            }
            int step = 1;
            int high = low;
            while (high < pageEnd && compareAt(high, key, from, end) < 0) {
                low = high + 1;
                high = low + step;
                step *= 2;
            }
            high = Math.min(high, pageEnd);
            while (low < high) {
                int middle = (low + high) >>> 1;
                if (compareAt(middle, key, from, end) < 0) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            if (low < pageEnd) {
                return low;
            }
        }
    }

    @Override
    public StoredRow row() {
        return onLive ? guarded(this::live) : gone.tombstone();
    }

    private StoredRow live() {
        StoredFile openData = data();
        StoredFile openState = state();
        var values = new @Nullable Object[columns.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = openData.ahead(i).objectAt(at);
        }
        RowCells cells = RowCells.of(
                layout,
                values,
                StateColumns.bits(openState.ahead(StateColumns.INHERITED).bytesAt(at)),
                StateColumns.bits(openState.ahead(StateColumns.UNKNOWN).bytesAt(at)));
        MergeKey key = KeyBytes.parse(keyAt(openData.aheadAll(), at));
        return new LiveRow(
                key,
                places.position(place(), time(), counter(), rowNumber()),
                Places.parsed(openState.ahead(StateColumns.KEY_CHANGED).textAt(at)),
                openState.ahead(StateColumns.PLACED_OVER).textAt(at),
                cells);
    }

    @Override
    public boolean isTombstone() {
        return !onLive;
    }

    @Override
    public boolean isPlain() {
        return onLive
                ? state().ahead(StateColumns.KEY_CHANGED).isNull(at)
                        && state().ahead(StateColumns.PLACED_OVER).isNull(at)
                : gone.isPlain();
    }

    @Override
    public int place() {
        if (!onLive) {
            return gone.place;
        }
        return placeOf(state(), at);
    }

    private int placeOf(StoredFile from, int row) {
        StoredColumn column = from.ahead(StateColumns.PLACE);
        int entry = column.entryAt(row);
        if (entry < 0) {
            return placeIn(from, column, row);
        }
        if (placesOf != column || placesSerial != column.serial()) {
            placesOf = column;
            placesSerial = column.serial();
            placesByEntry = new int[column.entries()];
        }
        if (placesByEntry[entry] == 0) {
            placesByEntry[entry] = placeIn(from, column, row) + 1;
        }
        return placesByEntry[entry] - 1;
    }

    private int placeIn(StoredFile from, StoredColumn column, int row) {
        String text = column.textAt(row);
        if (text == null) {
            throw CuratedTableException.unreadable(from.file().key(), "a row has no place.", null);
        }
        return places.id(text);
    }

    @Override
    public long time() {
        return onLive ? state().ahead(StateColumns.TIME).longAt(at) : gone.time;
    }

    @Override
    public long counter() {
        return onLive ? state().ahead(StateColumns.COUNTER).longAt(at) : gone.counter;
    }

    @Override
    public long rowNumber() {
        return onLive ? state().ahead(StateColumns.ROW).longAt(at) : gone.row;
    }

    @Override
    public void drop() {
        if (onLive) {
            at++;
            kept = at;
        } else {
            gone.here = false;
        }
    }

    @Override
    public void finish(@Nullable BucketWriter to) {
        StoredFile.guardedIn(data == null ? null : data.file(), () -> {
            while (open(to)) {
                passGroup(to);
            }
            return true;
        });
        gone.finish(to);
        if (to != null) {
            to.flush();
        }
    }

    /** The next live row in key order, or null after the last: for readers of all rows. */
    @Nullable
    StoredRow nextLive() {
        if (!open(null)) {
            return null;
        }
        onLive = true;
        StoredRow row = row();
        at++;
        kept = at;
        return row;
    }

    /** The next tombstone in key order, or null after the last. */
    @Nullable
    Tombstone nextTombstone() {
        if (!gone.here && !gone.read()) {
            return null;
        }
        gone.here = false;
        return gone.tombstone();
    }

    /** The tombstones. */
    private final class Gone {
        private @Nullable StoredFile file;
        private boolean opened;
        private int group = -1;
        private int rows;
        private int next;
        private boolean here;
        private byte[] key = {};
        private int place;
        private long time;
        private long counter;
        private long row;
        private @Nullable String keyChanged;

        /** Reads the next; false after the last. */
        boolean read() {
            StoredFile open = file;
            if (!opened) {
                opened = true;
                if (!bucket.gone().isEmpty()) {
                    open = StoredFile.open(store, bucket.gone().get(0), StateColumns.GONE, codecs);
                    file = open;
                }
            }
            if (open == null) {
                return false;
            }
            StoredFile from = open;
            return StoredFile.guarded(from.file(), () -> {
                while (next == rows) {
                    if (group + 1 == from.groups()) {
                        return false;
                    }
                    group++;
                    from.load(group);
                    rows = from.rows(group);
                    next = 0;
                }
                byte[] content = from.column(StateColumns.KEY).bytesAt(next);
                String text = from.column(StateColumns.PLACE).textAt(next);
                if (content == null || text == null) {
                    throw CuratedTableException.unreadable(from.file().key(), "a tombstone has no key.", null);
                }
                key = content;
                place = places.id(text);
                time = from.column(StateColumns.TIME).longAt(next);
                counter = from.column(StateColumns.COUNTER).longAt(next);
                row = from.column(StateColumns.ROW).longAt(next);
                keyChanged = from.column(StateColumns.KEY_CHANGED).textAt(next);
                next++;
                here = true;
                return true;
            });
        }

        private void write(@Nullable BucketWriter to) {
            if (to != null) {
                to.gone(key, place, time, counter, row, keyChanged);
            }
            here = false;
        }

        boolean advanceTo(byte[] wanted, int from, int end, @Nullable BucketWriter to) {
            while (here || read()) {
                int order = Arrays.compareUnsigned(key, 0, key.length, wanted, from, end);
                if (order >= 0) {
                    return order == 0;
                }
                write(to);
            }
            return false;
        }

        void finish(@Nullable BucketWriter to) {
            while (here || read()) {
                write(to);
            }
        }

        boolean isPlain() {
            return keyChanged == null;
        }

        Tombstone tombstone() {
            ChangePosition at = places.position(place, time, counter, row);
            return new Tombstone(KeyBytes.parse(key), at, Places.parsed(keyChanged));
        }
    }

    @Override
    public void close() {
        // Objects are read by requests of their own.
    }

    /** For messages. */
    List<LedgerFile> files() {
        return bucket.data();
    }
}
