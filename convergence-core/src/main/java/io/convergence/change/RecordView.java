package io.convergence.change;

import static java.util.Objects.requireNonNull;

import io.convergence.schema.Column;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads rows as records of the caller's. Components are found by {@link ColumnName} or by the {@link ColumnNaming},
 * whatever their order; columns without a component are left out. A component may have these types:
 *
 * <table>
 * <caption>Types of components by the type of the column</caption>
 * <tr><th>column</th><th>component</th></tr>
 * <tr><td>BOOLEAN</td><td>boolean</td></tr>
 * <tr><td>INT1 to INT8, UINT1 to UINT4</td><td>byte, short, int, long that holds every value of the column; BigInteger, BigDecimal</td></tr>
 * <tr><td>UINT8</td><td>BigInteger, BigDecimal</td></tr>
 * <tr><td>NUMERIC</td><td>BigDecimal; BigInteger if its scale is 0</td></tr>
 * <tr><td>REAL4, REAL8</td><td>float for REAL4, double for both</td></tr>
 * <tr><td>STRING, WSTRING, CLOB, NCLOB</td><td>String, UUID, an enum by the names of its constants</td></tr>
 * <tr><td>BYTES, BLOB</td><td>Bytes, byte[]</td></tr>
 * <tr><td>DATE, TIME</td><td>LocalDate, LocalTime</td></tr>
 * <tr><td>DATETIME</td><td>LocalDateTime; Instant, which takes it for UTC</td></tr>
 * </table>
 *
 * <p>and boxes of the primitives, Object for any, {@code Optional} of these for a column that may be null, and
 * {@link Cell} of these to tell null from unknown and absent (rule S8). Records in records are not read.
 *
 * <p>Immutable; thread-safe. Binding to the columns of a file is done once for rows that share their list of columns.
 */
public final class RecordView<R extends Record> {
    private final Class<R> type;
    private final ColumnNaming naming;
    private final MissingCells missing;
    private final Constructor<R> constructor;
    private final List<ComponentType> components;
    // One entry suffices, since rows come file by file; a lost race only binds twice.
    private volatile @Nullable Binding last;

    private record Binding(List<Column> columns, int[] places) {}

    private RecordView(Class<R> type, ColumnNaming naming, MissingCells missing) {
        this.type = type;
        this.naming = naming;
        this.missing = missing;
        RecordComponent[] declared = type.getRecordComponents();
        this.components = Stream.of(declared)
                .map(component -> ComponentType.of(type, component))
                .toList();
        Class<?>[] parameters =
                Stream.of(declared).map(RecordComponent::getType).toArray(Class<?>[]::new);
        try {
            this.constructor = type.getDeclaredConstructor(parameters);
            constructor.setAccessible(true);
        } catch (ReflectiveOperationException | RuntimeException e) {
            throw new IllegalArgumentException(
                    "Cannot read rows as " + type.getName() + ": its constructor is not to be had (" + e.getMessage()
                            + "). Open its package to this module.",
                    e);
        }
    }

    /**
     * A view with {@link ColumnNaming#SNAKE_CASE} and {@link MissingCells#REFUSE}.
     *
     * @throws IllegalArgumentException if a component has a type that no column can be read as
     */
    public static <R extends Record> RecordView<R> of(Class<R> type) {
        return new RecordView<>(requireNonNull(type, "type"), ColumnNaming.SNAKE_CASE, MissingCells.REFUSE);
    }

    public RecordView<R> withNaming(ColumnNaming rule) {
        return new RecordView<>(type, requireNonNull(rule, "rule"), missing);
    }

    public RecordView<R> withMissingCells(MissingCells rule) {
        return new RecordView<>(type, naming, requireNonNull(rule, "rule"));
    }

    /**
     * Which of these columns the record is read from, in the order of its components; a selection for {@link
     * ChangeReadOptions}.
     *
     * @throws RowMappingException if a column's type does not fit, or two columns fit one component
     */
    public List<String> columnsOf(List<Column> columns) {
        List<String> names = new ArrayList<>();
        for (int place : bind(columns).places()) {
            if (place >= 0) {
                names.add(columns.get(place).name());
            }
        }
        return names;
    }

    /** @throws RowMappingException if the row does not fit the record */
    public R read(RowImage row) {
        List<Column> columns = row.columns();
        Binding binding = last;
        if (binding == null || binding.columns() != columns) {
            binding = bind(columns);
            last = binding;
        }

        int[] places = binding.places();
        @Nullable Object[] values = new Object[places.length];
        for (int i = 0; i < places.length; i++) {
            values[i] = components.get(i).read(row, places[i], missing);
        }
        try {
            return constructor.newInstance(values);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof RuntimeException refused) {
                throw refused;
            }
            throw new IllegalStateException("Cannot make a " + type.getName() + ".", e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("Cannot make a " + type.getName() + ".", e);
        }
    }

    /** The changes that a cursor still has to give; the stream closes the cursor when it is closed. */
    public Stream<TypedChange<R>> stream(ChangeCursor cursor) {
        return cursor.stream().map(change -> new TypedChange<>(change, this));
    }

    private Binding bind(List<Column> columns) {
        int[] places = new int[components.size()];
        for (int i = 0; i < places.length; i++) {
            places[i] = place(components.get(i), columns);
        }
        return new Binding(columns, places);
    }

    private int place(ComponentType component, List<Column> columns) {
        int place = -1;
        for (int i = 0; i < columns.size(); i++) {
            String name = columns.get(i).name();
            if (component.matches(name, naming)) {
                if (place >= 0) {
                    throw component.mismatch(
                            "could be column '" + columns.get(place).name() + "' or column '" + name + "'.",
                            "Say which with @ColumnName.");
                }
                place = i;
            }
        }
        if (place >= 0) {
            component.check(columns.get(place));
        } else if (!component.mayLack(missing)) {
            throw component.mismatch(
                    "has no column; there are "
                            + columns.stream().map(Column::name).toList() + ".",
                    "Name the column with @ColumnName, or make the component a Cell if some files lack it.");
        }

        return place;
    }

    @Override
    public String toString() {
        return "RecordView[" + type.getSimpleName() + ", " + naming + ", " + missing + "]";
    }
}
