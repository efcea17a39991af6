package io.convergence.store.internal.pages;

import java.util.Arrays;

/** Ids of a dictionary in the hybrid of runs and packed groups, after a byte with their bit width. */
public final class PackedIds {
    /** From here on a run of its own is smaller than its ids packed. */
    private static final int RUN = 16;

    /** Groups of eight in one packed stretch, so that its header stays short. */
    private static final int MOST_GROUPS = 8_000;

    private PackedIds() {}

    /**
     * Reads ids.
     *
     * @param target has room for eight more than {@code count}
     * @throws DamagedPageException if there are fewer, or one is not below {@code limit}
     */
    public static void read(byte[] bytes, int start, int end, int count, int limit, int[] target) {
        if (count == 0) {
            return;
        }

        demand(start < end, count, count);
        int width = bytes[start];
        if (width < 0 || width > 32) {
            throw new DamagedPageException("a page has dictionary ids of " + width + " bits");
        }

        int valueBytes = (width + 7) / 8;
        int at = start + 1;
        int done = 0;
        while (done < count) {
            long header = 0;
            int shift = 0;
            int next;
            do {
                demand(at < end && shift < 35, count, count - done);
                next = bytes[at++];
                header |= (long) (next & 0x7F) << shift;
                shift += 7;
            } while (next < 0);

            long length = header >>> 1;
            demand(length > 0, count, count - done);
            if ((header & 1) == 0) {
                demand(valueBytes <= end - at, count, count - done);
                int value = 0;
                for (int i = 0; i < valueBytes; i++) {
                    value |= (bytes[at++] & 0xFF) << 8 * i;
                }
                int run = (int) Math.min(length, count - done);
                Arrays.fill(target, done, done + run, value);
                done += run;
            } else {
                int packed = (int) Math.min(length * 8, count - done);
                demand(((long) packed * width + 7) / 8 <= end - at, count, count - done);
                if (width == 0) {
                    Arrays.fill(target, done, done + packed, 0);
                } else {
                    BitPacking.unpack(bytes, at, width, target, done, packed);
                }
                done += packed;
                at = (int) Math.min(end, at + length * width);
            }
        }

        int wrong = 0;
        for (int i = 0; i < count; i++) {
            wrong |= target[i] | limit - 1 - target[i];
        }
        if (wrong < 0) {
            throw new DamagedPageException("a page has an id beyond its dictionary of " + limit + " values");
        }
    }

    private static void demand(boolean given, int count, int left) {
        if (!given) {
            throw new DamagedPageException(
                    "the ids of a page of " + count + " values are broken " + left + " values before their end");
        }
    }

    /** Bits that ids of so many values need. */
    public static int width(int values) {
        return values <= 1 ? 0 : Integer.SIZE - Integer.numberOfLeadingZeros(values - 1);
    }

    /** @param ids has room for seven more than {@code count}, which are overwritten */
    public static void write(int[] ids, int count, int width, ByteSink target) {
        target.put(width);
        Arrays.fill(ids, count, Math.min(ids.length, count + 7), 0);
        int at = 0;
        while (at < count) {
            int run = run(ids, at, count, count);
            if (run >= RUN || run == count) {
                target.putVarint((long) run << 1);
                for (int shift = 0; shift < width; shift += 8) {
                    target.put(ids[at] >>> shift);
                }
                at += run;
                continue;
            }

            int end = at + 8;
            while (end < count && end - at < 8 * MOST_GROUPS && run(ids, end, count, RUN) < RUN) {
                end += 8;
            }
            int groups = (end - at) / 8;
            target.putVarint((long) groups << 1 | 1);
            byte[] bytes = target.reserve(groups * width);
            BitPacking.pack(ids, at, 8 * groups, width, bytes, target.size());
            target.advance(groups * width);
            at = Math.min(end, count);
        }
    }

    /** How many equal ids follow, counted up to {@code most}. */
    private static int run(int[] ids, int from, int count, int most) {
        int id = ids[from];
        int end = (int) Math.min(count, (long) from + most);
        int at = from + 1;
        while (at < end && ids[at] == id) {
            at++;
        }

        return at - from;
    }
}
