package io.convergence.avro;

import io.convergence.change.CellState;
import io.convergence.change.RowImage;
import io.convergence.schema.Bytes;
import io.convergence.schema.Column;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A row that came from an Avro record. */
final class AvroImage implements RowImage {
    private final List<Column> columns;
    private final @Nullable Object[] values;

    /** @param values of the columns' value classes; null for null */
    AvroImage(List<Column> columns, @Nullable Object[] values) {
        this.columns = columns;
        this.values = values;
    }

    @Override
    public List<Column> columns() {
        return columns;
    }

    @Override
    public int indexOf(String column) {
        for (int i = 0; i < columns.size(); i++) {
            if (columns.get(i).name().equals(column)) {
                return i;
            }
        }

        return -1;
    }

    @Override
    public CellState state(int column) {
        return values[column] == null ? CellState.NULL : CellState.PRESENT;
    }

    @Override
    public Object value(int column) {
        return as(column, Object.class);
    }

    @Override
    public boolean booleanValue(int column) {
        return as(column, Boolean.class);
    }

    @Override
    public long longValue(int column) {
        return as(column, Long.class);
    }

    @Override
    public float floatValue(int column) {
        return as(column, Float.class);
    }

    @Override
    public double doubleValue(int column) {
        return as(column, Double.class);
    }

    @Override
    public BigDecimal decimalValue(int column) {
        return as(column, BigDecimal.class);
    }

    @Override
    public String textValue(int column) {
        return as(column, String.class);
    }

    @Override
    public Bytes bytesValue(int column) {
        return as(column, Bytes.class);
    }

    @Override
    public LocalDate dateValue(int column) {
        return as(column, LocalDate.class);
    }

    @Override
    public LocalTime timeValue(int column) {
        return as(column, LocalTime.class);
    }

    @Override
    public LocalDateTime dateTimeValue(int column) {
        return as(column, LocalDateTime.class);
    }

    private <T> T as(int column, Class<T> type) {
        Object value = values[column];
        if (value == null) {
            throw new IllegalStateException("Cannot read the value of column '"
                    + columns.get(column).name() + "': the cell is NULL. Ask for its state first.");
        }
        if (!type.isInstance(value)) {
            throw new IllegalStateException(
                    "Cannot read column '" + columns.get(column).name() + "' as " + type.getSimpleName() + ": it is "
                            + columns.get(column).type() + ".");
        }

        return type.cast(value);
    }
}
