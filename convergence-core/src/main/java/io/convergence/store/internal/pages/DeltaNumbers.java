package io.convergence.store.internal.pages;

import java.util.Arrays;

/** Whole numbers in {@code DELTA_BINARY_PACKED}: written in blocks of 128, read in whatever blocks they are. Not thread-safe. */
public final class DeltaNumbers {
    private static final int BLOCK = 128;
    private static final int MINI_BLOCK = 32;
    private static final int MINI_BLOCKS = BLOCK / MINI_BLOCK;
    /** Others write 128; parquet-java takes this much memory and more for a block. */
    private static final int LARGEST_BLOCK = 1 << 16;

    private final long[] deltas = new long[BLOCK];
    private long[] unpacked = new long[MINI_BLOCK];
    private int position;

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
                BitPacking.pack(deltas, from, MINI_BLOCK, width, bytes, at);
                at += width * MINI_BLOCK / 8;
            }
            bytes[widths + mini] = (byte) width;
        }
        target.advance(at - widths);
    }

    /**
     * Appends numbers in {@code PLAIN}.
     *
     * @param count how many there must be
     * @param width 4 or 8 bytes of each
     * @return where they end
     */
    int read(byte[] bytes, int start, int end, int count, int width, ByteSink target) {
        position = start;
        long block = varint(bytes, end);
        long minis = varint(bytes, end);
        long total = varint(bytes, end);
        long value = zigzag(bytes, end);
        demand(
                block > 0
                        && block <= LARGEST_BLOCK
                        && minis > 0
                        && block % minis == 0
                        && block / minis % MINI_BLOCK == 0,
                "blocks of " + block + " numbers in " + minis + " parts");
        demand(total == count, total + " numbers instead of " + count);

        byte[] room = target.reserve(Math.multiplyExact(count, width));
        int at = target.size();
        int perMini = (int) (block / minis);
        if (unpacked.length < perMini) {
            unpacked = new long[perMini];
        }
        int left = count;
        if (left > 0) {
            at = put(room, at, value, width);
            left--;
        }
        while (left > 0) {
            long least = zigzag(bytes, end);
            int widths = position;
            demand(minis <= end - position, "a block that ends within");
            position += (int) minis;
            for (int mini = 0; mini < minis && left > 0; mini++) {
                int bits = bytes[widths + mini];
                if (bits < 0 || bits > Long.SIZE) {
                    // Not by a condition with a message, which would be put together for each 32 numbers.
                    throw new DamagedPageException("deltas have numbers of " + bits + " bits");
                }
                demand((long) bits * perMini / 8 <= end - position, "a block that ends within");
                if (bits == 0) {
                    Arrays.fill(unpacked, 0, perMini, 0);
                } else {
                    BitPacking.unpack(bytes, position, bits, unpacked, 0, perMini);
                    position += (int) ((long) bits * perMini / 8);
                }
                int here = Math.min(perMini, left);
                if (width == Long.BYTES) {
                    for (int i = 0; i < here; i++, at += Long.BYTES) {
                        value += least + unpacked[i];
                        ByteSink.setLong(room, at, value);
                    }
                } else {
                    for (int i = 0; i < here; i++, at += Integer.BYTES) {
                        value += least + unpacked[i];
                        ByteSink.setInt(room, at, (int) value);
                    }
                }
                left -= here;
            }
        }
        target.advance(at - target.size());
        return position;
    }

    private static int put(byte[] room, int at, long value, int width) {
        if (width == Long.BYTES) {
            ByteSink.setLong(room, at, value);
        } else {
            ByteSink.setInt(room, at, (int) value);
        }
        return at + width;
    }

    private long zigzag(byte[] bytes, int end) {
        long value = varint(bytes, end);
        return value >>> 1 ^ -(value & 1);
    }

    private long varint(byte[] bytes, int end) {
        long value = 0;
        for (int shift = 0; shift < 70; shift += 7) {
            demand(position < end, "a number that ends within");
            int next = bytes[position++];
            value |= (long) (next & 0x7F) << shift;
            if (next >= 0) {
                return value;
            }
        }

        throw new DamagedPageException("deltas have a number of more than 64 bits");
    }

    private static void demand(boolean given, String otherwise) {
        if (!given) {
            throw new DamagedPageException("deltas have " + otherwise);
        }
    }
}
