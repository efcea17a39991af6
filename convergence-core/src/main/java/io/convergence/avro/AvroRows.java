package io.convergence.avro;

import static java.util.Objects.requireNonNull;

import io.convergence.TableId;
import io.convergence.change.CellState;
import io.convergence.change.RowImage;
import io.convergence.schema.Column;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.jspecify.annotations.Nullable;

/**
 * One table's rows as Avro records and back. Each column is a field that may be null, since a change may leave out any
 * cell. Types: whole numbers up to INT4 and UINT2 are {@code int}, INT8 and UINT4 {@code long}, UINT8
 * {@code decimal(20,0)}, NUMERIC {@code decimal} on bytes, text {@code string}, DATE {@code date}, TIME
 * {@code time-millis} or {@code time-micros} (finer: a {@code long} of nanoseconds), DATETIME
 * {@code local-timestamp-millis}, {@code -micros} or {@code -nanos}, as fine as the column is.
 *
 * <p>A column whose name Avro does not allow gets a name with underscores in place of what is not allowed, and a number
 * if that is taken; the field's property {@code column} always holds the column's own name.
 *
 * <p>Records are {@code GenericRecord}s only: the schema comes from the columns, never from a file. Immutable; thread-safe.
 */
public final class AvroRows {
    private final List<Column> columns;
    private final Schema schema;

    private AvroRows(List<Column> columns, Schema schema) {
        this.columns = columns;
        this.schema = schema;
    }

    /** Records named after the table, in a namespace named after its schema. */
    public static AvroRows of(TableId table, List<Column> columns) {
        List<Column> copy = List.copyOf(columns);
        Schema schema = Schema.createRecord(
                name(table.name(), new HashSet<>()), null, name(table.schema(), new HashSet<>()), false);
        Set<String> taken = new HashSet<>();
        List<Schema.Field> fields = new ArrayList<>();
        for (Column column : copy) {
            Schema type = Schema.createUnion(Schema.create(Schema.Type.NULL), AvroColumns.type(column.type()));
            Schema.Field field =
                    new Schema.Field(name(column.name(), taken), type, null, Schema.Field.NULL_DEFAULT_VALUE);
            field.addProp(AvroColumns.COLUMN_PROPERTY, column.name());
            fields.add(field);
        }
        schema.setFields(fields);
        return new AvroRows(copy, schema);
    }

    public Schema schema() {
        return schema;
    }

    public List<Column> columns() {
        return columns;
    }

    /**
     * The row as a record. Cells that are null, unknown or absent are null in it: see {@link AvroChanges} for records that
     * tell these apart.
     *
     * @throws IllegalArgumentException if the row has a column this view does not have, or has with another type
     * @throws AvroConversionException if a value does not fit Avro's type: only a date-time in nanoseconds before 1678 or after 2261
     */
    public GenericRecord record(RowImage row) {
        GenericData.Record record = new GenericData.Record(schema);
        List<Column> given = row.columns();
        for (int i = 0; i < given.size(); i++) {
            int place = given == columns ? i : place(given.get(i));
            if (row.state(i) == CellState.PRESENT) {
                record.put(place, toAvro(given.get(i), row.value(i)));
            }
        }
        return record;
    }

    /**
     * A record of this schema as a row; null fields are null cells.
     *
     * @throws IllegalArgumentException if the record lacks a field of this schema
     * @throws AvroConversionException if a field has a value of another type
     */
    public RowImage image(GenericRecord record) {
        requireNonNull(record, "record");
        @Nullable Object[] values = new Object[columns.size()];
        for (int i = 0; i < values.length; i++) {
            String field = schema.getFields().get(i).name();
            if (!record.hasField(field)) {
                throw new IllegalArgumentException("Cannot read the record as a row: it has no field '" + field
                        + "' for column '" + columns.get(i).name() + "'. Use the schema of this view.");
            }
            Object value = record.get(field);
            values[i] = value == null ? null : fromAvro(columns.get(i), value);
        }
        return new AvroImage(columns, values);
    }

    private static Object toAvro(Column column, Object value) {
        try {
            return AvroColumns.toAvro(column, value);
        } catch (ArithmeticException e) {
            throw new AvroConversionException(
                    column.name(), "its value does not fit the Avro type of " + column.type(), e);
        }
    }

    private static Object fromAvro(Column column, Object value) {
        try {
            return AvroColumns.fromAvro(column, value);
        } catch (ClassCastException | ArithmeticException | java.time.DateTimeException e) {
            throw new AvroConversionException(
                    column.name(), "a " + value.getClass().getSimpleName() + " is no value of " + column.type(), e);
        }
    }

    private int place(Column column) {
        for (int i = 0; i < columns.size(); i++) {
            if (columns.get(i).name().equals(column.name())) {
                if (columns.get(i).type().equals(column.type())) {
                    return i;
                }
                throw new IllegalArgumentException(
                        "Cannot write column '" + column.name() + "' of type " + column.type() + " as "
                                + columns.get(i).type() + ". Make the view from the columns of the rows.");
            }
        }

        throw new IllegalArgumentException("Cannot write column '" + column.name() + "': the view has only "
                + columns.stream().map(Column::name).toList() + ". Make the view from the columns of the rows.");
    }

    /** Avro's names are ASCII letters, digits and underscores, no digit first. Some engines fold case: names differ in more than that. */
    private static String name(String text, Set<String> taken) {
        String plain = text.replaceAll("[^A-Za-z0-9_]", "_");
        String start = plain.isEmpty() || Character.isDigit(plain.charAt(0)) ? "_" + plain : plain;
        String name = start;
        for (int i = 2; !taken.add(name.toLowerCase(Locale.ROOT)); i++) {
            name = start + "_" + i;
        }
        return name;
    }
}
