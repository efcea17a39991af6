package io.convergence.store;

/**
 * An upload in parts, invisible until completed. Not thread-safe, save that parts may be uploaded concurrently.
 * Closing it without completing aborts it.
 */
public interface MultipartUpload extends AutoCloseable {
    /** S3's smallest part but for the last: 5 MiB. */
    int MIN_PART_BYTES = 5 * 1024 * 1024;

    /** S3's largest part number. */
    int MAX_PARTS = 10_000;

    String key();

    /**
     * Uploads one part; parts may come in any order and a number given twice replaces the earlier part.
     *
     * @param number 1 to {@link #MAX_PARTS}
     * @throws IllegalStateException if the upload has ended
     * @throws ObjectNotFoundException if another process has aborted it, see {@link ObjectStore#abortUpload}
     */
    void part(int number, byte[] content);

    /**
     * Makes the object visible as the parts in order of their numbers. After a
     * {@link WriteConflictException} the whole upload must be started again.
     *
     * @return as {@link ObjectStore#put} does; on S3 the last-modified time of such an object is when its upload began
     * @throws IllegalStateException if the upload has ended, has no part, or has a part smaller than
     *     {@link #MIN_PART_BYTES} that is not the last
     * @throws ObjectNotFoundException if another process has aborted it
     */
    ObjectStat complete(WriteCondition condition);

    /** Drops the parts. No error if already completed or aborted. */
    void abort();

    @Override
    default void close() {
        abort();
    }
}
