package io.convergence.store.internal;

import static java.util.Objects.checkFromIndexSize;
import static java.util.Objects.requireNonNull;

import io.convergence.store.ETag;
import io.convergence.store.ObjectStat;
import io.convergence.store.ObjectStore;
import java.io.EOFException;
import java.io.InputStream;
import java.time.Instant;
import org.apache.parquet.io.DelegatingSeekableInputStream;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.io.SeekableInputStream;
import org.jspecify.annotations.Nullable;

/**
 * One pinned version of an object as Parquet input: small objects by one request, of large ones the end first and then
 * the ranges asked for. Its streams share what was fetched. Not thread-safe.
 */
public final class ParquetInput implements InputFile {
    /** Up to here one request for the whole is cheaper than one for the footer and one for the body (rule L7). */
    static final int WHOLE = 8 << 20;

    /** Room for the footer of some hundred row groups. */
    static final int TAIL = 1 << 20;

    /** Room for the footer of some row groups. */
    private static final int FOOTER = 64 << 10;

    /** Short reads of a large object come in rows of neighbours; long ones are a request each. */
    private static final int WINDOW = 256 << 10;

    private final @Nullable ObjectStore store;
    private final ObjectStat stat;
    private final int windowBytes;
    private final int wholeBytes;
    private final int tailBytes;
    private byte[] window = {};
    private long windowStart;
    private byte[] tail = {};

    private ParquetInput(@Nullable ObjectStore store, ObjectStat stat, int windowBytes, int wholeBytes, int tailBytes) {
        this.store = store;
        this.stat = requireNonNull(stat, "stat");
        this.windowBytes = windowBytes;
        this.wholeBytes = wholeBytes;
        this.tailBytes = tailBytes;
    }

    /** For reading any columns of any row groups. */
    public static ParquetInput of(ObjectStore store, ObjectStat stat) {
        return new ParquetInput(requireNonNull(store, "store"), stat, WINDOW, WHOLE, TAIL);
    }

    /** For reading little more than the footer: of a larger object only its end is fetched, and what else is asked for. */
    public static ParquetInput forFooter(ObjectStore store, ObjectStat stat) {
        return new ParquetInput(requireNonNull(store, "store"), stat, 1, FOOTER, FOOTER);
    }

    /**
     * For reading everything from front to back in few requests.
     *
     * @param bytes how much of the object is held in memory besides its end
     */
    public static ParquetInput readingAhead(ObjectStore store, ObjectStat stat, int bytes) {
        return new ParquetInput(requireNonNull(store, "store"), stat, Math.max(bytes, WINDOW), WHOLE, TAIL);
    }

    /** Of content that is in memory whole and is none of a store's. */
    public static ParquetInput inMemory(String key, byte[] content) {
        ObjectStat stat = ObjectStat.of(key, content.length, new ETag("none"), Instant.EPOCH);
        ParquetInput input = new ParquetInput(null, stat, 1, WHOLE, TAIL);
        input.tail = content;
        return input;
    }

    private byte[] fetch(long position, int length) {
        return requireNonNull(store, "store").read(stat, position, length);
    }

    @Override
    public long getLength() {
        return stat.size();
    }

    @Override
    public SeekableInputStream newStream() {
        return new Seekable(new Bytes());
    }

    /** Copies bytes that lie within the object. */
    public void read(long position, byte[] target, int offset, int length) {
        checkFromIndexSize(position, length, stat.size());
        int done = 0;
        while (done < length) {
            done += readSome(position + done, target, offset + done, length - done);
        }
    }

    /** The object's bytes, which nobody may change, if they were fetched by one request; empty if they were not. */
    public byte[] whole() {
        return tail.length == stat.size() ? tail : new byte[0];
    }

    private int readSome(long position, byte[] target, int offset, int length) {
        if (tail.length == 0 && (stat.size() <= wholeBytes || position >= stat.size() - tailBytes)) {
            int held = (int) Math.min(stat.size(), stat.size() <= wholeBytes ? wholeBytes : tailBytes);
            tail = fetch(stat.size() - held, held);
        }

        long tailStart = stat.size() - tail.length;
        if (position >= tailStart) {
            return copy(tail, (int) (position - tailStart), target, offset, length);
        }
        if (position >= windowStart && position < windowStart + window.length) {
            return copy(window, (int) (position - windowStart), target, offset, length);
        }

        int wanted = (int) Math.min(length, tailStart - position);
        if (wanted >= windowBytes) {
            return copy(fetch(position, wanted), 0, target, offset, wanted);
        }
        window = new byte[0];
        window = fetch(position, (int) Math.min(windowBytes, tailStart - position));
        windowStart = position;
        return copy(window, 0, target, offset, length);
    }

    private static int copy(byte[] held, int from, byte[] target, int offset, int length) {
        int count = Math.min(length, held.length - from);
        System.arraycopy(held, from, target, offset, count);
        return count;
    }

    @Override
    public String toString() {
        return stat.key();
    }

    private final class Seekable extends DelegatingSeekableInputStream {
        private final Bytes bytes;

        Seekable(Bytes bytes) {
            super(bytes);
            this.bytes = bytes;
        }

        @Override
        public long getPos() {
            return bytes.position;
        }

        @Override
        public void seek(long position) throws EOFException {
            if (position < 0 || position > stat.size()) {
                throw new EOFException("position " + position + " lies outside the file's " + stat.size() + " bytes");
            }

            bytes.position = position;
        }
    }

    private final class Bytes extends InputStream {
        private long position;

        @Override
        public int read() {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] target, int offset, int length) {
            if (length == 0) {
                return 0;
            }
            if (position >= stat.size()) {
                return -1;
            }

            int count = (int) Math.min(length, stat.size() - position);
            ParquetInput.this.read(position, target, offset, count);
            position += count;
            return count;
        }
    }
}
