package io.convergence.curated;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The keys a merge decides, in the order of the files: those of changes, those whose outcome is known, and those whose history is given. Not thread-safe. */
final class KeyStream implements AutoCloseable {
    private final SortedSpool.Cursor changes;
    private final SortedSpool.@Nullable Cursor outcomes;
    private final List<byte[]> complete;
    private final List<Integer> completeBuckets;
    private boolean moreChanges;
    private boolean moreOutcomes;
    private int nextComplete;

    private int bucket;
    private byte[] key = {};
    private int keyFrom;
    private int keyEnd;
    private byte[][] rows = new byte[4][];
    private int[] places = new int[4];
    private int count;
    private byte @Nullable [] outcome;
    private int outcomeAt;
    private boolean isComplete;

    /**
     * @param complete keys with buckets, in order
     */
    KeyStream(
            SortedSpool.Cursor changes,
            SortedSpool.@Nullable Cursor outcomes,
            List<byte[]> complete,
            List<Integer> completeBuckets) {
        this.changes = changes;
        this.outcomes = outcomes;
        this.complete = complete;
        this.completeBuckets = completeBuckets;
        this.moreChanges = changes.next();
        this.moreOutcomes = outcomes != null && outcomes.next();
    }

    /**
     * A key with its changes, to be looked at again.
     *
     * @param rows changes, each beginning at its place
     */
    record Entry(
            byte[] key, byte[][] rows, int[] places, byte @Nullable [] outcome, int outcomeAt, boolean isComplete) {
        /** Of its changes. */
        long bytes() {
            long bytes = 0;
            for (int i = 0; i < rows.length; i++) {
                bytes += SortedSpool.intAt(rows[i], places[i]);
            }
            return outcome == null ? bytes : bytes + SortedSpool.intAt(outcome, outcomeAt);
        }
    }

    /** The key at hand. */
    Entry entry() {
        return new Entry(
                keyCopy(), Arrays.copyOf(rows, count), Arrays.copyOf(places, count), outcome, outcomeAt, isComplete);
    }

    /** Puts a key at hand that was there before; {@link #next} goes on where it was. */
    void show(Entry entry) {
        key = entry.key();
        keyFrom = 0;
        keyEnd = key.length;
        count = entry.rows().length;
        if (count > rows.length) {
            rows = new byte[count][];
            places = new int[count];
        }
        System.arraycopy(entry.rows(), 0, rows, 0, count);
        System.arraycopy(entry.places(), 0, places, 0, count);
        outcome = entry.outcome();
        outcomeAt = entry.outcomeAt();
        isComplete = entry.isComplete();
    }

    /** The bucket of the next key, or -1 after the last. */
    int nextBucket() {
        int least = Integer.MAX_VALUE;
        if (moreChanges) {
            least = SortedSpool.intAt(changes.row(), changes.at() + SortedSpool.BUCKET);
        }
        if (moreOutcomes && outcomes != null) {
            least = Math.min(least, SortedSpool.intAt(outcomes.row(), outcomes.at() + SortedSpool.BUCKET));
        }
        if (nextComplete < complete.size()) {
            least = Math.min(least, completeBuckets.get(nextComplete));
        }
        return least == Integer.MAX_VALUE ? -1 : least;
    }

    /** Moves to the next key of the bucket; false after its last. */
    boolean next(int ofBucket) {
        if (nextBucket() != ofBucket) {
            return false;
        }
        bucket = ofBucket;
        byte[] least = null;
        int from = 0;
        int end = 0;
        if (moreChanges && SortedSpool.intAt(changes.row(), changes.at() + SortedSpool.BUCKET) == bucket) {
            least = changes.row();
            from = changes.at() + SortedSpool.KEY;
            end = from + SortedSpool.intAt(least, changes.at() + SortedSpool.KEY_LENGTH);
        }
        SortedSpool.Cursor known = outcomes;
        if (known != null
                && moreOutcomes
                && SortedSpool.intAt(known.row(), known.at() + SortedSpool.BUCKET) == bucket) {
            int otherFrom = known.at() + SortedSpool.KEY;
            int otherEnd = otherFrom + SortedSpool.intAt(known.row(), known.at() + SortedSpool.KEY_LENGTH);
            if (least == null || Arrays.compareUnsigned(known.row(), otherFrom, otherEnd, least, from, end) < 0) {
                least = known.row();
                from = otherFrom;
                end = otherEnd;
            }
        }
        if (nextComplete < complete.size() && completeBuckets.get(nextComplete) == bucket) {
            byte[] other = complete.get(nextComplete);
            if (least == null || Arrays.compareUnsigned(other, 0, other.length, least, from, end) < 0) {
                least = other;
                from = 0;
                end = other.length;
            }
        }
        if (least == null) {
            return false;
        }
        key = least;
        keyFrom = from;
        keyEnd = end;
        take(known);
        return true;
    }

    private void take(SortedSpool.@Nullable Cursor known) {
        count = 0;
        while (moreChanges && isKey(changes)) {
            if (count == rows.length) {
                rows = Arrays.copyOf(rows, 2 * count);
                places = Arrays.copyOf(places, 2 * count);
            }
            rows[count] = changes.row();
            places[count++] = changes.at();
            moreChanges = changes.next();
        }
        outcome = null;
        if (known != null && moreOutcomes && isKey(known)) {
            outcome = known.row();
            outcomeAt = known.at();
            moreOutcomes = known.next();
        }
        isComplete = nextComplete < complete.size()
                && completeBuckets.get(nextComplete) == bucket
                && Arrays.equals(
                        complete.get(nextComplete), 0, complete.get(nextComplete).length, key, keyFrom, keyEnd);
        if (isComplete) {
            nextComplete++;
        }
    }

    private boolean isKey(SortedSpool.Cursor cursor) {
        byte[] row = cursor.row();
        int from = cursor.at() + SortedSpool.KEY;
        return SortedSpool.intAt(row, cursor.at() + SortedSpool.BUCKET) == bucket
                && Arrays.equals(
                        row,
                        from,
                        from + SortedSpool.intAt(row, cursor.at() + SortedSpool.KEY_LENGTH),
                        key,
                        keyFrom,
                        keyEnd);
    }

    byte[] keyBytes() {
        return key;
    }

    int keyFrom() {
        return keyFrom;
    }

    int keyEnd() {
        return keyEnd;
    }

    byte[] keyCopy() {
        return Arrays.copyOfRange(key, keyFrom, keyEnd);
    }

    /** How many changes the key has. */
    int count() {
        return count;
    }

    byte[] row(int change) {
        return rows[change];
    }

    int at(int change) {
        return places[change];
    }

    /** What is known to come of the key, as a row of its spool; null if that is to be decided. */
    byte @Nullable [] outcome() {
        return outcome;
    }

    int outcomeAt() {
        return outcomeAt;
    }

    /** Whether all changes of the key's history are among those given. */
    boolean isComplete() {
        return isComplete;
    }

    List<byte[]> rows() {
        return new ArrayList<>(Arrays.asList(rows).subList(0, count));
    }

    @Override
    public void close() {
        changes.close();
        if (outcomes != null) {
            outcomes.close();
        }
    }
}
