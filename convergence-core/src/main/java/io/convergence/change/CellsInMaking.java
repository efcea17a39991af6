package io.convergence.change;

/** Cells of one column while their batch is being made: what rule S8 needs to see and change. */
interface CellsInMaking {
    CellState state(int row);

    /** Whether a text cell is present and not empty, or any other cell present. */
    boolean isFilled(int row);

    void mark(int row, CellState state);
}
