package io.convergence.testkit.histories;

import io.convergence.TableId;
import io.convergence.change.CellState;
import io.convergence.change.ChangePosition;
import io.convergence.change.ChangeRecord;
import io.convergence.change.ChangeSequence;
import io.convergence.change.Operation;
import io.convergence.change.RowImage;
import io.convergence.change.RowOrigin;
import io.convergence.schema.Bytes;
import io.convergence.schema.Column;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A change as a reader hands it to the merge, made without a file. */
record PureChange(
        Operation operation,
        ChangePosition position,
        RowOrigin origin,
        Instant time,
        Image image,
        @Nullable Image old) implements ChangeRecord {
    static final TableId TABLE = TableId.of("public", "t");

    /** Stands for a cell that the source did not log. */
    static final Object UNKNOWN = new Object();

    @Override
    public TableId table() {
        return TABLE;
    }

    @Override
    public Optional<Operation> recordedOperation() {
        return Optional.of(operation);
    }

    @Override
    public Optional<Instant> timestamp() {
        return Optional.of(time);
    }

    @Override
    public Optional<ChangeSequence> sequence() {
        return position instanceof ChangePosition.Sequenced sequenced
                ? Optional.of(sequenced.sequence())
                : Optional.empty();
    }

    @Override
    public Optional<RowImage> before() {
        return Optional.ofNullable(old);
    }

    /** The instant of the file it came in first. */
    Instant file() {
        return ((ChangePosition.Sequenced) position).fileInstant();
    }

    boolean isLoad() {
        return position instanceof ChangePosition.Load;
    }

    PureChange at(ChangePosition other) {
        return new PureChange(operation, other, origin, time, image, old);
    }

    PureChange with(Image other) {
        return new PureChange(operation, position, origin, time, other, old);
    }

    PureChange as(Operation other) {
        return new PureChange(other, position, origin, time, image, old);
    }

    PureChange withoutBefore() {
        return new PureChange(operation, position, origin, time, image, null);
    }

    /** The same change in a file written again, a second later; a row of a load is there once. */
    PureChange again(int number) {
        return position instanceof ChangePosition.Sequenced s
                ? new PureChange(
                        operation,
                        new ChangePosition.Sequenced(
                                s.generation(),
                                s.sequence(),
                                s.run(),
                                s.fileInstant().plusSeconds(1),
                                number),
                        new RowOrigin("again-" + number, 0),
                        time,
                        image,
                        old)
                : this;
    }

    /** Cells by their places in the columns; {@link #UNKNOWN}, null, or a value. */
    static final class Image implements RowImage {
        private final List<Column> columns;
        private final @Nullable Object[] values;

        Image(List<Column> columns, @Nullable Object... values) {
            this.columns = columns;
            this.values = values;
        }

        @Nullable
        Object[] values() {
            return values.clone();
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
            Object value = values[column];
            if (value == UNKNOWN) {
                return CellState.UNKNOWN;
            }
            return value == null ? CellState.NULL : CellState.PRESENT;
        }

        @Override
        public Object value(int column) {
            Object value = values[column];
            if (value == null || value == UNKNOWN) {
                throw new IllegalStateException("Cannot read a cell that is " + state(column) + ".");
            }
            return value;
        }

        @Override
        public boolean booleanValue(int column) {
            return (Boolean) value(column);
        }

        @Override
        public long longValue(int column) {
            return (Long) value(column);
        }

        @Override
        public float floatValue(int column) {
            return (Float) value(column);
        }

        @Override
        public double doubleValue(int column) {
            return (Double) value(column);
        }

        @Override
        public BigDecimal decimalValue(int column) {
            return (BigDecimal) value(column);
        }

        @Override
        public String textValue(int column) {
            return (String) value(column);
        }

        @Override
        public Bytes bytesValue(int column) {
            return (Bytes) value(column);
        }

        @Override
        public LocalDate dateValue(int column) {
            return (LocalDate) value(column);
        }

        @Override
        public LocalTime timeValue(int column) {
            return (LocalTime) value(column);
        }

        @Override
        public LocalDateTime dateTimeValue(int column) {
            return (LocalDateTime) value(column);
        }
    }
}
