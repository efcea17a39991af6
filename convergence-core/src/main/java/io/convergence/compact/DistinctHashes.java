package io.convergence.compact;

/** A set of hashes. Not thread-safe. */
final class DistinctHashes {
    private long[] slots = new long[1 << 10];
    private boolean zero;
    private int size;

    int size() {
        return size;
    }

    void add(long hash) {
        if (hash == 0) {
            size += zero ? 0 : 1;
            zero = true;
            return;
        }
        if (put(hash)) {
            size++;
            if (size * 2 > slots.length) {
                grow();
            }
        }
    }

    private boolean put(long hash) {
        int mask = slots.length - 1;
        int slot = (int) (hash * 0x9E3779B97F4A7C15L >>> 32) & mask;
        while (slots[slot] != 0) {
            if (slots[slot] == hash) {
                return false;
            }
            slot = slot + 1 & mask;
        }

        slots[slot] = hash;
        return true;
    }

    private void grow() {
        long[] before = slots;
        slots = new long[before.length * 2];
        for (long hash : before) {
            if (hash != 0) {
                put(hash);
            }
        }
    }
}
