package io.convergence.curated;

import io.convergence.change.ChangePosition;
import io.convergence.merge.KeyBytes;
import io.convergence.merge.LiveRow;
import io.convergence.merge.StoredRow;
import io.convergence.store.internal.pages.ByteSink;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Writes a bucket whose rows stand in partitions. What comes of each key is spooled, by partition and key; then one partition after the
 * other is written, so that never more than one file of rows is open. Partitions without a change keep their files. Not thread-safe.
 */
final class PartitionWriter implements RowTarget, AutoCloseable {
    /** The partition of tombstones, which belong to the bucket. */
    static final int GONE = 0;

    private static final int NONE = -1;
    private static final byte DELETE = 0;
    private static final byte CHANGE = 1;
    private static final byte ROW = 2;
    private static final byte TOMBSTONE = 3;

    private final List<SnapshotLayout.Part> before;
    private final PartitionFolders folders;
    private final Places places;
    private final IntFunction<FormMap> forms;
    private final StoredRowBytes storedRows;
    private final SortedSpool outcomes;
    private final List<String> folderNames = new ArrayList<>();
    private final Map<String, Integer> numbers = new HashMap<>();
    private final ByteSink row = new ByteSink(1 << 10);
    private final BitSet nulls = new BitSet();
    private byte[] key = {};
    private int dropped = NONE;

    /** @param before what the bucket has of rows; partitions are numbered in that order, from 1 */
    PartitionWriter(
            List<SnapshotLayout.Part> before,
            PartitionFolders folders,
            Places places,
            IntFunction<FormMap> forms,
            StoredRowBytes storedRows,
            SortedSpool outcomes) {
        this.before = before;
        this.folders = folders;
        this.places = places;
        this.forms = forms;
        this.storedRows = storedRows;
        this.outcomes = outcomes;
        before.forEach(part -> number(part.folder()));
    }

    private int number(String folder) {
        return numbers.computeIfAbsent(folder, added -> {
            folderNames.add(added);
            return folderNames.size();
        });
    }

    /** The key of the change that is put next. */
    void at(byte[] ofKey) {
        endDropped(NONE);
        key = ofKey;
    }

    /** What is stored of the key at hand in this partition goes. */
    void drop(int partition) {
        dropped = partition;
    }

    /** A row that is replaced in its partition needs no delete. */
    private void endDropped(int replacedIn) {
        if (dropped != NONE && dropped != replacedIn) {
            begin(dropped, key, DELETE);
            end();
        }
        dropped = NONE;
    }

    private void begin(int partition, byte[] ofKey, byte what) {
        StoredRowBytes.begin(row, partition, ofKey);
        row.put(what);
    }

    private void end() {
        StoredRowBytes.end(row);
        outcomes.add(row.bytes(), row.size());
    }

    @Override
    public void put(byte[] change, int head) {
        FormMap form = forms.apply(ByteSink.intAt(change, head + ChangeSpool.FORM));
        int partition = number(folders.of(form, change, head + ChangeSpool.IMAGE));
        endDropped(partition);
        begin(partition, key, CHANGE);
        row.put(change, head, ChangeSpool.IMAGE + ByteSink.intAt(change, head + ChangeSpool.IMAGE_BYTES));
        end();
    }

    @Override
    public void put(StoredRow stored) {
        byte[] own = KeyBytes.of(stored.key());
        if (stored instanceof LiveRow live) {
            int partition = number(folders.of(live));
            endDropped(partition);
            begin(partition, own, ROW);
            storedRows.write(live, row);
            end();
            return;
        }
        ChangePosition at = stored.position();
        gone(
                own,
                places.id(at),
                Places.time(at),
                Places.counter(at),
                Places.row(at),
                stored.keyChangedAt().map(ChangePosition::encode).orElse(null));
    }

    @Override
    public void gone(byte[] ofKey, int place, long time, long counter, long number, @Nullable String keyChanged) {
        endDropped(GONE);
        begin(GONE, ofKey, TOMBSTONE);
        row.putInt(place);
        row.putLong(time);
        row.putLong(counter);
        row.putLong(number);
        if (keyChanged != null) {
            byte[] text = keyChanged.getBytes(StandardCharsets.UTF_8);
            row.put(text, 0, text.length);
        }
        end();
    }

    /** Places of columns in which a row was written that has none. */
    BitSet nulls() {
        return nulls;
    }

    /**
     * Writes what was put.
     *
     * @param gone what the bucket has of tombstones
     * @param writeGone whether to write them anew even if none came or went
     * @param stored reads files
     * @param writers by the folder of the partition, empty for tombstones
     */
    SnapshotLayout.Bucket finish(
            SnapshotLayout.Bucket gone,
            boolean writeGone,
            Function<SnapshotLayout.Bucket, StoredBucket> stored,
            Function<String, BucketWriter> writers) {
        endDropped(NONE);
        Map<String, SnapshotLayout.Bucket> parts = new TreeMap<>();
        before.forEach(part -> parts.put(part.folder(), part.files()));
        List<SnapshotLayout.Bucket> tombstones = new ArrayList<>();
        try (SortedSpool.Cursor all = outcomes.open()) {
            boolean more = all.next();
            if (writeGone || more && partition(all) == GONE) {
                more = write(all, more, GONE, gone, stored, writers.apply(""), tombstones::add);
            } else {
                tombstones.add(gone);
            }
            while (more) {
                int partition = partition(all);
                String folder = folderNames.get(partition - 1);
                SnapshotLayout.Bucket files = parts.getOrDefault(folder, SnapshotLayout.Bucket.EMPTY);
                parts.remove(folder);
                more = write(
                        all, true, partition, files, stored, writers.apply(folder), made -> parts.put(folder, made));
            }
        }
        return SnapshotLayout.Bucket.of(
                parts.values(), tombstones.isEmpty() ? SnapshotLayout.Bucket.EMPTY : tombstones.get(0));
    }

    private static int partition(SortedSpool.Cursor all) {
        return SortedSpool.intAt(all.row(), all.at() + SortedSpool.BUCKET);
    }

    /** @return whether the cursor is at a row of another partition then */
    private boolean write(
            SortedSpool.Cursor all,
            boolean atRow,
            int partition,
            SnapshotLayout.Bucket files,
            Function<SnapshotLayout.Bucket, StoredBucket> stored,
            BucketWriter writer,
            Consumer<SnapshotLayout.Bucket> made) {
        boolean more = atRow;
        try (writer;
                StoredBucket side = stored.apply(files)) {
            while (more && partition(all) == partition) {
                byte[] bytes = all.row();
                int from = all.at() + SortedSpool.KEY;
                int payload = ChangeSpool.head(bytes, all.at());
                if (side.advanceTo(bytes, from, payload, writer)) {
                    side.drop();
                }
                apply(bytes, from, payload, writer);
                more = all.next();
            }
            side.finish(writer);
            SnapshotLayout.Bucket written = writer.finish();
            nulls.or(writer.nulls());
            if (!written.isEmpty()) {
                made.accept(written);
            }
        }
        return more;
    }

    private void apply(byte[] bytes, int from, int payload, BucketWriter writer) {
        int content = payload + 1;
        switch (bytes[payload]) {
            case CHANGE -> writer.put(bytes, content);
            case ROW -> writer.put(storedRows.read(bytes, content));
            case TOMBSTONE -> {
                int text = content + Integer.BYTES + 3 * Long.BYTES;
                int end = from - SortedSpool.KEY + SortedSpool.intAt(bytes, from - SortedSpool.KEY);
                writer.gone(
                        Arrays.copyOfRange(bytes, from, payload),
                        ByteSink.intAt(bytes, content),
                        ByteSink.longAt(bytes, content + Integer.BYTES),
                        ByteSink.longAt(bytes, content + Integer.BYTES + Long.BYTES),
                        ByteSink.longAt(bytes, content + Integer.BYTES + 2 * Long.BYTES),
                        end == text ? null : new String(bytes, text, end - text, StandardCharsets.UTF_8));
            }
            default -> {
                // A row that went is dropped already.
            }
        }
    }

    @Override
    public void close() {
        outcomes.close();
    }
}
