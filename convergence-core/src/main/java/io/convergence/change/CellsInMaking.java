package io.convergence.change;

/** Cells of one column while their batch is being made: what rule S8 needs to see and change. */
interface CellsInMaking {
    CellState state(int row);

    /** Whether a before-image stands in the cell of the row at hand, as far as the format tells it from an empty text. */
    boolean isGiven(int row);

    void mark(int row, CellState state);
}
