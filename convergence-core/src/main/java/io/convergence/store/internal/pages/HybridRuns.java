package io.convergence.store.internal.pages;

import java.util.Arrays;

/**
 * Numbers in Parquet's hybrid of runs and packed groups, read piece by piece: a run of a few bytes may stand for any number of values, so
 * they are never unpacked all at once. Not thread-safe.
 */
public final class HybridRuns {
    private final byte[] bytes;
    private final int end;
    private final int width;
    private final long mask;
    private int at;
    private long left;
    private boolean packed;
    private int repeated;
    private long bit;

    /** @param width bits of a value, 0 to 32 */
    public HybridRuns(byte[] bytes, int start, int end, int width) {
        this.bytes = bytes;
        this.at = start;
        this.end = end;
        this.width = width;
        this.mask = (1L << width) - 1;
    }

    public void read(int[] target, int from, int count) {
        int done = 0;
        while (done < count) {
            int piece = piece(count - done);
            if (packed) {
                unpack(target, from + done, piece);
            } else {
                Arrays.fill(target, from + done, from + done + piece, repeated);
                left -= piece;
            }
            done += piece;
        }
    }

    public void skip(int count) {
        int done = 0;
        while (done < count) {
            int piece = piece(count - done);
            left -= piece;
            bit += packed ? (long) piece * width : 0;
            done += piece;
        }
    }

    /** Marks where the value is 0, of numbers of one bit. @return how many are 1 */
    public int markZeros(byte[] target, int from, int count, byte mark) {
        int ones = 0;
        int done = 0;
        while (done < count) {
            int piece = piece(count - done);
            if (packed) {
                for (int i = from + done; i < from + done + piece; i++, bit++) {
                    int one = bytes[(int) (bit >>> 3)] >>> (bit & 7) & 1;
                    ones += one;
                    if (one == 0) {
                        target[i] = mark;
                    }
                }
            } else if (repeated == 0) {
                Arrays.fill(target, from + done, from + done + piece, mark);
            } else {
                ones += piece;
            }
            left -= piece;
            done += piece;
        }

        return ones;
    }

    /** How many of the next values, up to so many, are of one run. */
    private int piece(int most) {
        while (left == 0) {
            readHeader();
        }

        return (int) Math.min(left, most);
    }

    private void readHeader() {
        long header = 0;
        int shift = 0;
        int next;
        do {
            demand(at < end && shift < 35);
            next = bytes[at++];
            header |= (long) (next & 0x7F) << shift;
            shift += 7;
        } while (next < 0);

        packed = (header & 1) == 1;
        left = header >>> 1;
        if (packed) {
            // Some writers cut what the last group does not need.
            long whole = left * width;
            bit = (long) at << 3;
            left = width == 0 ? left * 8 : Math.min(left * 8, ((long) (end - at) << 3) / width);
            demand(left > 0 || whole == 0);
            at = (int) Math.min(end, at + whole);
            return;
        }

        int length = (width + 7) / 8;
        demand(length <= end - at);
        repeated = 0;
        for (int i = 0; i < length; i++) {
            repeated |= (bytes[at++] & 0xFF) << 8 * i;
        }
    }

    /** Byte by byte: compiled by any compiler this is fast, while wide reads are so only where the last one inlines them. */
    private void unpack(int[] target, int from, int count) {
        left -= count;
        if (width == 0) {
            Arrays.fill(target, from, from + count, 0);
            return;
        }

        int next = (int) (bit >>> 3);
        int passed = (int) (bit & 7);
        long held = (bytes[next++] & 0xFFL) >>> passed;
        int bits = 8 - passed;
        for (int i = from; i < from + count; i++) {
            while (bits < width) {
                held |= (bytes[next++] & 0xFFL) << bits;
                bits += 8;
            }
            target[i] = (int) (held & mask);
            held >>>= width;
            bits -= width;
        }
        bit += (long) count * width;
    }

    private static void demand(boolean given) {
        if (!given) {
            throw new DamagedPageException("a page ends inside a run");
        }
    }
}
