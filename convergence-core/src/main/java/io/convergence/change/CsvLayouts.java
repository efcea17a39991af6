package io.convergence.change;

import io.convergence.TableId;
import io.convergence.raw.RawFile;
import io.convergence.schema.Column;
import io.convergence.schema.DataType;
import io.convergence.schema.TableSchema;
import io.convergence.target.CsvForm;
import io.convergence.target.CsvLayout;
import io.convergence.target.OpColumn;
import io.convergence.target.RowShape;
import io.convergence.target.TransactionTimestamp;
import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Tells what the fields of one table's rows in one file are for: by its header, or by the width of each row among those
 * declared (rule S15), never by a guess. Not thread-safe.
 */
final class CsvLayouts {
    private final String key;
    private final TableId table;
    private final RowShape shape;
    private final CsvForm form;
    private final RawFile file;
    private final List<CsvLayout> layouts;
    private final Map<Integer, CsvColumns> byWidth = new HashMap<>();
    private OpColumn op;
    private @Nullable CsvColumns header;
    private @Nullable CsvColumns asText;

    CsvLayouts(RawFile file, TableId table, RowShape shape) {
        this.key = file.key();
        this.table = table;
        this.shape = shape;
        this.form = shape.csv();
        this.file = file;
        this.layouts = form.layouts().isEmpty() ? derived(shape) : form.layouts();
        if (file instanceof RawFile.Load) {
            this.op = form.loadOp();
        } else {
            this.op = file instanceof RawFile.Cdc ? form.cdcOp() : OpColumn.PRESENT;
        }
    }

    private static List<CsvLayout> derived(RowShape shape) {
        TableSchema schema = shape.schema();
        if (schema == null) {
            return List.of();
        }

        List<Column> columns = new ArrayList<>(schema.columns());
        String sequence = shape.sequenceColumn();
        if (sequence != null && schema.indexOf(sequence) < 0) {
            columns.add(Column.nullable(sequence, DataType.string(50)));
        }
        if (shape.beforeImagePrefix() != null) {
            for (String name : schema.primaryKey()) {
                columns.add(Column.nullable(
                        shape.beforeImagePrefix() + name + shape.beforeImageSuffix(),
                        schema.column(name).orElseThrow().type()));
            }
        }

        return List.of(new CsvLayout(columns));
    }

    /** The columns a header row names. @throws RawFileException if it is none, or names what nobody declared */
    CsvColumns readHeader(CsvSplitter row) {
        List<String> names = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (int field = 0; field < row.fields(); field++) {
            String name = row.text(field);
            if (name.isEmpty() || !seen.add(name)) {
                throw headerFault(
                        name.isEmpty() ? "column " + (field + 1) + " has no name" : "two columns are '" + name + "'");
            }
            names.add(name);
        }
        if (op == OpColumn.PRESENT && !names.contains(RowShape.OP_COLUMN)) {
            throw headerFault("it names no column '" + RowShape.OP_COLUMN + "', only " + names);
        }

        int timestamp = shape.timestampColumn() == null ? -1 : names.indexOf(shape.timestampColumn());
        header = CsvColumns.of(
                shape, names, names.indexOf(RowShape.OP_COLUMN), timestamp, 0, names.size(), this::declaredOrText);
        return header;
    }

    private Column declaredOrText(String name) {
        return declared(name).orElseGet(() -> {
            if (!form.undeclaredAsText()) {
                throw headerFault("its column '" + name + "' is not declared for table " + table);
            }

            return Column.nullable(name, DataType.of(DataType.Kind.STRING));
        });
    }

    private Optional<Column> declared(String name) {
        TableSchema schema = shape.schema();
        Optional<Column> current = schema == null ? Optional.empty() : schema.column(name);
        return current.or(() -> layouts.stream()
                .flatMap(layout -> layout.columns().stream())
                .filter(column -> column.name().equals(name))
                .findFirst());
    }

    private RawFileException headerFault(String reason) {
        return RawFileException.ofFile(
                key,
                "its first row is no header of the table: " + reason + ".",
                "Declare the column, or the form of the files without a header if they have none (AddColumnName).",
                null);
    }

    /** What the fields of the row are for. @throws BadRow if no declared width fits, or several do */
    CsvColumns of(CsvSplitter row) {
        CsvColumns named = header != null ? header : asText;
        if (named != null) {
            if (named.width() != row.fields()) {
                throw new BadRow(
                        "it has " + row.fields() + " fields, the " + (header != null ? "header" : "first row") + " has "
                                + named.width() + ".",
                        BadRow.DAMAGED);
            }

            return named;
        }

        CsvColumns known = byWidth.get(row.fields());
        if (known != null) {
            return known;
        }
        if (layouts.isEmpty()) {
            asText = textColumns(row);
            return asText;
        }

        CsvColumns chosen = chosen(row);
        byWidth.put(row.fields(), chosen);
        return chosen;
    }

    private CsvColumns chosen(CsvSplitter row) {
        List<CsvColumns> fitting = new ArrayList<>();
        for (CsvLayout layout : layouts) {
            for (boolean withOp : opChoices()) {
                if (width(layout, withOp) == row.fields()
                        && (op != OpColumn.SNIFFED
                                || looksRight(row, layout.columns().get(0), withOp))) {
                    fitting.add(columns(layout, withOp));
                }
            }
        }
        if (fitting.isEmpty()) {
            throw new BadRow(
                    "it has " + row.fields() + " fields, and no declared layout of table " + table + " fits: "
                            + declaredWidths() + ".",
                    "Declare a CsvLayout for rows of this width, such as the table's columns before or after a change, or correct the delimiters.");
        }
        if (fitting.size() > 1) {
            throw new BadRow(
                    "it has " + row.fields() + " fields, which fits with and without '" + RowShape.OP_COLUMN + "': "
                            + declaredWidths() + ".",
                    "Declare whether rows begin with it (CsvForm.loadOp, CsvForm.cdcOp).");
        }

        CsvColumns only = fitting.get(0);
        op = only.op() >= 0 ? OpColumn.PRESENT : OpColumn.ABSENT;
        return only;
    }

    private boolean[] opChoices() {
        return switch (op) {
            case PRESENT -> new boolean[] {true};
            case ABSENT -> new boolean[] {false};
            case SNIFFED -> new boolean[] {true, false};
        };
    }

    private boolean hasTimestamp() {
        return shape.timestampColumn() != null
                && !(isTransaction() && form.transactionTimestamp() == TransactionTimestamp.ABSENT);
    }

    private boolean isTransaction() {
        return file instanceof RawFile.Transaction;
    }

    private int width(CsvLayout layout, boolean withOp) {
        return layout.width() + (withOp ? 1 : 0) + (hasTimestamp() ? 1 : 0) + (isTransaction() ? 2 : 0);
    }

    /** @param firstColumn of the table; null if not known */
    private boolean looksRight(CsvSplitter row, @Nullable Column firstColumn, boolean withOp) {
        int field = withOp ? 1 : 0;
        boolean letter = Operation.of(row.text(0)).isPresent();
        if (withOp && !letter) {
            return false;
        }
        if (!hasTimestamp()) {
            return withOp
                    || !letter
                    || firstColumn == null
                    || firstColumn.type().kind().text();
        }

        try {
            return field < row.fields() && CommitTime.parse(row.text(field)).getEpochSecond() != Long.MIN_VALUE;
        } catch (DateTimeException e) {
            return false;
        }
    }

    private CsvColumns columns(CsvLayout layout, boolean withOp) {
        List<String> names = layout.columns().stream().map(Column::name).toList();
        return placed(names, withOp);
    }

    /** Puts DMS's own fields around the table's. */
    private CsvColumns placed(List<String> columns, boolean withOp) {
        String timestamp = hasTimestamp() ? shape.timestampColumn() : null;
        TransactionTimestamp place = isTransaction() ? form.transactionTimestamp() : TransactionTimestamp.AFTER_SCHEMA;
        List<String> names = new ArrayList<>();
        if (withOp) {
            names.add(RowShape.OP_COLUMN);
        }
        if (timestamp != null && place == TransactionTimestamp.AFTER_OP) {
            names.add(timestamp);
        }
        if (isTransaction()) {
            names.add(TransactionRows.TABLE_FIELD);
            names.add(TransactionRows.SCHEMA_FIELD);
        }
        if (timestamp != null && place == TransactionTimestamp.AFTER_SCHEMA) {
            names.add(timestamp);
        }
        int first = names.size();
        names.addAll(columns);
        int last = names.size();
        int time = timestamp == null ? -1 : names.subList(0, first).indexOf(timestamp);
        if (timestamp != null && place == TransactionTimestamp.LAST) {
            time = last;
            names.add(timestamp);
        }

        return CsvColumns.of(
                shape,
                names,
                withOp ? 0 : -1,
                time,
                first,
                last,
                name -> declared(name).orElseGet(() -> Column.nullable(name, DataType.of(DataType.Kind.STRING))));
    }

    private CsvColumns textColumns(CsvSplitter row) {
        if (!form.undeclaredAsText()) {
            throw RawFileException.ofFile(
                    key,
                    "its rows have " + row.fields() + " fields, and no columns are declared for table " + table + ".",
                    "Give the table's schema or a CsvLayout, or read the columns as text (CsvForm.undeclaredAsText).",
                    null);
        }
        if (shape.sequenceColumn() != null) {
            throw RawFileException.ofFile(
                    key,
                    "which field is the sequence column '" + shape.sequenceColumn()
                            + "' cannot be told without declared columns.",
                    "Declare a CsvLayout that has it.",
                    null);
        }

        boolean withOp = op == OpColumn.PRESENT || (op == OpColumn.SNIFFED && looksRight(row, null, true));
        op = withOp ? OpColumn.PRESENT : OpColumn.ABSENT;
        int dms = (withOp ? 1 : 0) + (hasTimestamp() ? 1 : 0) + (isTransaction() ? 2 : 0);
        if (row.fields() <= dms) {
            throw new BadRow("it has " + row.fields() + " fields, none of them the table's.", BadRow.DAMAGED);
        }

        List<String> names = new ArrayList<>();
        for (int i = 1; i <= row.fields() - dms; i++) {
            names.add("col" + i);
        }
        return placed(names, withOp);
    }

    private String declaredWidths() {
        return layouts.stream()
                .flatMap(layout -> {
                    List<String> forms = new ArrayList<>();
                    for (boolean withOp : opChoices()) {
                        CsvColumns columns = columns(layout, withOp);
                        forms.add(columns.width() + " " + columns.names());
                    }
                    return forms.stream();
                })
                .collect(Collectors.joining(", "));
    }

    /**
     * Whether a record without any text can be a row: only where DMS adds nothing to it and every column of a layout of its
     * width may be null or empty.
     */
    boolean mayBeRow(CsvSplitter row) {
        boolean bare = file instanceof RawFile.Load && op == OpColumn.ABSENT && !hasTimestamp();
        TableSchema schema = shape.schema();
        boolean keyed = schema != null && !schema.primaryKey().isEmpty();
        if (!bare || keyed) {
            return false;
        }
        if (header != null) {
            return header.width() == row.fields()
                    && header.table().own().stream().allMatch(Column::nullable);
        }

        return layouts.stream()
                .anyMatch(layout -> width(layout, false) == row.fields()
                        && layout.columns().stream().allMatch(Column::nullable));
    }

    /** The table's columns, if all rows must have the same. */
    List<Column> onlyColumns() {
        if (header != null) {
            return header.table().own();
        }

        return layouts.size() == 1 ? columns(layouts.get(0), false).table().own() : List.of();
    }
}
