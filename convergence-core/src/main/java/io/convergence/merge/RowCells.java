package io.convergence.merge;

import io.convergence.change.CellState;
import io.convergence.change.RowImage;
import io.convergence.schema.Bytes;
import io.convergence.schema.Column;
import io.convergence.schema.DataType;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The cells of one row of the curated table. Beside its value a cell may be
 *
 * <ul>
 *   <li><em>inherited</em>: the row's newest change did not give it, so a change that arrives late may still alter it (rules S9, S11);
 *   <li><em>unknown</em>: no change gave it so far; it is published as null and {@link #state} is {@link CellState#UNKNOWN}.
 * </ul>
 *
 * Immutable; thread-safe.
 */
public final class RowCells implements RowImage {
    private static final BitSet NONE = new BitSet(0);

    private final RowLayout layout;
    private final @Nullable Object[] values;
    private final BitSet inherited;
    private final BitSet unknown;

    private RowCells(RowLayout layout, @Nullable Object[] values, BitSet inherited, BitSet unknown) {
        this.layout = layout;
        this.values = values;
        this.inherited = inherited;
        this.unknown = unknown;
    }

    /**
     * @param values by column; null for null; each of the column's {@link io.convergence.schema.DataType.Kind#valueClass()}
     * @param inherited places of inherited cells
     * @param unknown places of unknown cells, whose values must be null
     * @throws IllegalArgumentException if the number of values differs from that of the columns, a value is of another
     *     class, or an unknown cell has a value
     */
    public static RowCells of(RowLayout layout, @Nullable Object[] values, BitSet inherited, BitSet unknown) {
        if (values.length != layout.size()) {
            throw new IllegalArgumentException(
                    "Cannot make a row of " + values.length + " values: the table has " + layout.size() + " columns.");
        }
        for (int i = 0; i < values.length; i++) {
            Object value = values[i];
            if (value == null) {
                continue;
            }
            Column column = layout.columns().get(i);
            if (!column.type().kind().valueClass().isInstance(value) || unknown.get(i)) {
                throw new IllegalArgumentException(
                        "Cannot take a " + value.getClass().getSimpleName() + " for column '" + column.name() + "': "
                                + (unknown.get(i) ? "the cell is unknown." : "its type is " + column.type() + "."));
            }
        }
        return new RowCells(layout, values.clone(), copy(inherited), copy(unknown));
    }

    /** A row whose cells are all given. */
    public static RowCells of(RowLayout layout, @Nullable Object[] values) {
        return of(layout, values, NONE, NONE);
    }

    /** Takes the arrays as they are: for callers in this package that made them and let go of them. */
    static RowCells adopt(RowLayout layout, @Nullable Object[] values, BitSet inherited, BitSet unknown) {
        return new RowCells(layout, values, inherited.isEmpty() ? NONE : inherited, unknown.isEmpty() ? NONE : unknown);
    }

    private static BitSet copy(BitSet bits) {
        return bits.isEmpty() ? NONE : (BitSet) bits.clone();
    }

    @Nullable
    Object[] array() {
        return values;
    }

    BitSet inheritedBits() {
        return inherited;
    }

    BitSet unknownBits() {
        return unknown;
    }

    public RowLayout layout() {
        return layout;
    }

    /**
     * The same row in a table whose columns have become wider or more (rule S15). A new column is null, and inherited: what
     * it would be for changes not yet seen is left to history.
     *
     * @throws IllegalArgumentException if a column is gone, or its new type cannot hold the value exactly
     */
    public RowCells in(RowLayout target) {
        return in(target, Map.of());
    }

    /**
     * {@link #in(RowLayout)} with the values that new columns hold, where that is known: the default of {@code ADD COLUMN …
     * DEFAULT}. Those are inherited, too.
     *
     * @throws IllegalArgumentException as {@link #in(RowLayout)}, and if a value is of another class than its column's
     */
    public RowCells in(RowLayout target, Map<String, ? extends @Nullable Object> defaults) {
        var widened = new @Nullable Object[target.size()];
        defaults.forEach((name, value) -> {
            int place = target.indexOf(name);
            if (place >= 0 && layout.indexOf(name) < 0) {
                Column column = target.columns().get(place);
                if (value != null && !column.type().kind().valueClass().isInstance(value)) {
                    throw new IllegalArgumentException("Cannot take a "
                            + value.getClass().getSimpleName() + " for column '" + name + "': its type is "
                            + column.type() + ".");
                }
                widened[place] = value;
            }
        });
        var wideInherited = new BitSet();
        wideInherited.set(0, target.size());
        var wideUnknown = new BitSet();
        for (int i = 0; i < values.length; i++) {
            Column column = layout.columns().get(i);
            int place = target.indexOf(column.name());
            if (place < 0) {
                throw new IllegalArgumentException("Cannot keep column '" + column.name()
                        + "': the new columns lack it. Keep every published column.");
            }
            wideInherited.set(place, inherited.get(i));
            wideUnknown.set(place, unknown.get(i));
            Object value = values[i];
            if (value != null) {
                Object converted = CellConversion.convert(
                        value, target.columns().get(place).type());
                if (converted == null) {
                    throw new IllegalArgumentException(
                            "Cannot change column '" + column.name() + "' from " + column.type() + " to "
                                    + target.columns().get(place).type()
                                    + ": it does not hold every value exactly. Choose a wider type.");
                }
                widened[place] = converted;
            }
        }
        return adopt(target, widened, wideInherited, wideUnknown);
    }

    /** {@link #in(RowLayout)} for cells of a change: it does not tell a column that it lacks. */
    RowCells told(RowLayout target) {
        if (target.columns().equals(layout.columns())) {
            return this;
        }
        RowCells wide = in(target);
        BitSet untold = wide.unknown();
        for (int i = 0; i < target.size(); i++) {
            if (layout.indexOf(target.columns().get(i).name()) < 0) {
                untold.set(i);
            }
        }
        return adopt(target, wide.values, NONE, untold);
    }

    /** The same cells under other names of the columns. */
    public RowCells named(RowLayout target) {
        return of(target, values, inherited, unknown);
    }

    /** The value as one of another type; null if that does not hold it exactly (rule S15). */
    public static @Nullable Object converted(Object value, DataType to) {
        return CellConversion.convert(value, to);
    }

    /** The value, or null where the cell is null or unknown: what the curated table shows. */
    public @Nullable Object published(int column) {
        return values[column];
    }

    /** Places of the cells the row's newest change did not give. */
    public BitSet inherited() {
        return (BitSet) inherited.clone();
    }

    /** Places of the cells no change gave so far. */
    public BitSet unknown() {
        return (BitSet) unknown.clone();
    }

    public boolean hasInherited() {
        return !inherited.isEmpty();
    }

    public boolean hasUnknown() {
        return !unknown.isEmpty();
    }

    @Override
    public List<Column> columns() {
        return layout.columns();
    }

    @Override
    public int indexOf(String column) {
        return layout.indexOf(column);
    }

    @Override
    public CellState state(int column) {
        if (unknown.get(column)) {
            return CellState.UNKNOWN;
        }
        return values[column] == null ? CellState.NULL : CellState.PRESENT;
    }

    @Override
    public Object value(int column) {
        Object value = values[column];
        if (value == null) {
            throw new IllegalStateException("Cannot read column '"
                    + layout.columns().get(column).name() + "': the cell is " + state(column) + ".");
        }
        return value;
    }

    private <T> T value(int column, Class<T> type) {
        Object value = value(column);
        if (!type.isInstance(value)) {
            throw new IllegalStateException(
                    "Cannot read column '" + layout.columns().get(column).name() + "' as " + type.getSimpleName()
                            + ": its type is " + layout.columns().get(column).type() + ".");
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
        return value(column) instanceof java.math.BigInteger integer
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

    @Override
    public boolean equals(Object other) {
        return other instanceof RowCells cells
                && layout.columns().equals(cells.layout.columns())
                && java.util.Arrays.equals(values, cells.values)
                && inherited.equals(cells.inherited)
                && unknown.equals(cells.unknown);
    }

    @Override
    public int hashCode() {
        return java.util.Arrays.hashCode(values);
    }

    /** Shapes only: cell contents stay out of logs. */
    @Override
    public String toString() {
        return "RowCells[" + values.length + " columns, inherited " + inherited + ", unknown " + unknown + "]";
    }
}
