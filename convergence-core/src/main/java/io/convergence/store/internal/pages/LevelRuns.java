package io.convergence.store.internal.pages;

import java.util.Arrays;

/** Definition levels of a flat column, 0 for null and 1 for a value, as runs of equal ones. Not thread-safe. */
public final class LevelRuns {
    private long[] runs = new long[16];
    private int count;
    private int size;
    private int present;

    public void clear() {
        count = 0;
        size = 0;
        present = 0;
    }

    /** Values and nulls. */
    public int size() {
        return size;
    }

    /** Values that are not null. */
    public int present() {
        return present;
    }

    public int nulls() {
        return size - present;
    }

    /** How many runs there are; two that follow each other differ. */
    public int count() {
        return count;
    }

    public int length(int run) {
        return (int) (runs[run] >>> 1);
    }

    public boolean isPresent(int run) {
        return (runs[run] & 1) == 1;
    }

    /** @param level 0 or 1 */
    public void append(int level, int length) {
        if (length == 0) {
            return;
        }

        size += length;
        present += level * length;
        if (count > 0 && (runs[count - 1] & 1) == level) {
            runs[count - 1] += (long) length << 1;
            return;
        }
        if (count == runs.length) {
            runs = Arrays.copyOf(runs, count * 2);
        }
        runs[count++] = (long) length << 1 | level;
    }

    public void append(LevelRuns others) {
        for (int i = 0; i < others.count; i++) {
            append((int) (others.runs[i] & 1), (int) (others.runs[i] >>> 1));
        }
    }

    /** Appends so many levels in the hybrid of runs and packed groups, without its length before it. */
    public void read(byte[] bytes, int start, int end, int values) {
        int at = start;
        int left = values;
        while (left > 0) {
            long header = 0;
            int shift = 0;
            int next;
            do {
                demand(at < end && shift < 35, values, left);
                next = bytes[at++];
                header |= (long) (next & 0x7F) << shift;
                shift += 7;
            } while (next < 0);

            long length = header >>> 1;
            if ((header & 1) == 0) {
                demand(length > 0 && at < end && (bytes[at] & 0xFE) == 0, values, left);
                int run = (int) Math.min(length, left);
                append(bytes[at++], run);
                left -= run;
                continue;
            }

            demand(length > 0, values, left);
            int packed = (int) Math.min(length * 8, left);
            demand((packed + 7) / 8 <= end - at, values, left);
            readPacked(bytes, at, packed);
            left -= packed;
            at += (int) Math.min(length, end - at);
        }
    }

    /** Appends levels of one bit each, the first in the lowest bit. */
    private void readPacked(byte[] bytes, int start, int values) {
        int left = values;
        for (int at = start; left > 0; at++) {
            int eight = bytes[at];
            int here = Math.min(8, left);
            if (eight == -1 || eight == 0) {
                append(eight & 1, here);
            } else {
                for (int bit = 0; bit < here; bit++) {
                    append(eight >>> bit & 1, 1);
                }
            }
            left -= here;
        }
    }

    /** Appends levels in the encoding BIT_PACKED, which Parquet gave up: the first in the highest bit. */
    void readPackedFromHighest(byte[] bytes, int start, int end, int values) {
        demand((values + 7L) / 8 <= end - start, values, values);
        for (int i = 0; i < values; i++) {
            append(bytes[start + i / 8] >>> (7 - i % 8) & 1, 1);
        }
    }

    private static void demand(boolean given, int values, int left) {
        if (!given) {
            throw new DamagedPageException(
                    "the levels of a page of " + values + " values are broken " + left + " values before their end");
        }
    }

    /** Writes the levels in the hybrid, without a length before them: all as runs or all packed, whichever is smaller. */
    public void write(ByteSink target) {
        // A run takes some three bytes with its header.
        if (count <= 2 || count * 3L < size / 8) {
            for (int i = 0; i < count; i++) {
                target.putVarint(runs[i] & ~1L);
                target.put((int) (runs[i] & 1));
            }
            return;
        }

        int groups = (size + 7) / 8;
        target.putVarint((long) groups << 1 | 1);
        byte[] bytes = target.reserve(groups);
        int base = target.size();
        Arrays.fill(bytes, base, base + groups, (byte) 0);
        int at = 0;
        for (int i = 0; i < count; i++) {
            int end = at + length(i);
            if (isPresent(i)) {
                setBits(bytes, base, at, end);
            }
            at = end;
        }
        target.advance(groups);
    }

    private static void setBits(byte[] bytes, int base, int from, int to) {
        int at = from;
        for (; at < to && at % 8 != 0; at++) {
            bytes[base + at / 8] |= (byte) (1 << at % 8);
        }
        if (to - at >= 8) {
            Arrays.fill(bytes, base + at / 8, base + to / 8, (byte) -1);
            at = to / 8 * 8;
        }
        for (; at < to; at++) {
            bytes[base + at / 8] |= (byte) (1 << at % 8);
        }
    }
}
