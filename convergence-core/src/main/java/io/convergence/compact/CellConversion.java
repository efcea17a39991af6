package io.convergence.compact;

import org.apache.parquet.column.ColumnReader;

/** How cells of a source's column become cells of an output's wider type, without loss. */
interface CellConversion {
    /** The types are the same, but for what is optional. */
    CellConversion NONE = cells -> cells;

    /** Cells of the source, read as cells of the output's type. */
    ColumnReader widen(ColumnReader cells);
}
