package io.convergence.change;

import io.convergence.store.internal.pages.DamagedPageException;
import io.convergence.store.internal.pages.UnpackedPage;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.Type;

/**
 * Sees, before a row of a page is delivered, that its levels are as many as its values, and that of plain values as many lie there as the
 * levels say, because otherwise values would move to other rows. Flat columns only.
 */
final class PageCheck {
    private PageCheck() {}

    static void check(UnpackedPage page, PrimitiveType type) {
        int present = type.isRepetition(Type.Repetition.OPTIONAL) ? levels(page) : page.values();
        if (!page.hasIds() && page.encoding() == Encoding.PLAIN) {
            plain(page, present, type);
        }
    }

    private static void plain(UnpackedPage page, int present, PrimitiveType type) {
        int size = page.valuesEnd() - page.valuesStart();
        long needed = switch (type.getPrimitiveTypeName()) {
            case BOOLEAN -> (present + 7L) / 8;
            case INT32, FLOAT -> present * 4L;
            case INT64, DOUBLE -> present * 8L;
            case INT96 -> present * 12L;
            case FIXED_LEN_BYTE_ARRAY -> (long) present * type.getTypeLength();
            case BINARY -> {
                int at = page.valuesStart();
                for (int i = 0; i < present; i++) {
                    at = ChunkCursor.valueEnd(page.valueBytes(), at, page.valuesEnd());
                }
                yield at - page.valuesStart();
            }
        };
        if (needed != size) {
            throw new DamagedPageException(
                    "a page of " + size + " bytes has " + present + " values that need " + needed);
        }
    }

    /** How many definition levels of 0 and 1 are 1. */
    private static int levels(UnpackedPage page) {
        byte[] bytes = page.levelBytes();
        int values = page.values();
        int end = page.levelsEnd();
        int ones = 0;
        int seen = 0;
        int at = page.levelsStart();
        if (page.packedLevels()) {
            demand(values <= (end - at) * 8L, values, (end - at) * 8L);
            for (; seen < values; seen++) {
                ones += bytes[at + seen / 8] >>> (7 - seen % 8) & 1;
            }
            return ones;
        }

        while (seen < values && at < end) {
            long header = 0;
            int shift = 0;
            int next;
            do {
                demand(at < end, values, seen);
                next = bytes[at++];
                header |= (long) (next & 0x7F) << shift;
                shift += 7;
            } while (next < 0 && shift < 35);

            long count = header >>> 1;
            if ((header & 1) == 1) {
                int packed = (int) Math.min(count * 8, values - seen);
                demand((packed + 7) / 8 <= end - at, values, seen + (end - at) * 8L);
                for (int i = 0; i < packed; i += 8) {
                    int used = packed - i >= 8 ? 0xFF : (1 << packed - i) - 1;
                    ones += Integer.bitCount(bytes[at + i / 8] & used);
                }
                seen += packed;
                at += (int) Math.min(count, end - at);
            } else {
                if (count == 0 || at >= end || (bytes[at] & 0xFE) != 0) {
                    throw new DamagedPageException(
                            "a page of " + values + " values has a broken run of " + count + " levels");
                }
                int run = (int) Math.min(count, values - seen);
                ones += bytes[at++] == 1 ? run : 0;
                seen += run;
            }
        }
        demand(seen == values, values, seen);
        return ones;
    }

    private static void demand(boolean given, int values, long levels) {
        if (!given) {
            throw new DamagedPageException("a page of " + values + " values has levels of " + levels);
        }
    }
}
