package io.convergence.change;

import io.convergence.schema.Bytes;
import io.convergence.schema.Column;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;

/**
 * The cells of one column of a {@link ChangeBatch}, by row from 0. Accessors of values throw
 * {@link IllegalStateException} unless the cell is {@link CellState#PRESENT} and the column of that type. Immutable; thread-safe.
 */
public interface ColumnVector {
    Column column();

    int size();

    CellState state(int row);

    /** The value as an instance of {@code column().type().kind().valueClass()}. */
    Object value(int row);

    boolean booleanValue(int row);

    long longValue(int row);

    float floatValue(int row);

    double doubleValue(int row);

    BigDecimal decimalValue(int row);

    String textValue(int row);

    Bytes bytesValue(int row);

    LocalDate dateValue(int row);

    LocalTime timeValue(int row);

    LocalDateTime dateTimeValue(int row);
}
