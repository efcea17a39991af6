package io.convergence.change;

import io.convergence.schema.Bytes;
import io.convergence.schema.Column;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

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

    /**
     * The cells in the order of the columns: values as {@link #value}, null for {@link CellState#NULL}. Cells that are
     * {@link CellState#UNKNOWN} or {@link CellState#ABSENT} are not in the map. Unmodifiable.
     */
    default Map<String, @Nullable Object> toMap() {
        Map<String, @Nullable Object> cells = new LinkedHashMap<>();
        for (int i = 0; i < columns().size(); i++) {
            CellState state = state(i);
            if (state == CellState.PRESENT || state == CellState.NULL) {
                cells.put(columns().get(i).name(), state == CellState.NULL ? null : value(i));
            }
        }
        return Collections.unmodifiableMap(cells);
    }
}
