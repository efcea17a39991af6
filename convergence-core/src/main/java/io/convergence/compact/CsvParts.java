package io.convergence.compact;

import io.convergence.change.CellMask;
import io.convergence.change.ChangeBatch;
import io.convergence.change.ChangeRecord;
import io.convergence.schema.Column;
import io.convergence.schema.DataType;
import io.convergence.target.RowShape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Rows of one CSV file on their way to Parquet; a part ends where the rows after it have other columns. Not thread-safe. */
final class CsvParts implements AutoCloseable {
    private static final DataType TEXT = DataType.of(DataType.Kind.STRING);

    /** A change of the table's columns in the middle of a file is rare; two tables' rows in one file are not to be compacted. */
    private static final int MOST_PARTS = 100;

    private final CompactionSource.Raw raw;
    private final RowShape shape;
    private final Map<String, Column> columns = new LinkedHashMap<>();
    private final List<byte[]> finished = new ArrayList<>();
    private @Nullable CsvPart part;
    private List<String> ownOfPart = List.of();
    private long rows;
    private boolean masked;

    /** @param shape that takes nulls for nulls */
    CsvParts(CompactionSource.Raw raw, RowShape shape) {
        this.raw = raw;
        this.shape = shape;
        String timestamp = shape.timestampColumn();
        if (timestamp != null) {
            columns.put(timestamp, Column.nullable(timestamp, TEXT));
        }
    }

    void add(ChangeBatch batch) {
        List<String> own = batch.columns().stream().map(Column::name).toList();
        for (ChangeRecord row : batch) {
            if (row.origin().row() != rows) {
                throw new LeftAloneException("it is CSV whose row " + rows + " is numbered "
                        + row.origin().row() + ".");
            }

            CsvPart open = partFor(batch, own, row);
            masked |= open.add(row);
            rows++;
        }
    }

    /** The part the row goes into: the open one if it has all its columns, and no other ones of the table. */
    private CsvPart partFor(ChangeBatch batch, List<String> own, ChangeRecord row) {
        CsvPart open = part;
        boolean operation = row.recordedOperation().isPresent();
        boolean sequence = row.sequence().isPresent();
        if (open != null
                && ownOfPart.equals(own)
                && (!operation || columns.containsKey(RowShape.OP_COLUMN))
                && (!sequence || columns.containsKey(shape.sequenceColumn()))) {
            return open;
        }

        // Rows of one width that are followed by rows of another have cells the file has no place for.
        masked |= open != null && !ownOfPart.equals(own);
        finishPart();
        if (finished.size() == MOST_PARTS) {
            throw new LeftAloneException(
                    "it is CSV whose rows change their columns more than " + MOST_PARTS + " times.");
        }
        if (operation) {
            columns.putIfAbsent(RowShape.OP_COLUMN, Column.nullable(RowShape.OP_COLUMN, TEXT));
        }
        String sequenceColumn = shape.sequenceColumn();
        if (sequence && sequenceColumn != null) {
            columns.putIfAbsent(sequenceColumn, Column.nullable(sequenceColumn, TEXT));
        }
        batch.columns().forEach(column -> columns.putIfAbsent(column.name(), column));
        for (Column column : batch.beforeColumns()) {
            String name = BeforeNames.of(shape, column.name());
            columns.putIfAbsent(name, Column.nullable(name, column.type()));
        }
        CsvPart begun = new CsvPart(shape, List.copyOf(columns.values()), Set.copyOf(own));
        part = begun;
        ownOfPart = own;
        return begun;
    }

    private void finishPart() {
        CsvPart open = part;
        part = null;
        if (open != null) {
            finished.add(open.finish());
        }
    }

    /** All rows, with their states in a column only if a value or a null does not tell one. */
    OpenFile finish() {
        if (part == null && finished.isEmpty()) {
            columns.putIfAbsent(RowShape.OP_COLUMN, Column.nullable(RowShape.OP_COLUMN, TEXT));
            part = new CsvPart(shape, List.copyOf(columns.values()), Set.of());
        }
        finishPart();
        if (rows != raw.rows()) {
            throw CompactionException.unreadable(
                    raw.key(), "it has " + rows + " rows, but it was placed with " + raw.rows(), null);
        }

        List<OpenSource> parts = new ArrayList<>();
        for (byte[] content : finished) {
            OpenSource opened = OpenSource.inMemory(raw.stat(), content);
            parts.add(masked ? opened : opened.without(CellMask.COLUMN));
        }
        List<String> names = List.copyOf(columns.keySet());
        return new OpenFile(parts, List.of(FileOpener.span(raw.file(), names, List.copyOf(columns.values()))));
    }

    @Override
    public void close() {
        CsvPart open = part;
        if (open != null) {
            open.close();
        }
    }
}
