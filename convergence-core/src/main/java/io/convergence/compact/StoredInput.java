package io.convergence.compact;

import io.convergence.store.ObjectStat;
import io.convergence.store.ObjectStore;
import java.io.EOFException;
import java.nio.ByteBuffer;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.io.SeekableInputStream;

/** One pinned version of an object as Parquet input: small objects by one request, of large ones the end first, then ranges. Not thread-safe. */
final class StoredInput implements InputFile {
    /** Up to here one request for the whole is cheaper than one for the footer and one for the body. */
    private static final int WHOLE = 8 << 20;

    private static final int TAIL = 256 << 10;

    private final ObjectStore store;
    private final ObjectStat stat;
    private byte[] held = {};
    private long heldFrom;

    StoredInput(ObjectStore store, ObjectStat stat) {
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

    @Override
    public String toString() {
        return stat.key();
    }

    private void copy(long position, byte[] target, int offset, int length) {
        if (length == 0) {
            return;
        }
        if (held.length == 0) {
            int kept = (int) Math.min(stat.size(), stat.size() <= WHOLE ? WHOLE : TAIL);
            heldFrom = stat.size() - kept;
            held = store.read(stat, heldFrom, kept);
        }

        if (position >= heldFrom) {
            System.arraycopy(held, (int) (position - heldFrom), target, offset, length);
        } else {
            System.arraycopy(store.read(stat, position, length), 0, target, offset, length);
        }
    }

    private final class Stream extends SeekableInputStream {
        private long position;

        @Override
        public long getPos() {
            return position;
        }

        @Override
        public void seek(long target) throws EOFException {
            if (target < 0 || target > stat.size()) {
                throw new EOFException("position " + target + " lies outside the file's " + stat.size() + " bytes");
            }

            position = target;
        }

        @Override
        public int read() {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        // Without this override parquet-java's appending reads one byte at a time.
        @Override
        public int read(byte[] target, int offset, int length) {
            if (length == 0) {
                return 0;
            }
            if (position >= stat.size()) {
                return -1;
            }

            int count = (int) Math.min(length, stat.size() - position);
            copy(position, target, offset, count);
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

            copy(position, target, offset, length);
            position += length;
        }

        @Override
        public int read(ByteBuffer target) {
            int length = (int) Math.min(target.remaining(), stat.size() - position);
            if (length == 0) {
                return target.hasRemaining() ? -1 : 0;
            }

            byte[] bytes = new byte[length];
            int count = read(bytes, 0, length);
            target.put(bytes, 0, count);
            return count;
        }

        @Override
        public void readFully(ByteBuffer target) throws EOFException {
            byte[] bytes = new byte[target.remaining()];
            readFully(bytes);
            target.put(bytes);
        }
    }
}
