package io.convergence.curated;

import io.convergence.merge.StoredRow;
import org.jspecify.annotations.Nullable;

/**
 * What is stored of a bucket, read once in key order while changes come in the same order. Rows that are passed are kept: the writer gets
 * them. Not thread-safe.
 */
interface StoredSide extends AutoCloseable {
    /**
     * Moves to a key, which is greater than that of the call before.
     *
     * @param to null to write nothing
     * @return whether something is stored of the key
     */
    boolean advanceTo(byte[] key, int from, int end, @Nullable BucketWriter to);

    /** What is stored of the key at hand. */
    StoredRow row();

    /** Whether that is a tombstone. */
    boolean isTombstone();

    /** Whether what is stored neither saw a key change nor was placed over another row. */
    boolean isPlain();

    int place();

    long time();

    long counter();

    long rowNumber();

    /** Leaves the key at hand out of what is written. */
    void drop();

    /** Keeps all that was not reached. */
    void finish(@Nullable BucketWriter to);

    @Override
    void close();
}
