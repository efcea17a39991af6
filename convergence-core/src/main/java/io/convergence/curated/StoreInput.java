package io.convergence.curated;

import io.convergence.store.ObjectStat;
import io.convergence.store.ObjectStore;
import java.io.EOFException;
import java.io.InputStream;
import org.apache.parquet.io.DelegatingSeekableInputStream;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.io.SeekableInputStream;

/** One pinned version of an object as Parquet input: what is read in a row is fetched in windows, long reads in one request. */
final class StoreInput implements InputFile {
    private final ObjectStore store;
    private final ObjectStat stat;

    StoreInput(ObjectStore store, ObjectStat stat) {
        this.store = store;
        this.stat = stat;
    }

    @Override
    public long getLength() {
        return stat.size();
    }

    @Override
    public SeekableInputStream newStream() {
        var ranges = new Ranges(store, stat);
        return new DelegatingSeekableInputStream(ranges) {
            @Override
            public long getPos() {
                return ranges.position;
            }

            @Override
            public void seek(long newPosition) throws EOFException {
                if (newPosition < 0 || newPosition > stat.size()) {
                    throw new EOFException(
                            "position " + newPosition + " lies outside the file's " + stat.size() + " bytes");
                }
                ranges.position = newPosition;
            }
        };
    }

    @Override
    public String toString() {
        return stat.key();
    }

    private static final class Ranges extends InputStream {
        private static final int WINDOW = 1 << 20;

        private final ObjectStore store;
        private final ObjectStat stat;
        private byte[] window = {};
        private long windowStart;
        private long position;

        Ranges(ObjectStore store, ObjectStat stat) {
            this.store = store;
            this.stat = stat;
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
            if (count >= WINDOW) {
                System.arraycopy(store.read(stat, position, count), 0, target, offset, count);
            } else {
                if (position < windowStart || position + count > windowStart + window.length) {
                    windowStart = Math.max(0, Math.min(position, stat.size() - WINDOW));
                    window = store.read(stat, windowStart, (int) Math.min(WINDOW, stat.size() - windowStart));
                }
                System.arraycopy(window, (int) (position - windowStart), target, offset, count);
            }
            position += count;
            return count;
        }
    }
}
