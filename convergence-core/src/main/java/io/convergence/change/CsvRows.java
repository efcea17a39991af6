package io.convergence.change;

import io.convergence.TableId;
import io.convergence.schema.Column;
import io.convergence.schema.DataType;
import io.convergence.target.CsvForm;
import io.convergence.target.RowShape;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Rows of one table and width on their way to a batch. Each row is checked whole before it counts. Not thread-safe. */
final class CsvRows {
    private final TableId table;
    private final CsvColumns columns;
    private final RowSource source;
    private final RowRules rules;
    private final Selection selection;
    private final CsvCells[] own;
    private final CsvCells[] before;
    private final @Nullable CsvCells timestamp;
    private final @Nullable CsvCells sequence;
    private byte[] operations = new byte[16];
    private boolean[] recorded = new boolean[16];
    private long[] seconds = new long[16];
    private int[] nanos = new int[16];
    private long[] numbers = new long[16];
    private int size;
    private long bytes;
    private long emptyOrNull;

    /** @throws IllegalArgumentException if the filter does not fit the columns */
    CsvRows(TableId table, RowShape shape, CsvColumns columns, RowSource source, ChangeReadOptions options) {
        this.table = table;
        this.columns = columns;
        this.source = source;
        this.rules = new RowRules(shape, columns.table());
        this.selection = Selection.of(options, columns.table(), shape);
        this.own = cells(columns.table().own(), shape.csv());
        this.before = cells(columns.table().before(), shape.csv());
        this.timestamp = dms(columns, columns.timestamp(), shape.csv());
        this.sequence = dms(columns, columns.sequence(), shape.csv());
    }

    private static CsvCells[] cells(List<Column> columns, CsvForm form) {
        return columns.stream().map(column -> new CsvCells(column, form)).toArray(CsvCells[]::new);
    }

    private static @Nullable CsvCells dms(CsvColumns columns, int field, CsvForm form) {
        return field < 0
                ? null
                : new CsvCells(Column.nullable(columns.names().get(field), DataType.of(DataType.Kind.STRING)), form);
    }

    CsvColumns columns() {
        return columns;
    }

    int size() {
        return size;
    }

    /** Of text, as it stands in the file. */
    long bytes() {
        return bytes;
    }

    /** Adds the row at hand. @throws BadRow if it cannot be; then nothing of it stays */
    void add(CsvSplitter fields, long number) {
        int row = size;
        reserve(row);
        Operation operation = operation(fields);
        Operation happened = operation == null ? Operation.INSERT : operation;
        Instant time = time(fields, row);
        checkSequence(fields, row);
        long doubtful = set(own, columns.own(), fields, row, happened);
        doubtful += setBefore(fields, row, happened);
        rules.settle(own, before, row, happened);

        operations[row] = (byte) happened.ordinal();
        recorded[row] = operation != null;
        seconds[row] = time == null ? 0 : time.getEpochSecond();
        nanos[row] = time == null ? -1 : time.getNano();
        numbers[row] = number;
        emptyOrNull += doubtful;
        bytes += fields.rowBytes();
        size++;
    }

    /** As {@link #add(CsvSplitter, long)}, and the row must tell when it was committed. */
    void addCommitted(CsvSplitter fields, long number) {
        long doubtful = emptyOrNull;
        add(fields, number);
        CsvCells sequences = sequence;
        int row = size - 1;
        if (nanos[row] < 0 && (sequences == null || !sequences.isFilled(row))) {
            size--;
            bytes -= fields.rowBytes();
            emptyOrNull = doubtful;
            throw new BadRow("it has neither a commit time nor a change sequence.", BadRow.DAMAGED);
        }
    }

    private static long set(CsvCells[] cells, List<Integer> places, CsvSplitter fields, int row, Operation operation) {
        long doubtful = 0;
        for (int i = 0; i < cells.length; i++) {
            cells[i].set(row, fields, places.get(i), operation == Operation.INSERT);
            doubtful += cells[i].ambiguous() && operation != Operation.DELETE ? 1 : 0;
        }

        return doubtful;
    }

    /** An empty field without quotes may be an empty text of the key before, or no before-image at all; it is read as none. */
    private long setBefore(CsvSplitter fields, int row, Operation operation) {
        set(before, columns.before(), fields, row, operation);
        boolean given = false;
        long doubtful = 0;
        for (CsvCells image : before) {
            given |= image.isGiven(row);
            doubtful += image.isBareEmpty(row) || image.ambiguous() ? 1 : 0;
        }

        return given || operation != Operation.UPDATE ? 0 : doubtful;
    }

    private @Nullable Operation operation(CsvSplitter fields) {
        int place = columns.op();
        if (place < 0) {
            return null;
        }
        if (fields.length(place) == 0) {
            if (source.isLoad()) {
                return null;
            }

            throw new BadRow("column '" + RowShape.OP_COLUMN + "' is empty.", BadRow.DAMAGED);
        }

        return RowRules.operation(source.isLoad(), fields.text(place));
    }

    private @Nullable Instant time(CsvSplitter fields, int row) {
        CsvCells cells = timestamp;
        if (cells == null) {
            return null;
        }

        cells.set(row, fields, columns.timestamp(), false);
        return cells.isFilled(row) ? RowRules.time(cells.column().name(), cells.text(row)) : null;
    }

    private void checkSequence(CsvSplitter fields, int row) {
        CsvCells cells = sequence;
        if (cells == null) {
            return;
        }

        cells.set(row, fields, columns.sequence(), false);
        String name = cells.column().name();
        if (cells.isFilled(row)) {
            RowRules.demandSequence(name, cells.text(row));
        } else if (!source.isLoad()) {
            throw RowRules.noSequence(name);
        }
    }

    private void reserve(int row) {
        if (row < operations.length) {
            return;
        }

        int length = row * 2;
        operations = Arrays.copyOf(operations, length);
        recorded = Arrays.copyOf(recorded, length);
        seconds = Arrays.copyOf(seconds, length);
        nanos = Arrays.copyOf(nanos, length);
        numbers = Arrays.copyOf(numbers, length);
    }

    /** Fields that may have been null or empty, of all rows added so far. */
    long emptyOrNull() {
        return emptyOrNull;
    }

    /** What is delivered of {@link #batch}. */
    Selection selection() {
        return selection;
    }

    /** The rows added since the last batch, with all columns. */
    VectorBatch batch() {
        long[] rows = Arrays.copyOf(numbers, size);
        VectorBatch batch = new VectorBatch(
                table,
                columns.table(),
                source,
                row -> rows[row],
                Arrays.copyOf(operations, size),
                Arrays.copyOf(recorded, size),
                timestamp == null ? new long[0] : Arrays.copyOf(seconds, size),
                timestamp == null ? new int[0] : Arrays.copyOf(nanos, size),
                sequence == null ? null : sequence.vector(size),
                vectors(own),
                vectors(before));
        size = 0;
        bytes = 0;
        return batch;
    }

    private CellVector[] vectors(CsvCells[] cells) {
        return Arrays.stream(cells).map(column -> column.vector(size)).toArray(CellVector[]::new);
    }
}
