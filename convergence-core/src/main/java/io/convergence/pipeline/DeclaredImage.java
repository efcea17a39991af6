package io.convergence.pipeline;

import io.convergence.change.CellState;
import io.convergence.change.RowImage;
import io.convergence.schema.Bytes;
import io.convergence.schema.Column;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A row's cells under the columns' names now, with declared values in columns the row lacks. Immutable; thread-safe. */
final class DeclaredImage implements RowImage {
    private final RowImage image;
    private final Layout layout;

    /**
     * @param columns of the image to make
     * @param places of each in the image it is made of, or -1
     * @param values of those without a place
     */
    record Layout(
            List<Column> columns, int[] places, @Nullable Object[] values) {}

    DeclaredImage(RowImage image, Layout layout) {
        this.image = image;
        this.layout = layout;
    }

    @Override
    public List<Column> columns() {
        return layout.columns();
    }

    @Override
    public int indexOf(String column) {
        for (int i = 0; i < layout.columns().size(); i++) {
            if (layout.columns().get(i).name().equals(column)) {
                return i;
            }
        }

        return -1;
    }

    @Override
    public CellState state(int column) {
        int place = layout.places()[column];
        if (place >= 0) {
            return image.state(place);
        }

        return layout.values()[column] == null ? CellState.NULL : CellState.PRESENT;
    }

    @Override
    public Object value(int column) {
        int place = layout.places()[column];
        if (place >= 0) {
            return image.value(place);
        }

        Object value = layout.values()[column];
        if (value == null) {
            throw new IllegalStateException("Cannot read column '"
                    + layout.columns().get(column).name() + "': the cell is " + state(column) + ".");
        }
        return value;
    }

    private <T> T value(int column, Class<T> type) {
        Object value = value(column);
        if (!type.isInstance(value)) {
            throw new IllegalStateException("Cannot read column '"
                    + layout.columns().get(column).name() + "' as " + type.getSimpleName() + ": its type is "
                    + layout.columns().get(column).type() + ".");
        }
        return type.cast(value);
    }

    @Override
    public boolean booleanValue(int column) {
        return value(column, Boolean.class);
    }

    @Override
    public long longValue(int column) {
        return value(column, Long.class);
    }

    @Override
    public float floatValue(int column) {
        return value(column, Float.class);
    }

    @Override
    public double doubleValue(int column) {
        return value(column, Double.class);
    }

    @Override
    public BigDecimal decimalValue(int column) {
        return value(column) instanceof BigInteger integer ? new BigDecimal(integer) : value(column, BigDecimal.class);
    }

    @Override
    public String textValue(int column) {
        return value(column, String.class);
    }

    @Override
    public Bytes bytesValue(int column) {
        return value(column, Bytes.class);
    }

    @Override
    public LocalDate dateValue(int column) {
        return value(column, LocalDate.class);
    }

    @Override
    public LocalTime timeValue(int column) {
        return value(column, LocalTime.class);
    }

    @Override
    public LocalDateTime dateTimeValue(int column) {
        return value(column, LocalDateTime.class);
    }
}
