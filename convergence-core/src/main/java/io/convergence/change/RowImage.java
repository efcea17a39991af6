package io.convergence.change;

import io.convergence.schema.Bytes;
import io.convergence.schema.Column;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.List;

/**
 * The cells of one row. A view: reading a cell allocates only what its Java value needs, and primitives nothing.
 * Immutable; thread-safe. Columns are the table's own: DMS's columns and before-images are not among them.
 *
 * <p>Accessors of values throw {@link IllegalStateException} unless the cell is {@link CellState#PRESENT}, and if the
 * column is not of that type.
 */
public interface RowImage {
    List<Column> columns();

    /** The column's place from 0, or -1. */
    int indexOf(String column);

    CellState state(int column);

    /** The value as an instance of {@code columns().get(column).type().kind().valueClass()}. */
    Object value(int column);

    boolean booleanValue(int column);

    /** INT1 to INT8 and UINT1 to UINT4. */
    long longValue(int column);

    float floatValue(int column);

    double doubleValue(int column);

    BigDecimal decimalValue(int column);

    String textValue(int column);

    Bytes bytesValue(int column);

    LocalDate dateValue(int column);

    LocalTime timeValue(int column);

    LocalDateTime dateTimeValue(int column);

    /** {@link CellState#ABSENT} for a column the image does not have. */
    default CellState state(String column) {
        int index = indexOf(column);
        return index < 0 ? CellState.ABSENT : state(index);
    }
}
