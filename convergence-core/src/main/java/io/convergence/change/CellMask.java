package io.convergence.change;

import java.util.List;

/**
 * The states of one row's cells that their values do not tell: in CSV files a cell may be unknown, and rows of one file may
 * differ in width, but a Parquet column only has values and nulls. A compacted file keeps such states in a column of its own,
 * {@link #COLUMN}, that is there only where it is needed and is none of the table's. Two bits a column, in the order of the
 * {@linkplain SourceSpan#columns columns} of the raw file; columns beyond the end are absent. Immutable; thread-safe.
 */
public final class CellMask {
    /** The name of the column. */
    public static final String COLUMN = "_convergence_cells";

    private static final int AS_STORED = 0;
    private static final int UNKNOWN = 1;
    private static final int ABSENT = 2;
    private static final int CELLS_OF_BYTE = 4;

    private CellMask() {}

    /** Text of a row's states, from the first column on. */
    public static byte[] of(List<CellState> states) {
        byte[] mask = new byte[(states.size() + CELLS_OF_BYTE - 1) / CELLS_OF_BYTE];
        for (int i = 0; i < mask.length * CELLS_OF_BYTE; i++) {
            int code = i < states.size() ? code(states.get(i)) : ABSENT;
            mask[i / CELLS_OF_BYTE] |= (byte) (code << shift(i));
        }

        return mask;
    }

    private static int code(CellState state) {
        return switch (state) {
            case PRESENT, NULL -> AS_STORED;
            case UNKNOWN -> UNKNOWN;
            case ABSENT -> ABSENT;
        };
    }

    private static int shift(int column) {
        return column % CELLS_OF_BYTE * 2;
    }

    /** Gives a cell the state that the mask says. @param column its place in the raw file */
    static void apply(byte[] mask, int column, CellsInMaking cells, int row) {
        int code = column / CELLS_OF_BYTE < mask.length ? mask[column / CELLS_OF_BYTE] >> shift(column) & 3 : ABSENT;
        if (code == UNKNOWN) {
            cells.mark(row, CellState.UNKNOWN);
        } else if (code == ABSENT) {
            cells.mark(row, CellState.ABSENT);
        }
    }
}
