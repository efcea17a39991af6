package io.convergence.merge;

import io.convergence.change.CellState;
import io.convergence.merge.MergeCounts.Tally;
import io.convergence.merge.MergeCounts.What;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/** Makes rows of changes and the rows they change (rules S8, S9). Not thread-safe. */
final class RowMaking {
    private final RowLayout layout;
    private final Tally tally;

    RowMaking(RowLayout layout, Tally tally) {
        this.layout = layout;
        this.tally = tally;
    }

    /** A row of which nothing is known. */
    RowCells unknown() {
        var all = new BitSet(layout.size());
        all.set(0, layout.size());
        return RowCells.adopt(layout, new @Nullable Object[layout.size()], all, all);
    }

    /** A row as the load read it. */
    RowCells read(Change load) {
        return RowCells.adopt(layout, load.values(), new BitSet(0), unknownIn(load));
    }

    private BitSet unknownIn(Change change) {
        var unknown = new BitSet(0);
        for (int i = 0; i < layout.size(); i++) {
            if (change.states()[i] == CellState.UNKNOWN) {
                unknown.set(i);
            }
        }
        return unknown;
    }

    /** An inserted row. A column its file does not have did not exist: null. */
    RowCells fresh(Change change) {
        BitSet unknown = unknownIn(change);
        tally.add(What.UNKNOWN_FIRST_SEEN, unknown.cardinality());
        return RowCells.adopt(layout, change.values(), new BitSet(0), unknown);
    }

    /**
     * An updated row. A column the file does not have keeps the row's value as an unknown cell does; where there is no row
     * it is null: a column added later without default.
     */
    RowCells over(@Nullable RowCells base, Change change) {
        var inherited = new BitSet(0);
        var unknown = new BitSet(0);
        @Nullable Object[] values = change.values();
        boolean copied = false;
        for (int i = 0; i < layout.size(); i++) {
            CellState state = change.states()[i];
            if (state != CellState.UNKNOWN && state != CellState.ABSENT) {
                continue;
            }
            inherited.set(i);
            boolean known = base != null ? !base.unknownBits().get(i) : state == CellState.ABSENT;
            if (!known) {
                unknown.set(i);
            }
            if (state == CellState.UNKNOWN) {
                tally.add(known ? What.UNKNOWN_KEPT : What.UNKNOWN_FIRST_SEEN);
            }
            if (base != null && base.array()[i] != null) {
                values = copied ? values : values.clone();
                copied = true;
                values[i] = base.array()[i];
            }
        }
        return RowCells.adopt(layout, values, inherited, unknown);
    }

    /** A row as it is kept after its delete, which may tell cells that were unknown: the key's at least. */
    RowCells deleted(RowCells row, Change delete) {
        BitSet unknown = row.unknown();
        @Nullable Object[] values = row.array();
        boolean copied = false;
        for (int i = unknown.nextSetBit(0); i >= 0; i = unknown.nextSetBit(i + 1)) {
            if (delete.states()[i] == CellState.PRESENT) {
                values = copied ? values : values.clone();
                copied = true;
                values[i] = delete.values()[i];
                unknown.clear(i);
            }
        }
        return RowCells.adopt(layout, values, row.inherited(), unknown);
    }
}
