package io.convergence.change;

/**
 * What a {@link RecordView} makes of a cell that is {@link CellState#UNKNOWN} or {@link CellState#ABSENT}, where the
 * component is no {@link Cell} and so cannot say it.
 */
public enum MissingCells {
    /** Reading the row fails: neither null nor a value is true. */
    REFUSE,
    /** It is read like null, so that it cannot be told from a null of the source; only for components that are Optional. */
    AS_NULL
}
