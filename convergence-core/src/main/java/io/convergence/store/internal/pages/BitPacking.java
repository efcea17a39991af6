package io.convergence.store.internal.pages;

/**
 * Whole numbers of a width in bits, one after the other from the lowest bit of the first byte on. parquet-java has a class for each width,
 * a hundred of them, which take longer to load and to compile than a process of some seconds takes to pack its numbers.
 */
final class BitPacking {
    private BitPacking() {}

    /**
     * Packs numbers, of which no more than the bits given are set.
     *
     * @param count a multiple of 8
     * @param width from 0 to 64
     */
    static void pack(long[] numbers, int from, int count, int width, byte[] target, int at) {
        long window = 0;
        int bits = 0;
        int end = at;
        for (int i = from; i < from + count && width > 0; i++) {
            long number = numbers[i];
            window |= number << bits;
            bits += width;
            if (bits >= Long.SIZE) {
                ByteSink.setLong(target, end, window);
                end += Long.BYTES;
                bits -= Long.SIZE;
                window = bits == 0 ? 0 : number >>> width - bits;
            }
        }
        putRest(window, bits, target, end);
    }

    /** As {@link #pack(long[], int, int, int, byte[], int)}, up to 32 bits. */
    static void pack(int[] numbers, int from, int count, int width, byte[] target, int at) {
        long window = 0;
        int bits = 0;
        int end = at;
        for (int i = from; i < from + count && width > 0; i++) {
            window |= (numbers[i] & 0xFFFF_FFFFL) << bits;
            bits += width;
            while (bits >= 8) {
                target[end++] = (byte) window;
                window >>>= 8;
                bits -= 8;
            }
        }
        putRest(window, bits, target, end);
    }

    private static void putRest(long window, int bits, byte[] target, int at) {
        for (int i = 0; i < bits; i += 8) {
            target[at + i / 8] = (byte) (window >>> i);
        }
    }

    /**
     * Unpacks numbers; the bytes of all of them must be there.
     *
     * @param width from 1 to 64
     */
    static void unpack(byte[] bytes, int at, int width, long[] target, int from, int count) {
        long mask = -1L >>> Long.SIZE - width;
        long window = 0;
        int bits = 0;
        int next = at;
        for (int i = from; i < from + count; i++) {
            while (bits < width && bits <= Long.SIZE - 8) {
                window |= (bytes[next++] & 0xFFL) << bits;
                bits += 8;
            }
            if (bits >= width) {
                target[i] = window & mask;
                window = width == Long.SIZE ? 0 : window >>> width;
                bits -= width;
                continue;
            }
            // So wide that the last bits come with a byte of which some are left.
            long last = bytes[next++] & 0xFFL;
            int taken = width - bits;
            target[i] = (window | last << bits) & mask;
            window = last >>> taken;
            bits = 8 - taken;
        }
    }

    /** As {@link #unpack(byte[], int, int, long[], int, int)}, up to 32 bits. */
    static void unpack(byte[] bytes, int at, int width, int[] target, int from, int count) {
        int mask = (int) (-1L >>> Long.SIZE - width);
        long window = 0;
        int bits = 0;
        int next = at;
        for (int i = from; i < from + count; i++) {
            while (bits < width) {
                window |= (bytes[next++] & 0xFFL) << bits;
                bits += 8;
            }
            target[i] = (int) window & mask;
            window >>>= width;
            bits -= width;
        }
    }
}
