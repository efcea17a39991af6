package io.convergence.store.internal.pages;

import org.apache.parquet.column.values.bitpacking.BytePackerForLong;
import org.apache.parquet.column.values.bitpacking.Packer;

/** Writes whole numbers in {@code DELTA_BINARY_PACKED}. Not thread-safe. */
public final class DeltaNumbers {
    private static final int BLOCK = 128;
    private static final int MINI_BLOCK = 32;
    private static final int MINI_BLOCKS = BLOCK / MINI_BLOCK;
    private static final BytePackerForLong[] PACKERS = new BytePackerForLong[65];

    static {
        for (int width = 0; width < PACKERS.length; width++) {
            PACKERS[width] = Packer.LITTLE_ENDIAN.newBytePackerForLong(width);
        }
    }

    private final long[] deltas = new long[BLOCK];

    /** Writes numbers of 64 bits that stand one after the other in {@code PLAIN}. */
    public void writeLongs(byte[] plain, int start, int count, ByteSink target) {
        header(count, count == 0 ? 0 : ByteSink.longAt(plain, start), target);
        for (int from = 1; from < count; from += BLOCK) {
            int size = Math.min(BLOCK, count - from);
            int at = start + (from - 1) * Long.BYTES;
            long before = ByteSink.longAt(plain, at);
            long least = Long.MAX_VALUE;
            for (int i = 0; i < size; i++) {
                at += Long.BYTES;
                long value = ByteSink.longAt(plain, at);
                long delta = value - before;
                deltas[i] = delta;
                least = Math.min(least, delta);
                before = value;
            }
            block(size, least, -1L, target);
        }
    }

    /** Writes numbers of 32 bits that stand one after the other in {@code PLAIN}. */
    public void writeInts(byte[] plain, int start, int count, ByteSink target) {
        header(count, count == 0 ? 0 : ByteSink.intAt(plain, start), target);
        for (int from = 1; from < count; from += BLOCK) {
            int size = Math.min(BLOCK, count - from);
            int at = start + (from - 1) * Integer.BYTES;
            int before = ByteSink.intAt(plain, at);
            int least = Integer.MAX_VALUE;
            for (int i = 0; i < size; i++) {
                at += Integer.BYTES;
                int value = ByteSink.intAt(plain, at);
                int delta = value - before;
                deltas[i] = delta;
                least = Math.min(least, delta);
                before = value;
            }
            block(size, least, 0xFFFF_FFFFL, target);
        }
    }

    private static void header(int count, long first, ByteSink target) {
        target.putVarint(BLOCK);
        target.putVarint(MINI_BLOCKS);
        target.putVarint(count);
        target.putZigzag(first);
    }

    /** @param mask of the bits a number has: the difference of two deltas is taken modulo them */
    private void block(int size, long least, long mask, ByteSink target) {
        target.putZigzag(least);
        int used = (size + MINI_BLOCK - 1) / MINI_BLOCK;
        byte[] bytes = target.reserve(MINI_BLOCKS + BLOCK * Long.BYTES);
        int widths = target.size();
        int at = widths + MINI_BLOCKS;
        for (int mini = 0; mini < MINI_BLOCKS; mini++) {
            int width = 0;
            if (mini < used) {
                int from = mini * MINI_BLOCK;
                long all = 0;
                for (int i = from; i < from + MINI_BLOCK; i++) {
                    long above = i < size ? deltas[i] - least & mask : 0;
                    deltas[i] = above;
                    all |= above;
                }
                width = Long.SIZE - Long.numberOfLeadingZeros(all);
                PACKERS[width].pack32Values(deltas, from, bytes, at);
                at += width * MINI_BLOCK / 8;
            }
            bytes[widths + mini] = (byte) width;
        }
        target.advance(at - widths);
    }
}
