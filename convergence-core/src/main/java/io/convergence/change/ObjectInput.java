package io.convergence.change;

import io.convergence.store.ObjectStat;
import io.convergence.store.ObjectStore;
import java.io.EOFException;
import java.nio.ByteBuffer;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.io.SeekableInputStream;

/**
 * One pinned version of an object as Parquet input: small objects by one request, large ones by the ranges asked for.
 * Not thread-safe.
 */
final class ObjectInput implements InputFile {
    /** Up to here one request for the whole is cheaper than one for the footer and one for the body. */
    private static final int WHOLE = 8 << 20;

    private static final int WINDOW = 256 << 10;
    private static final int TAIL = 64 << 10;

    private final ObjectStore store;
    private final ObjectStat stat;
    private byte[] window = {};
    private long windowStart;
    private byte[] tail = {};

    ObjectInput(ObjectStore store, ObjectStat stat) {
        this.store = store;
        this.stat = stat;
    }

    @Override
    public long getLength() {
        return stat.size();
    }

    @Override
    public SeekableInputStream newStream() {
        return new Stream();
    }

    /** Copies bytes that lie within the object. */
    void read(long position, byte[] target, int offset, int length) {
        if (length == 0) {
            return;
        }
        if (stat.size() <= WHOLE && window.length == 0) {
            window = store.read(stat, 0, (int) stat.size());
        }

        long tailStart = stat.size() - tail.length;
        if (covers(windowStart, window.length, position, length)) {
            System.arraycopy(window, (int) (position - windowStart), target, offset, length);
        } else if (covers(tailStart, tail.length, position, length)) {
            System.arraycopy(tail, (int) (position - tailStart), target, offset, length);
        } else if (tail.length == 0 && position + TAIL >= stat.size()) {
            tail = store.read(stat, stat.size() - TAIL, TAIL);
            read(position, target, offset, length);
        } else if (length >= WINDOW) {
            System.arraycopy(store.read(stat, position, length), 0, target, offset, length);
        } else {
            window = store.read(stat, position, (int) Math.min(WINDOW, stat.size() - position));
            windowStart = position;
            System.arraycopy(window, 0, target, offset, length);
        }
    }

    private static boolean covers(long start, int held, long position, int length) {
        return position >= start && position + length <= start + held;
    }

    @Override
    public String toString() {
        return stat.key();
    }

    private final class Stream extends SeekableInputStream {
        private long position;

        @Override
        public long getPos() {
            return position;
        }

        @Override
        public void seek(long newPosition) throws EOFException {
            if (newPosition < 0 || newPosition > stat.size()) {
                throw new EOFException(
                        "position " + newPosition + " lies outside the file's " + stat.size() + " bytes");
            }

            position = newPosition;
        }

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
            ObjectInput.this.read(position, target, offset, count);
            position += count;
            return count;
        }

        @Override
        public void readFully(byte[] target) throws EOFException {
            readFully(target, 0, target.length);
        }

        @Override
        public void readFully(byte[] target, int offset, int length) throws EOFException {
            if (length > stat.size() - position) {
                throw new EOFException(length + " bytes are asked for at position " + position + " of " + stat.size());
            }

            ObjectInput.this.read(position, target, offset, length);
            position += length;
        }

        @Override
        public int read(ByteBuffer target) {
            byte[] bytes = new byte[(int) Math.min(target.remaining(), Math.max(0, stat.size() - position))];
            if (bytes.length == 0) {
                return target.hasRemaining() ? -1 : 0;
            }

            int count = read(bytes, 0, bytes.length);
            target.put(bytes, 0, count);
            return count;
        }

        @Override
        public void readFully(ByteBuffer target) throws EOFException {
            int length = target.remaining();
            if (target.hasArray()) {
                readFully(target.array(), target.arrayOffset() + target.position(), length);
                target.position(target.position() + length);
                return;
            }

            byte[] bytes = new byte[length];
            readFully(bytes);
            target.put(bytes);
        }
    }
}
