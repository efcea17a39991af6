package io.convergence.curated;

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
import io.convergence.store.internal.pages.ByteSink;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.List;
import java.util.Optional;

/** A change in the bytes of a spool. Immutable. */
final class SpooledChange implements ChangeRecord {
    private final ChangeSpool spool;
    private final TableId table;
    private final byte[] bytes;
    private final int head;

    SpooledChange(ChangeSpool spool, TableId table, byte[] bytes, int head) {
        this.spool = spool;
        this.table = table;
        this.bytes = bytes;
        this.head = head;
    }

    private long longAt(int field) {
        return ByteSink.longAt(bytes, head + field);
    }

    private int intAt(int field) {
        return ByteSink.intAt(bytes, head + field);
    }

    private boolean has(int flag) {
        return (bytes[head + ChangeSpool.FLAGS] & flag) != 0;
    }

    @Override
    public TableId table() {
        return table;
    }

    @Override
    public Operation operation() {
        return ChangeSpool.operation(bytes, head);
    }

    @Override
    public Optional<Operation> recordedOperation() {
        return has(ChangeSpool.RECORDED) ? Optional.of(operation()) : Optional.empty();
    }

    @Override
    public ChangePosition position() {
        return spool.places()
                .position(
                        intAt(ChangeSpool.PLACE),
                        longAt(ChangeSpool.TIME),
                        longAt(ChangeSpool.COUNTER),
                        longAt(ChangeSpool.ROW));
    }

    @Override
    public RowOrigin origin() {
        return new RowOrigin(spool.originFile(intAt(ChangeSpool.ORIGIN_FILE)), longAt(ChangeSpool.ORIGIN_ROW));
    }

    @Override
    public Optional<Instant> timestamp() {
        return Optional.ofNullable(ChangeSpool.timestamp(bytes, head));
    }

    @Override
    public Optional<ChangeSequence> sequence() {
        return spool.places().isSequenced(intAt(ChangeSpool.PLACE))
                ? Optional.of(Places.sequence(longAt(ChangeSpool.OWN_TIME), longAt(ChangeSpool.OWN_COUNTER)))
                : Optional.empty();
    }

    @Override
    public RowImage image() {
        return new SpooledImage(spool.form(intAt(ChangeSpool.FORM)), bytes, head + ChangeSpool.IMAGE);
    }

    @Override
    public Optional<RowImage> before() {
        if (!has(ChangeSpool.HAS_BEFORE)) {
            return Optional.empty();
        }
        int at = ChangeSpool.IMAGE + intAt(ChangeSpool.IMAGE_BYTES);
        return Optional.of(new SpooledImage(spool.form(intAt(at)), bytes, head + at + Integer.BYTES));
    }

    /** Where it is only: cell contents stay out of logs. */
    @Override
    public String toString() {
        return operation() + " of " + table + " in " + origin();
    }

    /** Cells in bytes. */
    record SpooledImage(RowForm form, byte[] bytes, int start) implements RowImage {
        @Override
        public List<Column> columns() {
            return form.columns();
        }

        @Override
        public int indexOf(String column) {
            return form.indexOf(column);
        }

        @Override
        public CellState state(int column) {
            return form.state(bytes, start, column);
        }

        @Override
        public Object value(int column) {
            if (state(column) != CellState.PRESENT) {
                throw new IllegalStateException("Cannot read column '"
                        + columns().get(column).name() + "': the cell is " + state(column) + ".");
            }
            return form.object(bytes, start, column);
        }

        private <T> T value(int column, Class<T> type) {
            Object value = value(column);
            if (!type.isInstance(value)) {
                throw new IllegalStateException(
                        "Cannot read column '" + columns().get(column).name() + "' as " + type.getSimpleName() + ".");
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
            return value(column) instanceof BigInteger integer
                    ? new BigDecimal(integer)
                    : value(column, BigDecimal.class);
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

        /** Shapes only: cell contents stay out of logs. */
        @Override
        public String toString() {
            return "SpooledImage[" + form.columns().size() + " columns]";
        }
    }
}
