package io.convergence.change;

import io.convergence.schema.Bytes;
import io.convergence.schema.Column;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;

/**
 * The cells of one column of a {@link ChangeBatch}, by row from 0. Accessors of values throw
 * {@link IllegalStateException} unless the cell is {@link CellState#PRESENT} and the column of that type. Those that return primitives make
 * no object. Immutable; thread-safe.
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

    /** A NUMERIC of up to 18 digits without its point: 1234 for 12.34. */
    long unscaledValue(int row);

    String textValue(int row);

    Bytes bytesValue(int row);

    /** How many bytes a text has in UTF-8, or bytes are. */
    int byteLength(int row);

    /** Copies a text in UTF-8, or bytes, to where {@link #byteLength} bytes have room. */
    void copyBytes(int row, byte[] target, int offset);

    LocalDate dateValue(int row);

    /** Days from 1970-01-01 to a DATE. */
    long epochDayValue(int row);

    LocalTime timeValue(int row);

    LocalDateTime dateTimeValue(int row);

    /**
     * Microseconds from 1970-01-01T00:00 to a DATETIME of up to 6 fraction digits, as if it were UTC.
     *
     * @throws ArithmeticException if they have more than 64 bits: DMS has no such times
     */
    long epochMicrosValue(int row);
}
