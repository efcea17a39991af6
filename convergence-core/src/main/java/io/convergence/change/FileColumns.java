package io.convergence.change;

import io.convergence.schema.Column;
import io.convergence.schema.DataType;
import io.convergence.schema.TableSchema;
import io.convergence.target.RowShape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.jspecify.annotations.Nullable;

/** What each column of one file is for, by its name. Immutable. */
final class FileColumns {
    /**
     * A column of the file.
     *
     * @param physicalName its name in the file, of which {@code column} may differ for before-images
     */
    record Source(String physicalName, Column column, ColumnDescriptor descriptor, CellType type, CellForm form) {
        /** A before-image is there only where the key changed. */
        Source nullable() {
            return new Source(physicalName, Column.nullable(column.name(), column.type()), descriptor, type, form);
        }

        CellReader newReader() {
            return new CellReader(column, type, form);
        }
    }

    private final String key;
    private final List<String> names;
    private final List<Source> own;
    private final List<Source> before;
    private final @Nullable Source op;
    private final @Nullable Source timestamp;
    private final @Nullable Source sequence;
    private final @Nullable Source mask;
    private final TableColumns table;

    private FileColumns(
            String key,
            List<String> names,
            List<Source> own,
            List<Source> before,
            @Nullable Source op,
            @Nullable Source timestamp,
            @Nullable Source sequence,
            @Nullable Source mask,
            @Nullable TableSchema schema) {
        this.key = key;
        this.names = List.copyOf(names);
        this.own = List.copyOf(own);
        this.before = List.copyOf(before);
        this.op = op;
        this.timestamp = timestamp;
        this.sequence = sequence;
        this.mask = mask;
        this.table = TableColumns.of(
                own.stream().map(Source::column).toList(),
                before.stream().map(Source::column).toList(),
                schema);
    }

    /** @param file a schema that {@link FooterCheck} has seen: each column has a name of its own */
    static FileColumns of(String key, MessageType file, RowShape shape) {
        return of(key, file, shape, Map.of());
    }

    /** @param rawTypes by name, what columns were in raw files whose rows the file holds, where that is known */
    static FileColumns of(String key, MessageType file, RowShape shape, Map<String, Column> rawTypes) {
        List<String> names = file.getFields().stream().map(Type::getName).toList();
        List<Source> own = new ArrayList<>();
        List<Source> before = new ArrayList<>();
        Source op = null;
        Source timestamp = null;
        Source sequence = null;
        Source mask = null;
        for (Type field : file.getFields()) {
            String name = field.getName();
            if (!field.isPrimitive() || field.isRepetition(Type.Repetition.REPEATED)) {
                throw broken(
                        key,
                        "column '" + name + "' is nested or repeated.",
                        "DMS writes flat columns only: check that this is its file.");
            }

            PrimitiveType primitive = field.asPrimitiveType();
            ColumnDescriptor descriptor = file.getColumnDescription(new String[] {name});
            CellType type = CellType.of(primitive)
                    .orElseThrow(() -> broken(
                            key,
                            "column '" + name + "' has type " + CellType.describe(primitive)
                                    + ", which no DMS type has.",
                            "Check that DMS or Convergence wrote this file."));
            if (name.equals(CellMask.COLUMN)) {
                mask = new Source(name, Column.nullable(name, type.natural()), descriptor, type, CellForm.BYTES);
            } else if (name.equals(RowShape.OP_COLUMN)) {
                op = new Source(name, textColumn(key, name, type), descriptor, type, CellForm.TEXT);
            } else if (name.equals(shape.timestampColumn())) {
                timestamp = timestamp(key, name, descriptor, type);
            } else if (name.equals(shape.sequenceColumn())) {
                sequence = new Source(name, textColumn(key, name, type), descriptor, type, CellForm.TEXT);
            } else {
                String original = shape.beforeImageOf(name, names).orElse(null);
                if (original == null) {
                    own.add(source(key, name, name, field, descriptor, type, rawTypes.get(name), shape.schema()));
                } else {
                    Source image =
                            source(key, name, original, field, descriptor, type, rawTypes.get(name), shape.schema());
                    before.add(image.nullable());
                }
            }
        }

        return new FileColumns(key, names, own, before, op, timestamp, sequence, mask, shape.schema());
    }

    private static Source source(
            String key,
            String name,
            String tableName,
            Type field,
            ColumnDescriptor descriptor,
            CellType type,
            @Nullable Column raw,
            @Nullable TableSchema schema) {
        Column declared = schema == null ? null : schema.column(tableName).orElse(null);
        DataType natural = raw == null ? type.natural() : raw.type();
        boolean nullable = raw == null ? field.isRepetition(Type.Repetition.OPTIONAL) : raw.nullable();
        Column column = declared != null ? declared : new Column(tableName, natural, nullable);
        Optional<CellForm> found = raw == null ? type.form(column.type()) : type.formOf(raw.type(), column.type());
        CellForm form = found.orElseThrow(() -> broken(
                key,
                "column '" + name + "' has type " + type + " (" + natural + "), which cannot be read as the expected "
                        + column.type() + " without loss.",
                "Correct the schema, or reload the table after the change of its type."));
        return new Source(name, column, descriptor, type, form);
    }

    private static Column textColumn(String key, String name, CellType type) {
        if (!type.natural().kind().text()) {
            throw broken(
                    key,
                    "DMS's own column '" + name + "' has type " + type + " instead of text.",
                    "Check the column names of the settings; a source column of this name must be renamed in the table mappings.");
        }

        return Column.nullable(name, type.natural());
    }

    private static Source timestamp(String key, String name, ColumnDescriptor descriptor, CellType type) {
        if (type.natural().kind() == DataType.Kind.DATETIME) {
            CellForm form = type.primitive().getPrimitiveTypeName() == PrimitiveTypeName.INT96
                    ? CellForm.INT96
                    : CellForm.DATETIME;
            return new Source(name, Column.nullable(name, type.natural()), descriptor, type, form);
        }

        return new Source(name, textColumn(key, name, type), descriptor, type, CellForm.TEXT);
    }

    private static RawFileException broken(String key, String reason, String advice) {
        return RawFileException.ofFile(key, reason, advice, null);
    }

    /** These columns without the table's own: what tells where rows stand in time. */
    FileColumns withoutTable() {
        return new FileColumns(key, names, List.of(), List.of(), null, timestamp, sequence, null, null);
    }

    /** All columns of the file. */
    List<String> names() {
        return names;
    }

    List<Source> own() {
        return own;
    }

    List<Source> before() {
        return before;
    }

    @Nullable
    Source op() {
        return op;
    }

    @Nullable
    Source timestamp() {
        return timestamp;
    }

    @Nullable
    Source sequence() {
        return sequence;
    }

    /** Tells states of cells that their values do not, in a compacted file. */
    @Nullable
    Source mask() {
        return mask;
    }

    TableColumns table() {
        return table;
    }
}
