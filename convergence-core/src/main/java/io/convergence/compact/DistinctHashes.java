package io.convergence.compact;

/**
 * Estimates how many distinct hashes were added: a set of those that fall into a part of all hashes, which is halved whenever the set is
 * full. Not thread-safe.
 */
final class DistinctHashes {
    private static final int SLOTS = 1 << 13;
    private static final int MOST = SLOTS / 2;

    private long[] slots = new long[SLOTS];
    private int size;
    private int level;

    long estimate() {
        return (long) size << level;
    }

    void add(long hash) {
        // Hashes of numbers are the numbers; zero marks a free slot.
        long spread = (hash ^ hash >>> 32) * 0x9E3779B97F4A7C15L;
        spread = (spread ^ spread >>> 29) * 0xBF58476D1CE4E5B9L | 1;
        if (Long.numberOfLeadingZeros(spread) < level) {
            return;
        }
        if (put(spread)) {
            size++;
            while (size > MOST) {
                halve();
            }
        }
    }

    private boolean put(long spread) {
        int slot = (int) (spread >>> 8) & SLOTS - 1;
        while (slots[slot] != 0) {
            if (slots[slot] == spread) {
                return false;
            }
            slot = slot + 1 & SLOTS - 1;
        }

        slots[slot] = spread;
        return true;
    }

    private void halve() {
        level++;
        long[] before = slots;
        slots = new long[SLOTS];
        size = 0;
        for (long spread : before) {
            if (spread != 0 && Long.numberOfLeadingZeros(spread) >= level) {
                put(spread);
                size++;
            }
        }
    }
}
