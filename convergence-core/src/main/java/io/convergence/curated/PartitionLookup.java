package io.convergence.curated;

import io.convergence.merge.StoredRow;
import io.convergence.store.internal.pages.ByteSink;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntConsumer;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What is stored of the keys of a bucket whose rows stand in partitions, a batch of keys at a time: which partition a key stands in is not
 * known before, so that each partition is looked through beside the keys, one file open at a time. Where a change stands is found for
 * all keys; whole rows are read for those alone that are wanted. Not thread-safe.
 *
 * <p>For each batch: {@link #read}; {@link #advanceTo} each key of it, in order, and {@link #want} some; {@link #fetch}; and {@link #advanceTo}
 * each again.
 */
final class PartitionLookup implements StoredSide {
    private static final int NOWHERE = -1;
    /** Of a key besides its changes and itself. */
    private static final int ENTRY_BYTES = 200;

    private final List<SnapshotLayout.Part> parts;
    private final Function<SnapshotLayout.Bucket, StoredBucket> open;
    private final StoredBucket gone;
    private final StoredRowBytes storedRows;
    private final Supplier<SortedSpool> spools;
    private final long batchBytes;
    private final boolean changesInMemory;
    private final IntConsumer dropped;
    private final List<KeyStream.Entry> keys = new ArrayList<>();
    private final BitSet plain = new BitSet();
    private final BitSet wanted = new BitSet();
    private int[] partitions = {};
    private int[] placesOf = {};
    private long[] times = {};
    private long[] counters = {};
    private long[] rowNumbers = {};
    private @Nullable StoredRow[] tombstones = {};
    private @Nullable SortedSpool rows;
    private SortedSpool.@Nullable Cursor fetched;
    private @Nullable StoredRow row;
    private int at = NOWHERE;

    /**
     * @param gone reads the bucket's tombstones
     * @param batchBytes of a batch, about
     * @param changesInMemory whether the changes are in memory anyway
     * @param dropped is told the number of the partition that what is stored of a key goes from, as {@link PartitionWriter} counts
     */
    PartitionLookup(
            List<SnapshotLayout.Part> parts,
            StoredBucket gone,
            Function<SnapshotLayout.Bucket, StoredBucket> open,
            StoredRowBytes storedRows,
            Supplier<SortedSpool> spools,
            long batchBytes,
            boolean changesInMemory,
            IntConsumer dropped) {
        this.parts = parts;
        this.gone = gone;
        this.open = open;
        this.storedRows = storedRows;
        this.spools = spools;
        this.batchBytes = batchBytes;
        this.changesInMemory = changesInMemory;
        this.dropped = dropped;
    }

    /** Takes the next keys of the bucket and looks for them. @return false if there is none left */
    boolean read(KeyStream from, int bucket) {
        endBatch();
        long bytes = 0;
        while (bytes < batchBytes && from.next(bucket)) {
            KeyStream.Entry entry = from.entry();
            keys.add(entry);
            bytes += ENTRY_BYTES + entry.key().length + (changesInMemory ? 0 : entry.bytes());
        }
        if (keys.isEmpty()) {
            return false;
        }
        int count = keys.size();
        if (partitions.length < count) {
            partitions = new int[count];
            placesOf = new int[count];
            times = new long[count];
            counters = new long[count];
            rowNumbers = new long[count];
            tombstones = new @Nullable StoredRow[count];
        }
        Arrays.fill(partitions, NOWHERE);
        for (int i = 0; i < count; i++) {
            byte[] key = keys.get(i).key();
            if (gone.advanceTo(key, 0, key.length, null)) {
                partitions[i] = PartitionWriter.GONE;
                tombstones[i] = gone.row();
                note(i, gone);
            }
        }
        for (int i = 0; i < parts.size(); i++) {
            look(i + 1, parts.get(i));
        }
        return true;
    }

    private void look(int number, SnapshotLayout.Part part) {
        try (StoredBucket side = open.apply(part.files())) {
            join(side, keys.size(), i -> keys.get(i).key(), i -> {
                if (partitions[i] > PartitionWriter.GONE) {
                    throw CuratedTableException.unreadable(
                            part.files().data().get(0).key(),
                            "it has a key that stands in partition '"
                                    + parts.get(partitions[i] - 1).folder() + "' too.",
                            null);
                }
                partitions[i] = number;
                note(i, side);
            });
        }
    }

    private void note(int i, StoredBucket side) {
        placesOf[i] = side.place();
        times[i] = side.time();
        counters[i] = side.counter();
        rowNumbers[i] = side.rowNumber();
        plain.set(i, side.isPlain());
    }

    /** Finds which of the keys, which ascend, have a row: passes over rows between keys, and over keys between rows. */
    static void join(StoredBucket side, int count, IntFunction<byte[]> keys, IntConsumer found) {
        int i = 0;
        while (i < count) {
            byte[] key = keys.apply(i);
            if (side.advanceTo(key, 0, key.length, null)) {
                found.accept(i);
                i++;
                continue;
            }
            byte[] next = side.keyAhead();
            if (next == null) {
                return;
            }
            i = firstFrom(i + 1, count, keys, next);
        }
    }

    private static int firstFrom(int from, int count, IntFunction<byte[]> keys, byte[] least) {
        int low = from;
        int step = 1;
        int high = low;
        while (high < count && Arrays.compareUnsigned(keys.apply(high), least) < 0) {
            low = high + 1;
            high = low + step;
            step *= 2;
        }
        high = Math.min(high, count);
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (Arrays.compareUnsigned(keys.apply(middle), least) < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** The keys of the batch, in order. */
    List<KeyStream.Entry> keys() {
        return keys;
    }

    /** Says that {@link #row} will be asked for the key at hand. */
    void want() {
        wanted.set(at);
    }

    /** Reads the rows that are wanted; keys are gone through from the first one on again. */
    void fetch() {
        at = NOWHERE;
        if (wanted.isEmpty()) {
            return;
        }
        SortedSpool all = spools.get();
        rows = all;
        var bytes = new ByteSink(1 << 10);
        int[] byPartition = wanted.stream()
                .filter(i -> partitions[i] > PartitionWriter.GONE)
                .boxed()
                .sorted(Comparator.comparingInt(i -> partitions[i]))
                .mapToInt(Integer::intValue)
                .toArray();
        int next = 0;
        while (next < byPartition.length) {
            int number = partitions[byPartition[next]];
            int first = next;
            while (next < byPartition.length && partitions[byPartition[next]] == number) {
                next++;
            }
            try (StoredBucket side = open.apply(parts.get(number - 1).files())) {
                join(side, next - first, i -> keys.get(byPartition[first + i]).key(), i -> {
                    StoredRowBytes.begin(
                            bytes, 0, keys.get(byPartition[first + i]).key());
                    storedRows.write(side.row(), bytes);
                    StoredRowBytes.end(bytes);
                    all.add(bytes.bytes(), bytes.size());
                });
            }
        }
        fetched = all.open();
    }

    /** The key must be the next of the batch. */
    @Override
    public boolean advanceTo(byte[] key, int from, int end, @Nullable BucketWriter to) {
        at++;
        row = null;
        byte[] own = keys.get(at).key();
        if (!Arrays.equals(own, 0, own.length, key, from, end)) {
            throw new IllegalStateException("Keys of a batch are gone through in order.");
        }
        return partitions[at] != NOWHERE;
    }

    @Override
    public StoredRow row() {
        StoredRow found = isTombstone() ? tombstones[at] : row;
        if (found == null) {
            found = read();
            row = found;
        }
        return found;
    }

    private StoredRow read() {
        SortedSpool.Cursor all = fetched;
        byte[] key = keys.get(at).key();
        while (all != null && all.next()) {
            byte[] bytes = all.row();
            int content = ChangeSpool.head(bytes, all.at());
            if (Arrays.equals(bytes, all.at() + SortedSpool.KEY, content, key, 0, key.length)) {
                return storedRows.read(bytes, content);
            }
        }
        throw new IllegalStateException("The row of this key was not wanted.");
    }

    @Override
    public boolean isTombstone() {
        return partitions[at] == PartitionWriter.GONE;
    }

    @Override
    public boolean isPlain() {
        return plain.get(at);
    }

    @Override
    public int place() {
        return placesOf[at];
    }

    @Override
    public long time() {
        return times[at];
    }

    @Override
    public long counter() {
        return counters[at];
    }

    @Override
    public long rowNumber() {
        return rowNumbers[at];
    }

    @Override
    public void drop() {
        dropped.accept(partitions[at]);
    }

    /** What is not touched stays in its files. */
    @Override
    public void finish(@Nullable BucketWriter to) {}

    private void endBatch() {
        if (fetched != null) {
            fetched.close();
        }
        if (rows != null) {
            rows.close();
        }
        fetched = null;
        rows = null;
        keys.clear();
        wanted.clear();
        plain.clear();
        Arrays.fill(tombstones, null);
        at = NOWHERE;
    }

    @Override
    public void close() {
        endBatch();
    }
}
