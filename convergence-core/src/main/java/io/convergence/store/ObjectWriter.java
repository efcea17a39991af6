package io.convergence.store;

import static java.util.Objects.checkFromIndexSize;
import static java.util.Objects.requireNonNull;

import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Writes one object of any size through one buffer: a single put if it fits, else an upload in parts. Nothing is
 * visible before {@link #commit}; {@link #close} without it discards. After any failure the writer only can be closed.
 * Not thread-safe.
 */
public final class ObjectWriter implements AutoCloseable {
    /** 8 MiB: objects up to 80 GB, as S3 takes 10,000 parts. */
    public static final int DEFAULT_PART_BYTES = 8 * 1024 * 1024;

    private static final int FIRST_BUFFER_BYTES = 64 * 1024;

    private final ObjectStore store;
    private final String key;
    private final WriteCondition condition;
    private final int partBytes;

    private byte[] buffer;
    private int buffered;
    private long position;
    private int parts;
    private @Nullable MultipartUpload upload;
    private State state = State.OPEN;

    private ObjectWriter(ObjectStore store, String key, WriteCondition condition, int partBytes) {
        this.store = store;
        this.key = key;
        this.condition = condition;
        this.partBytes = partBytes;
        this.buffer = new byte[Math.min(partBytes, FIRST_BUFFER_BYTES)];
    }

    /** A writer with parts of {@link #DEFAULT_PART_BYTES}; the condition is checked when it commits. */
    public static ObjectWriter open(ObjectStore store, String key, WriteCondition condition) {
        return open(store, key, condition, DEFAULT_PART_BYTES);
    }

    /** @param partBytes size of the buffer and of each part, at least {@link MultipartUpload#MIN_PART_BYTES} */
    public static ObjectWriter open(ObjectStore store, String key, WriteCondition condition, int partBytes) {
        requireNonNull(store, "store");
        requireNonNull(condition, "condition");
        if (partBytes < MultipartUpload.MIN_PART_BYTES) {
            throw new IllegalArgumentException("Cannot write object '" + key + "' in parts of " + partBytes
                    + " bytes: S3 needs at least " + MultipartUpload.MIN_PART_BYTES + ".");
        }

        return new ObjectWriter(store, ObjectKeys.check(key), condition, partBytes);
    }

    public String key() {
        return key;
    }

    /** Bytes written so far. */
    public long position() {
        return position;
    }

    public void write(byte[] bytes) {
        write(bytes, 0, bytes.length);
    }

    /**
     * Appends bytes, uploading a part whenever the buffer is full and more come.
     *
     * @throws UnsupportedOperationException if the object outgrows one part, has a condition, and the store lacks
     *     {@link Capability#MULTIPART_CONDITIONAL}
     */
    public void write(byte[] bytes, int offset, int length) {
        checkFromIndexSize(offset, length, bytes.length);
        requireOpen();
        int from = offset;
        int left = length;
        while (left > 0) {
            if (buffered == partBytes) {
                uploadBuffer();
            }

            int taken = Math.min(left, partBytes - buffered);
            ensureRoom(buffered + taken);
            System.arraycopy(bytes, from, buffer, buffered, taken);
            buffered += taken;
            from += taken;
            left -= taken;
        }

        position += length;
    }

    /**
     * Makes the object visible, if the condition holds.
     *
     * @throws PreconditionFailedException if it does not; nothing was written
     * @throws WriteConflictException if a racing write was in flight; nothing was written, start again
     * @throws StoreUnavailableException if the outcome is unknown: read before concluding anything
     */
    public ObjectStat commit() {
        requireOpen();
        state = State.FAILED;
        ObjectStat written = upload == null ? store.put(key, content(), condition) : completeUpload(upload);
        state = State.COMMITTED;
        buffer = new byte[0];
        return written;
    }

    /** Discards what was written unless it was committed. */
    @Override
    public void close() {
        boolean discard = state != State.COMMITTED && state != State.CLOSED;
        state = State.CLOSED;
        buffer = new byte[0];
        if (discard && upload != null) {
            upload.abort();
        }
    }

    private ObjectStat completeUpload(MultipartUpload begun) {
        begun.part(nextPart(), content());
        return begun.complete(condition);
    }

    private void uploadBuffer() {
        state = State.FAILED;
        if (upload == null) {
            requireConditionalUploads();
            upload = store.startMultipart(key);
        }

        upload.part(nextPart(), content());
        buffered = 0;
        state = State.OPEN;
    }

    private void requireConditionalUploads() {
        boolean conditional = !(condition instanceof WriteCondition.Unconditional);
        if (conditional && !store.capabilities().contains(Capability.MULTIPART_CONDITIONAL)) {
            throw StoreErrors.lacks(
                    "write more than " + partBytes + " bytes on a condition to",
                    key,
                    store.description(),
                    Capability.MULTIPART_CONDITIONAL);
        }
    }

    private int nextPart() {
        if (parts == MultipartUpload.MAX_PARTS) {
            throw new IllegalStateException("Cannot write object '" + key + "' beyond " + position + " bytes: it has "
                    + parts + " parts of " + partBytes + " bytes and S3 takes no more. Write larger parts.");
        }

        return ++parts;
    }

    private byte[] content() {
        return buffered == buffer.length ? buffer : Arrays.copyOf(buffer, buffered);
    }

    private void ensureRoom(int bytes) {
        if (bytes > buffer.length) {
            long doubled = Math.max(bytes, 2L * buffer.length);
            buffer = Arrays.copyOf(buffer, (int) Math.min(partBytes, doubled));
        }
    }

    private void requireOpen() {
        if (state != State.OPEN) {
            throw new IllegalStateException("Cannot use the writer of object '" + key + "': it is "
                    + state.name().toLowerCase(Locale.ROOT) + ". Open another one.");
        }
    }

    private enum State {
        OPEN,
        FAILED,
        COMMITTED,
        CLOSED
    }
}
