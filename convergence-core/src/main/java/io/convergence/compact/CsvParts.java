package io.convergence.compact;

import io.convergence.change.CellMask;
import io.convergence.change.ChangeBatch;
import io.convergence.change.ChangeRecord;
import io.convergence.change.SourceSpan;
import io.convergence.schema.Column;
import io.convergence.schema.DataType;
import io.convergence.target.RowShape;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import org.apache.parquet.schema.MessageType;
import org.jspecify.annotations.Nullable;

/**
 * Rows of one CSV file on their way to Parquet. A part ends where the rows after it have other columns, and where it fills a row
 * group. Not thread-safe.
 */
final class CsvParts implements AutoCloseable {
    private static final DataType TEXT = DataType.of(DataType.Kind.STRING);

    /** A change of the table's columns in the middle of a file is rare; two tables' rows in one file are not to be compacted. */
    private static final int MOST_CHANGES = 100;

    /** What is made of a file is held if it takes no more than this; else the file is read once more, and made part by part. */
    static final long MOST_HELD = 16L << 20;

    private final CompactionSource.Raw raw;
    private final RowShape shape;
    private final Map<String, Column> columns = new LinkedHashMap<>();
    private final Set<MessageType> schemas = new LinkedHashSet<>();
    private final boolean whole;
    private Queue<byte[]> finished = new ArrayDeque<>();
    private long held;
    private boolean tooLarge;
    private int changes;
    private @Nullable CsvPart part;
    private List<String> ownOfPart = List.of();
    private long rows;
    private boolean masked;

    /**
     * @param shape that takes nulls for nulls
     * @param whole whether all parts are wanted at the end; else they are {@linkplain #poll taken away} as they are made
     */
    CsvParts(CompactionSource.Raw raw, RowShape shape, boolean whole) {
        this.whole = whole;
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
        boolean full = open != null && open.isFull();
        boolean operation = row.recordedOperation().isPresent();
        boolean sequence = row.sequence().isPresent();
        boolean same = ownOfPart.equals(own)
                && (!operation || columns.containsKey(RowShape.OP_COLUMN))
                && (!sequence || columns.containsKey(shape.sequenceColumn()));
        if (open != null && same && !full) {
            return open;
        }

        // Rows of one width that are followed by rows of another have cells the file has no place for.
        masked |= open != null && !ownOfPart.equals(own);
        finishPart();
        if (!same && ++changes > MOST_CHANGES) {
            throw new LeftAloneException(
                    "it is CSV whose rows change their columns more than " + MOST_CHANGES + " times.");
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
        if (open == null) {
            return;
        }

        schemas.add(open.schema());
        byte[] content = open.finish();
        held += content.length;
        if (whole && held > MOST_HELD) {
            tooLarge = true;
            finished = new ArrayDeque<>();
        } else {
            finished.add(content);
        }
    }

    /** The next part that is finished; null if there is none. */
    byte @Nullable [] poll() {
        return finished.poll();
    }

    /** Whether the parts are not held any more. */
    boolean tooLarge() {
        return tooLarge;
    }

    /** Whether cells have states that a value or a null does not tell. */
    boolean masked() {
        return masked;
    }

    /** Ends the last part. @throws CompactionException if the file has another number of rows than planned */
    void end() {
        if (part == null && schemas.isEmpty()) {
            columns.putIfAbsent(RowShape.OP_COLUMN, Column.nullable(RowShape.OP_COLUMN, TEXT));
            part = new CsvPart(shape, List.copyOf(columns.values()), Set.of());
        }
        finishPart();
        if (rows != raw.rows()) {
            throw CompactionException.unreadable(
                    raw.key(), "it has " + rows + " rows, but it was placed with " + raw.rows(), null);
        }
    }

    long rows() {
        return rows;
    }

    SourceSpan span() {
        return FileOpener.span(raw.file(), List.copyOf(columns.keySet()), List.copyOf(columns.values()));
    }

    /** All different ones of the parts, as {@link #open} opens them. */
    List<MessageType> schemas() {
        return schemas.stream()
                .map(schema -> masked ? schema : OpenSource.without(schema, CellMask.COLUMN))
                .toList();
    }

    /** A part, with the states of cells in a column only if a value or a null does not tell one somewhere in the file. */
    static OpenSource open(CompactionSource.Raw raw, byte[] content, boolean masked) {
        OpenSource opened = OpenSource.inMemory(raw.stat(), content);
        return masked ? opened : opened.without(CellMask.COLUMN);
    }

    @Override
    public void close() {
        CsvPart open = part;
        if (open != null) {
            open.close();
        }
    }
}
