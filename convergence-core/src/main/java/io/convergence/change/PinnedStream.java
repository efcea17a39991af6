package io.convergence.change;

import io.convergence.store.ObjectStat;
import io.convergence.store.ObjectStore;
import java.io.InputStream;

/** One pinned version of an object from its first byte to its last, a window at a time: one request up to 8 MB. */
final class PinnedStream extends InputStream {
    private static final int WINDOW = 8 << 20;

    private final ObjectStore store;
    private final ObjectStat stat;
    private byte[] window = {};
    private int at;
    private long fetched;

    PinnedStream(ObjectStore store, ObjectStat stat) {
        this.store = store;
        this.stat = stat;
    }

    /** Whether the bytes from here on begin with these. */
    boolean startsWith(int first, int second) {
        return fill() && window.length - at >= 2 && (window[at] & 0xFF) == first && (window[at + 1] & 0xFF) == second;
    }

    /** Bytes handed out so far. */
    long position() {
        return fetched - window.length + at;
    }

    private boolean fill() {
        if (at < window.length) {
            return true;
        }
        if (fetched >= stat.size()) {
            return false;
        }

        window = new byte[0];
        window = store.read(stat, fetched, (int) Math.min(WINDOW, stat.size() - fetched));
        fetched += window.length;
        at = 0;
        return true;
    }

    @Override
    public int read() {
        return fill() ? window[at++] & 0xFF : -1;
    }

    @Override
    public int read(byte[] target, int offset, int length) {
        if (length == 0) {
            return 0;
        }
        if (!fill()) {
            return -1;
        }

        int count = Math.min(length, window.length - at);
        System.arraycopy(window, at, target, offset, count);
        at += count;
        return count;
    }
}
