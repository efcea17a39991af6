package io.convergence.testkit.dms;

/** Stands in a row for a cell whose value the source's log does not have. Parquet files have null there. */
enum NotLogged {
    CELL
}
