package io.convergence.change;

import io.convergence.store.internal.pages.ColumnPages;
import io.convergence.store.internal.pages.DamagedPageException;
import io.convergence.store.internal.pages.HybridRuns;
import io.convergence.store.internal.pages.PlainValues;
import io.convergence.store.internal.pages.UnpackedPage;
import java.util.Arrays;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.jspecify.annotations.Nullable;

/**
 * Where reading stands in a column chunk: the page at hand, its levels, and its values as ids of the chunk's dictionary or as bytes in
 * the encoding PLAIN. Not thread-safe.
 */
final class ChunkCursor {
    private static final byte NULL = (byte) CellState.NULL.ordinal();
    private static final int ROWS_SKIPPED = 4096;

    private final ColumnPages pages;
    private final PrimitiveType type;
    private final boolean booleans;
    private final int fixedBytes;
    private @Nullable UnpackedPage page;
    private int left;
    private @Nullable HybridRuns levels;
    private @Nullable HybridRuns runs;
    private byte[] plain = {};
    private int at;
    private int end;
    private int bit;
    private byte[] truths = {};

    /** @param pages at the beginning of the chunk */
    ChunkCursor(ColumnPages pages, PrimitiveType type) {
        this.pages = pages;
        this.type = type;
        this.booleans = type.getPrimitiveTypeName() == PrimitiveTypeName.BOOLEAN;
        this.fixedBytes = PlainValues.width(type);
    }

    /** Bytes of each value; 0 where that varies. */
    int fixedBytes() {
        return fixedBytes;
    }

    /** Entries of the dictionary; good until another chunk of the column is read. */
    PlainValues dictionary() {
        if (booleans) {
            throw new DamagedPageException("a column of booleans has a dictionary");
        }

        return pages.dictionary();
    }

    /** How many of the next rows lie in one page, up to so many. */
    int rows(int most) {
        while (left == 0) {
            if (!pages.next()) {
                throw new DamagedPageException("values are missing at the end of a column");
            }
            open(pages.unpacked());
        }

        return Math.min(left, most);
    }

    private void open(UnpackedPage next) {
        PageCheck.check(next, type);
        page = next;
        left = next.values();
        boolean inRuns = next.levelsEnd() > next.levelsStart() && !next.packedLevels();
        levels = inRuns ? new HybridRuns(next.levelBytes(), next.levelsStart(), next.levelsEnd(), 1) : null;
        plain = next.valueBytes();
        at = next.valuesStart();
        end = next.valuesEnd();
        bit = 0;
        runs = null;
        if (next.hasIds()) {
            int width = at < end ? plain[at] : 0;
            if (width < 0 || width > 32) {
                throw new DamagedPageException("a page claims values of " + width + " bits");
            }
            runs = new HybridRuns(plain, Math.min(end, at + 1), end, width);
        } else if (next.encoding() == Encoding.RLE) {
            runs = new HybridRuns(plain, Math.min(end, at + Integer.BYTES), end, 1);
        }
    }

    /** Passes the levels of the next rows, which {@link #rows} allows, and marks nulls. @return how many are no nulls */
    int levels(byte[] states, int from, int count) {
        UnpackedPage current = page;
        int first = current == null ? 0 : current.values() - left;
        left -= count;
        if (levels != null) {
            return levels.markZeros(states, from, count, NULL);
        }

        return current != null && current.packedLevels() ? packedLevels(current, states, from, count, first) : count;
    }

    private static int packedLevels(UnpackedPage page, byte[] states, int from, int count, int first) {
        int present = 0;
        for (int i = 0; i < count; i++) {
            int place = first + i;
            int level = page.levelBytes()[page.levelsStart() + place / 8] >>> (7 - place % 8) & 1;
            present += level;
            states[from + i] = level == 0 ? NULL : states[from + i];
        }

        return present;
    }

    /** Whether the values of the page at hand are ids of the dictionary. */
    boolean hasIds() {
        return page != null && page.hasIds();
    }

    void ids(int[] target, int from, int count) {
        if (runs != null) {
            runs.read(target, from, count);
        }
    }

    /** The next values in PLAIN begin at {@link #position}; booleans take a byte each. */
    byte[] plain(int count) {
        if (booleans) {
            return truths(count);
        }
        if ((long) count * fixedBytes > end - at) {
            throw new DamagedPageException("a page ends inside a value");
        }

        return plain;
    }

    private byte[] truths(int count) {
        if (truths.length < count) {
            truths = new byte[count];
        }
        if (runs != null) {
            Arrays.fill(truths, 0, count, (byte) 1);
            runs.markZeros(truths, 0, count, (byte) 0);
            return truths;
        }
        if ((bit + count + 7L) / 8 > end - at) {
            throw new DamagedPageException("a page ends inside a value");
        }

        for (int i = 0; i < count; i++, bit++) {
            truths[i] = (byte) (plain[at + (bit >>> 3)] >>> (bit & 7) & 1);
        }
        return truths;
    }

    int position() {
        return booleans ? 0 : at;
    }

    int end() {
        return end;
    }

    /** The values before this place were read. */
    void passTo(int position) {
        at = booleans ? at : position;
    }

    void skip(int count) {
        byte[] states = new byte[Math.min(count, ROWS_SKIPPED)];
        int done = 0;
        while (done < count) {
            int rows = rows(Math.min(count - done, states.length));
            skipValues(levels(states, 0, rows));
            done += rows;
        }
    }

    private void skipValues(int count) {
        if (runs != null) {
            runs.skip(count);
        } else if (booleans) {
            bit += count;
        } else if (fixedBytes > 0) {
            at = (int) Math.min(end, at + (long) count * fixedBytes);
        } else {
            for (int i = 0; i < count; i++) {
                at = valueEnd(plain, at, end);
            }
        }
    }

    /** Where the value of four bytes of length and the bytes after them ends. */
    static int valueEnd(byte[] bytes, int start, int end) {
        if (end - start < Integer.BYTES) {
            throw new DamagedPageException("a page ends inside a value");
        }

        int length = bytes[start] & 0xFF
                | (bytes[start + 1] & 0xFF) << 8
                | (bytes[start + 2] & 0xFF) << 16
                | bytes[start + 3] << 24;
        if (length < 0 || length > end - start - Integer.BYTES) {
            throw new DamagedPageException("a page of " + end + " bytes claims " + length + " bytes of a value");
        }

        return start + Integer.BYTES + length;
    }
}
