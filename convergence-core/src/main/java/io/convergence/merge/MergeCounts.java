package io.convergence.merge;

import java.util.EnumMap;
import java.util.Map;

/**
 * How many changes of a merge came to what end, and what happened on the way. Every received change has exactly one
 * end: the sum of all {@link What#end()} counts equals {@code RECEIVED}. Immutable; thread-safe.
 */
public final class MergeCounts {
    /** What is counted: changes, unless said otherwise. */
    public enum What {
        /** Given to the merge. */
        RECEIVED,
        /** Delivered more than once in this merge; the first was taken. */
        DUPLICATE,
        /** Waiting for their transaction to be complete (rule S7). */
        HELD,
        /** For an absent key below the floor (rule S12). */
        QUARANTINED,
        /** Applied by an earlier merge, or written again by DMS after a restart (rule S3). */
        REPLAYED,
        /** Older than a stored row that does not depend on them (rule S11). */
        STALE,
        /** Older than a tombstone (rule S12). */
        STALE_BELOW_TOMBSTONE,
        /** Read again, or for the first time, as the history of a key. */
        FROM_HISTORY,
        /** The last change of a key in this merge. */
        APPLIED,
        /** Applied, with a later change of each of their keys in this merge. */
        SUPERSEDED,
        /** Of a table that is disputed, so that none of them was applied. */
        WITHHELD,

        /** Changes that arrived after the result they belong to was published as complete (rule S7). */
        LATE,
        /** Key changes applied. */
        KEY_CHANGED,
        /** Key changes onto a row that the full load had read after them: they keep that row's unknown cells. */
        LOAD_OVERLAP_KEY_CHANGE,
        /** Cells published as unknown because the load may have read another row on the key its row came from. */
        LOAD_OVERLAP_UNKNOWN,
        /** Keys of a table without a full load, never seen before, inserted and freed again in one transaction. */
        UNSEEN_KEY_FREED,
        /** Changes whose row among several on one key was told by its image (rule S10). */
        MOVED_BY_IMAGE,
        /** Inserts of a key that was live: the load had it already, a TRUNCATE went unseen, or the old row goes later in the transaction. */
        INSERT_OVER_LIVE,
        /** Rows of a full load whose key another row of it has, which differs. */
        LOAD_KEY_TWICE,
        /** Updates of a key never seen or deleted. */
        UPDATE_OF_ABSENT,
        /** Rows that updates alone have made, since their key was never seen or deleted: an older row may be missing or left over. */
        ROW_OF_UPDATES,
        /** Deletes of a key never seen or deleted. */
        DELETE_OF_ABSENT,
        /** Updates of an absent key in a table whose key changes are not tracked: an old row may be left over (rule S10). */
        ORPHAN_POSSIBLE,
        /** Cells that kept the value of the row they update (rule S9). */
        UNKNOWN_KEPT,
        /** Cells that no change has given so far: published as null (rule S9). */
        UNKNOWN_FIRST_SEEN,
        /** Keys or files whose order or identity is disputed (rules S2, S10). */
        DISPUTED;

        /** Whether this is one of the ends a received change can come to. */
        public boolean end() {
            return ordinal() >= DUPLICATE.ordinal() && ordinal() <= WITHHELD.ordinal();
        }
    }

    private final Map<What, Long> counts;

    private MergeCounts(Map<What, Long> counts) {
        this.counts = counts;
    }

    static MergeCounts of(Tally tally) {
        return new MergeCounts(tally.copy());
    }

    /** Of a merge done in parts, or by other means than {@link ChangeMerger}. */
    public static MergeCounts of(Map<What, Long> counts) {
        var tally = new Tally();
        counts.forEach(tally::add);
        return of(tally);
    }

    /** Nothing counted: a start for {@link #plus}. */
    public static MergeCounts none() {
        return of(new Tally());
    }

    public long of(What what) {
        return counts.getOrDefault(what, 0L);
    }

    /** What is not zero. */
    public Map<What, Long> toMap() {
        return Map.copyOf(counts);
    }

    /** Sums, e.g. over the merges of one run. */
    public MergeCounts plus(MergeCounts other) {
        var tally = new Tally();
        counts.forEach(tally::add);
        other.counts.forEach(tally::add);
        return of(tally);
    }

    /** With rows that were received and not given to the merge, because they repeat earlier ones (rule S3). */
    public MergeCounts plusReplayed(long rows) {
        var tally = new Tally();
        tally.add(What.RECEIVED, rows);
        tally.add(What.REPLAYED, rows);
        return plus(of(tally));
    }

    /** With rows of a full load that are logged without being given to the merge. */
    public MergeCounts plusLoaded(long rows) {
        var tally = new Tally();
        tally.add(What.RECEIVED, rows);
        tally.add(What.APPLIED, rows);
        return plus(of(tally));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof MergeCounts same && counts.equals(same.counts);
    }

    @Override
    public int hashCode() {
        return counts.hashCode();
    }

    @Override
    public String toString() {
        return counts.toString();
    }

    /** Counts up. Not thread-safe. */
    static final class Tally {
        private final Map<What, Long> counts = new EnumMap<>(What.class);

        void add(What what) {
            add(what, 1);
        }

        void add(What what, long number) {
            if (number != 0) {
                counts.merge(what, number, Long::sum);
            }
        }

        void addAll(Tally other) {
            other.counts.forEach(this::add);
        }

        private Map<What, Long> copy() {
            var copy = new EnumMap<What, Long>(What.class);
            copy.putAll(counts);
            return copy;
        }
    }
}
