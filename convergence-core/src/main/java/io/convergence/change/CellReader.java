package io.convergence.change;

import static java.util.Objects.requireNonNull;

import io.convergence.schema.Column;
import io.convergence.store.internal.pages.DamagedPageException;
import io.convergence.store.internal.pages.PlainValues;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads cells of one column into {@link CellVector}s. The dictionary of a column chunk is decoded and checked once, and the vectors read
 * with it only say which entry each row has; a vector that goes on beyond its pages is given values of its own. Not thread-safe.
 */
final class CellReader {
    private static final byte PRESENT = (byte) CellState.PRESENT.ordinal();
    private static final int EXPECTED_DATA = 64;

    /** What is wrong with a value; the caller adds file and row. */
    static final class BadValue extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final int index;

        BadValue(int index, String reason) {
            super(reason, null, false, false);
            this.index = index;
        }

        /** Row in the batch. */
        int index() {
            return index;
        }

        String reason() {
            return requireNonNull(getMessage());
        }
    }

    /** Takes values that are none of the column's; without it reading stops at the first. */
    interface Faults {
        void add(BadValue fault);
    }

    /** @param reasons by entry, why it is no value of the column; null if all are */
    private record Dictionary(
            ChunkCursor chunk,
            StoredCells cells,
            int size,
            @Nullable String @Nullable [] reasons) {}

    private final CellRules rules;
    private @Nullable Dictionary dictionary;
    private int expectedData = EXPECTED_DATA;

    /** @param column name and type the cells are delivered with */
    CellReader(Column column, CellType source, CellForm form) {
        this.rules = new CellRules(column, source, form);
    }

    Column column() {
        return rules.column();
    }

    /** A vector of cells the file does not have. */
    CellVector absent(int count) {
        byte[] all = new byte[count];
        Arrays.fill(all, (byte) CellState.ABSENT.ordinal());
        return vector(all, null, StoredCells.NONE);
    }

    /** @param faults null to throw the first one; cells with a fault are null then, and their rows must not be delivered */
    CellVector read(ChunkCursor chunk, int count, @Nullable Faults faults) {
        byte[] states = new byte[count];
        int[] ids = null;
        PlainCells own = null;
        int done = 0;
        while (done < count) {
            int rows = chunk.rows(count - done);
            int present = chunk.levels(states, done, rows);
            if (chunk.hasIds() && own == null) {
                ids = ids == null ? new int[count] : ids;
                readIds(chunk, ids, states, done, rows, present, faults);
            } else {
                if (own == null) {
                    own = new PlainCells(rules, states, expectedData);
                    if (ids != null) {
                        copy(ids, states, 0, done, own);
                    }
                }
                if (chunk.hasIds()) {
                    int[] some = new int[done + rows];
                    readIds(chunk, some, states, done, rows, present, faults);
                    copy(some, states, done, done + rows, own);
                } else {
                    own.read(chunk, done, rows, present, faults);
                }
            }
            done += rows;
        }

        if (own == null) {
            Dictionary entries = dictionary;
            if (ids != null && entries != null && entries.chunk() == chunk) {
                return vector(states, ids, entries.cells());
            }

            return vector(states, null, StoredCells.NONE);
        }

        expectedData = Math.max(EXPECTED_DATA, own.cells().used());
        return vector(states, null, own.cells().trimmed());
    }

    private CellVector vector(byte[] states, int @Nullable [] ids, StoredCells cells) {
        return new CellVector(rules.column(), states, ids, cells, rules.storedScale(), rules.unitsPerSecond());
    }

    private void readIds(
            ChunkCursor chunk, int[] ids, byte[] states, int from, int rows, int present, @Nullable Faults faults) {
        if (present == 0) {
            return;
        }

        Dictionary entries = dictionary(chunk);
        chunk.ids(ids, from, present);
        int wrong = 0;
        for (int i = from; i < from + present; i++) {
            // Negative where an id is, or lies beyond the entries.
            wrong |= ids[i] | entries.size() - 1 - ids[i];
        }
        if (wrong < 0) {
            throw new DamagedPageException("a page has an id beyond its dictionary of " + entries.size() + " values");
        }
        spread(ids, states, from, rows, present);
        if (entries.reasons() != null) {
            pass(entries.reasons(), ids, states, from, rows, faults);
        }
    }

    private static void spread(int[] ids, byte[] states, int from, int rows, int present) {
        int next = from + present;
        for (int row = from + rows - 1; next > from && next <= row; row--) {
            ids[row] = states[row] == PRESENT ? ids[--next] : 0;
        }
        // What was not reached stands where it belongs, but for nulls, which nobody looks up.
    }

    private void pass(
            @Nullable String[] reasons, int[] ids, byte[] states, int from, int rows, @Nullable Faults faults) {
        for (int row = from; row < from + rows; row++) {
            String reason = states[row] == PRESENT ? reasons[ids[row]] : null;
            if (reason != null) {
                BadValue fault = new BadValue(row, reason);
                if (faults == null) {
                    throw fault;
                }

                states[row] = (byte) CellState.NULL.ordinal();
                faults.add(fault);
            }
        }
    }

    private void copy(int[] ids, byte[] states, int from, int to, PlainCells target) {
        Dictionary entries = dictionary;
        if (entries == null) {
            return;
        }
        for (int row = from; row < to; row++) {
            if (states[row] == PRESENT) {
                target.copy(entries.cells(), ids[row], row);
            }
        }
    }

    private Dictionary dictionary(ChunkCursor chunk) {
        Dictionary known = dictionary;
        if (known != null && known.chunk() == chunk) {
            return known;
        }

        PlainValues values = chunk.dictionary();
        int size = values.count();
        PlainCells entries = new PlainCells(rules, new byte[size], rules.wide() ? values.end() : 0);
        @Nullable String[] reasons = new @Nullable String[size];
        int[] bad = {0};
        entries.read(values, fault -> {
            reasons[fault.index()] = fault.reason();
            bad[0]++;
        });
        Dictionary made = new Dictionary(chunk, entries.cells().trimmed().shared(), size, bad[0] == 0 ? null : reasons);
        dictionary = made;
        return made;
    }
}
