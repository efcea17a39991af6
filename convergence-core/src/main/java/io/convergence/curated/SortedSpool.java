package io.convergence.curated;

import io.convergence.store.internal.pages.ByteSink;
import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * Rows as bytes, given back by bucket, in it by key, and of one key in the order they came. What exceeds the memory stands in sorted files
 * until {@link #close}. A row begins with its length, bucket and length of its key, 4 bytes each, and its key. Not thread-safe.
 */
final class SortedSpool implements AutoCloseable {
    static final int BUCKET = 4;
    static final int KEY_LENGTH = 8;
    static final int KEY = 12;

    private static final int CHUNK = 1 << 20;
    private static final int FILE_BUFFER = 1 << 18;
    private static final int LEAST_CHUNK = 1 << 13;
    /** Of a row in memory besides its bytes: where it is, its key's beginning, its place in the order. */
    private static final int BYTES_PER_ROW = 32;

    private final long memory;
    private final SpillFolder folder;
    private final List<byte[]> chunks = new ArrayList<>();
    /** Their rows stand in a file. */
    private final List<byte[]> free = new ArrayList<>();

    private boolean opened;
    private final List<Path> runs = new ArrayList<>();
    private int inChunk;
    private long chunkBytes;
    private long[] addresses = new long[1 << 10];
    private long[] prefixes = new long[1 << 10];
    private int count;
    private int @Nullable [] order;
    private long rows;

    SortedSpool(long memory, SpillFolder folder) {
        this.memory = memory;
        this.folder = folder;
    }

    static int intAt(byte[] bytes, int at) {
        return ByteSink.intAt(bytes, at);
    }

    long rows() {
        return rows;
    }

    /** Bytes of rows that did not stay in memory. */
    boolean spilled() {
        return !runs.isEmpty();
    }

    /** Takes a row, whose beginning is as described. */
    void add(byte[] row, int length) {
        if (count > 0 && chunkBytes + length + (long) count * BYTES_PER_ROW > memory) {
            spill();
        }
        if (chunks.isEmpty() || inChunk + length > chunks.get(chunks.size() - 1).length) {
            byte[] chunk = chunk(length);
            chunks.add(chunk);
            chunkBytes += chunk.length;
            inChunk = 0;
        }
        System.arraycopy(row, 0, chunks.get(chunks.size() - 1), inChunk, length);
        if (count == addresses.length) {
            addresses = Arrays.copyOf(addresses, 2 * count);
            prefixes = Arrays.copyOf(prefixes, 2 * count);
        }
        addresses[count] = (long) (chunks.size() - 1) << 32 | inChunk;
        // The first byte is the same for most keys.
        prefixes[count] = firstBytes(row, 0, 1);
        count++;
        inChunk += length;
        order = null;
        rows++;
    }

    private byte[] chunk(int least) {
        int size = (int) Math.min(CHUNK, memory / 4);
        return least <= size && !free.isEmpty() ? free.remove(free.size() - 1) : new byte[Math.max(size, least)];
    }

    /** Eight bytes of the key from one of them on; zeros where it ends before. */
    private static long firstBytes(byte[] row, int at, int from) {
        int length = Math.min(from + 8, intAt(row, at + KEY_LENGTH));
        if (length == from + 8) {
            return Long.reverseBytes(ByteSink.longAt(row, at + KEY + from));
        }
        long bytes = 0;
        for (int i = from; i < from + 8; i++) {
            bytes = bytes << 8 | (i < length ? row[at + KEY + i] & 0xFF : 0);
        }
        return bytes;
    }

    /** Frees the memory; the rows stand in files then. */
    void spillAll() {
        if (count > 0) {
            spill();
        }
    }

    private void spill() {
        Path run = folder.newFile();
        runs.add(run);
        int[] sorted = sorted();
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(run), FILE_BUFFER)) {
            for (int row : sorted) {
                byte[] chunk = chunks.get((int) (addresses[row] >>> 32));
                int at = (int) addresses[row];
                out.write(chunk, at, intAt(chunk, at));
            }
        } catch (IOException e) {
            throw CuratedTableException.spill("write the changes that memory does not hold to '" + run + "'", e);
        }
        if (!opened) {
            int size = (int) Math.min(CHUNK, memory / 4);
            chunks.stream().filter(chunk -> chunk.length == size).forEach(free::add);
        }
        chunks.clear();
        chunkBytes = 0;
        inChunk = 0;
        count = 0;
        order = null;
    }

    private int[] sorted() {
        int[] done = order;
        if (done != null) {
            return done;
        }
        int[] by = new int[count];
        for (int i = 0; i < count; i++) {
            by[i] = i;
        }
        by = radix(by);
        int from = 0;
        while (from < count) {
            int to = from + 1;
            while (to < count && prefixes[by[to]] == prefixes[by[from]]) {
                to++;
            }
            if (to - from > 1) {
                sortWholeKeys(by, from, to);
            }
            from = to;
        }
        if (!sameFirstBytes(by)) {
            by = mergeSorted(by, this::compareKeys);
        }
        by = byBucket(by);
        order = by;
        return by;
    }

    /** Stable, by the prefixes as unsigned numbers. */
    private int[] radix(int[] by) {
        int[] from = by;
        int[] to = new int[count];
        for (int shift = 0; shift < Long.SIZE; shift += 16) {
            int[] starts = new int[(1 << 16) + 1];
            for (int i = 0; i < count; i++) {
                starts[(int) (prefixes[i] >>> shift & 0xFFFF) + 1]++;
            }
            if (count > 0 && starts[(int) (prefixes[0] >>> shift & 0xFFFF) + 1] == count) {
                continue;
            }
            for (int i = 1; i < starts.length; i++) {
                starts[i] += starts[i - 1];
            }
            for (int i = 0; i < count; i++) {
                int row = from[i];
                to[starts[(int) (prefixes[row] >>> shift & 0xFFFF)]++] = row;
            }
            int[] swap = from;
            from = to;
            to = swap;
        }
        return from;
    }

    /** Of rows whose keys begin alike; those of one key stay in their order. */
    private void sortWholeKeys(int[] by, int from, int to) {
        boolean sorted = true;
        for (int i = from + 1; i < to && sorted; i++) {
            sorted = compareKeys(by[i - 1], by[i]) <= 0;
        }
        if (sorted) {
            return;
        }
        int[] part = Arrays.copyOfRange(by, from, to);
        System.arraycopy(mergeSorted(part, this::compareKeys), 0, by, from, to - from);
    }

    private interface Order {
        int compare(int one, int other);
    }

    /** Stable. */
    private static int[] mergeSorted(int[] by, Order order) {
        int[] from = by;
        int[] to = new int[by.length];
        for (int width = 1; width < by.length; width *= 2) {
            for (int left = 0; left < by.length; left += 2 * width) {
                int middle = Math.min(left + width, by.length);
                int end = Math.min(left + 2 * width, by.length);
                int a = left;
                int b = middle;
                for (int i = left; i < end; i++) {
                    boolean first = a < middle && (b >= end || order.compare(from[a], from[b]) <= 0);
                    to[i] = first ? from[a++] : from[b++];
                }
            }
            int[] swap = from;
            from = to;
            to = swap;
        }
        return from;
    }

    private boolean sameFirstBytes(int[] by) {
        int first = -1;
        for (int row : by) {
            byte[] chunk = chunks.get((int) (addresses[row] >>> 32));
            int at = (int) addresses[row];
            int own = intAt(chunk, at + KEY_LENGTH) == 0 ? 0 : chunk[at + KEY] & 0xFF;
            if (first >= 0 && own != first) {
                return false;
            }
            first = own;
        }
        return true;
    }

    private int compareKeys(int one, int other) {
        return compareKeys(
                chunks.get((int) (addresses[one] >>> 32)),
                (int) addresses[one],
                chunks.get((int) (addresses[other] >>> 32)),
                (int) addresses[other]);
    }

    static int compareKeys(byte[] one, int at, byte[] other, int otherAt) {
        return Arrays.compareUnsigned(
                one,
                at + KEY,
                at + KEY + intAt(one, at + KEY_LENGTH),
                other,
                otherAt + KEY,
                otherAt + KEY + intAt(other, otherAt + KEY_LENGTH));
    }

    private int[] byBucket(int[] by) {
        int most = 0;
        int[] buckets = new int[count];
        for (int i = 0; i < count; i++) {
            buckets[i] = intAt(chunks.get((int) (addresses[i] >>> 32)), (int) addresses[i] + BUCKET);
            most = Math.max(most, buckets[i]);
        }
        if (most == 0) {
            return by;
        }
        int[] starts = new int[most + 2];
        for (int bucket : buckets) {
            starts[bucket + 1]++;
        }
        for (int i = 1; i < starts.length; i++) {
            starts[i] += starts[i - 1];
        }
        int[] to = new int[count];
        for (int row : by) {
            to[starts[buckets[row]]++] = row;
        }
        return to;
    }

    /** All rows in their order; several may be read one after the other. */
    Cursor open() {
        // Rows that were given stay good.
        opened = true;
        free.clear();
        List<Source> sources = new ArrayList<>();
        int chunk = (int) Math.max(LEAST_CHUNK, Math.min(FILE_BUFFER, memory / 4 / Math.max(1, runs.size())));
        for (Path run : runs) {
            sources.add(new Run(run, sources.size(), chunk));
        }
        if (count > 0) {
            sources.add(new Memory(sources.size()));
        }
        return new Cursor(sources);
    }

    private abstract static class Source implements Comparable<Source> {
        final int number;
        byte[] row = {};
        int at;
        private int bucket;
        private long first;

        Source(int number) {
            this.number = number;
        }

        abstract boolean next();

        /** Notes what mostly decides about the order. */
        final void took() {
            bucket = intAt(row, at + BUCKET);
            first = firstBytes(row, at, 0);
        }

        void close() {}

        @Override
        public int compareTo(Source other) {
            int order = Integer.compare(bucket, other.bucket);
            order = order != 0 ? order : Long.compareUnsigned(first, other.first);
            order = order != 0 ? order : compareKeys(row, at, other.row, other.at);
            return order != 0 ? order : Integer.compare(number, other.number);
        }
    }

    private final class Memory extends Source {
        private final int[] sorted = sorted();
        private int next;

        Memory(int number) {
            super(number);
        }

        @Override
        boolean next() {
            if (next == sorted.length) {
                return false;
            }
            long address = addresses[sorted[next++]];
            row = chunks.get((int) (address >>> 32));
            at = (int) address;
            took();
            return true;
        }
    }

    private static final class Run extends Source {
        private final Path path;
        private final InputStream in;
        private final int chunk;
        private byte[] bytes = {};
        private int next;
        private int end;

        Run(Path path, int number, int chunk) {
            super(number);
            this.path = path;
            this.chunk = chunk;
            try {
                in = Files.newInputStream(path);
            } catch (IOException e) {
                throw unreadable(e);
            }
        }

        @Override
        boolean next() {
            try {
                if (end - next < Integer.BYTES && !fill(Integer.BYTES)) {
                    return false;
                }
                int length = intAt(bytes, next);
                if (end - next < length) {
                    fill(length);
                }
                row = bytes;
                at = next;
                next += length;
                took();
                return true;
            } catch (IOException e) {
                throw unreadable(e);
            }
        }

        /** Rows that were given stay where they are: what is read goes into another array. @return false after the last */
        private boolean fill(int least) throws IOException {
            int left = end - next;
            byte[] more = new byte[Math.max(chunk, least)];
            System.arraycopy(bytes, next, more, 0, left);
            int read = in.readNBytes(more, left, more.length - left);
            bytes = more;
            next = 0;
            end = left + read;
            if (end > 0 && end < least) {
                throw new EOFException("a row ends after " + end + " of " + least + " bytes");
            }
            return end > 0;
        }

        private CuratedTableException unreadable(IOException cause) {
            return CuratedTableException.spill("read back the changes in '" + path + "'", cause);
        }

        @Override
        void close() {
            try {
                in.close();
            } catch (IOException e) {
                throw unreadable(e);
            }
        }
    }

    /** Goes through the rows. */
    static final class Cursor implements AutoCloseable {
        private final List<Source> all;
        private final PriorityQueue<Source> queue = new PriorityQueue<>();
        private @Nullable Source only;
        private @Nullable Source current;
        private byte[] row = {};
        private int at;

        private Cursor(List<Source> sources) {
            all = sources;
            if (sources.size() == 1) {
                only = sources.get(0);
            } else {
                sources.stream().filter(Source::next).forEach(queue::add);
            }
        }

        boolean next() {
            Source single = only;
            if (single != null) {
                if (!single.next()) {
                    return false;
                }
                row = single.row;
                at = single.at;
                return true;
            }
            Source last = current;
            if (last == null || !last.next()) {
                current = queue.poll();
            } else if (!queue.isEmpty() && last.compareTo(queue.peek()) > 0) {
                queue.add(last);
                current = queue.poll();
            }
            if (current == null) {
                return false;
            }
            row = current.row;
            at = current.at;
            return true;
        }

        /** What holds the row; it stays good. */
        byte[] row() {
            return row;
        }

        /** Where it begins. */
        int at() {
            return at;
        }

        @Override
        public void close() {
            all.forEach(Source::close);
        }
    }

    /** Frees the memory; the folder deletes the files. */
    @Override
    public void close() {
        chunks.clear();
        free.clear();
        count = 0;
        order = null;
        runs.forEach(folder::delete);
        runs.clear();
    }
}
