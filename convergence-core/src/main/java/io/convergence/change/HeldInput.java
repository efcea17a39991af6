package io.convergence.change;

import io.convergence.store.internal.ParquetInput;
import java.io.EOFException;
import java.io.InputStream;
import org.apache.parquet.io.DelegatingSeekableInputStream;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.io.SeekableInputStream;

/** A file of which some bytes may be held in memory, so that they are looked at before parquet-java reads them. Not thread-safe. */
final class HeldInput implements InputFile {
    private final ParquetInput input;
    private byte[] held = {};
    private long heldFrom;

    HeldInput(ParquetInput input) {
        this.input = input;
    }

    /** Holds these bytes, and no others, until {@link #release}. */
    byte[] hold(long from, int length) {
        held = new byte[0];
        byte[] bytes = new byte[length];
        input.read(from, bytes, 0, length);
        held = bytes;
        heldFrom = from;
        return bytes;
    }

    void release() {
        held = new byte[0];
    }

    @Override
    public long getLength() {
        return input.getLength();
    }

    @Override
    public SeekableInputStream newStream() {
        return new Seekable(new Bytes());
    }

    @Override
    public String toString() {
        return input.toString();
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
            if (position < 0 || position > getLength()) {
                throw new EOFException("position " + position + " lies outside the file's " + getLength() + " bytes");
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
            if (position >= getLength()) {
                return -1;
            }

            int count = (int) Math.min(length, getLength() - position);
            if (position >= heldFrom && position < heldFrom + held.length) {
                int from = (int) (position - heldFrom);
                count = Math.min(count, held.length - from);
                System.arraycopy(held, from, target, offset, count);
            } else {
                count = held.length > 0 && position < heldFrom ? (int) Math.min(count, heldFrom - position) : count;
                input.read(position, target, offset, count);
            }
            position += count;
            return count;
        }
    }
}
