package io.convergence.change;

import io.convergence.TableId;
import io.convergence.schema.Column;
import io.convergence.target.RowShape;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.parquet.column.ColumnReader;
import org.jspecify.annotations.Nullable;

/** Reads a Parquet file's rows, of one raw file or of several in turn, as batches. */
final class ParquetCursor implements ChangeCursor {
    /** Rows wider than this times the batch's rows make smaller batches. */
    private static final long BATCH_BYTES = 32L << 20;

    private final TableId table;
    private final RowRules rules;
    private final ParquetSource file;
    private final FileColumns columns;
    private final List<RowSource> sources;
    private final int batchRows;
    private final List<CellReader> own = new ArrayList<>();
    private final List<CellReader> before = new ArrayList<>();
    private final @Nullable CellReader op;
    private final @Nullable CellReader timestamp;
    private final @Nullable CellReader sequence;

    private final CommitTimeReader commitTime = new CommitTimeReader();
    private final List<FileColumns.Source> all = new ArrayList<>();
    private ColumnReader[] readers = {};
    private long rowOfFile;
    private long delivered;
    private long leftInGroup;
    private int batchOfGroup;
    private int source;
    private boolean failed;
    private boolean closed;

    /** @param sources in order, covering all rows of the file */
    ParquetCursor(
            TableId table,
            RowShape shape,
            ParquetSource file,
            FileColumns columns,
            List<RowSource> sources,
            int batchRows) {
        this.table = table;
        this.rules = new RowRules(shape, columns.table());
        this.file = file;
        this.columns = columns;
        this.sources = sources;
        this.batchRows = batchRows;
        columns.own().forEach(column -> own.add(column.newReader()));
        columns.before().forEach(column -> before.add(column.newReader()));
        all.addAll(columns.own());
        all.addAll(columns.before());
        this.op = register(columns.op());
        this.timestamp = register(columns.timestamp());
        this.sequence = register(columns.sequence());
    }

    private @Nullable CellReader register(FileColumns.@Nullable Source column) {
        if (column == null) {
            return null;
        }

        all.add(column);
        return column.newReader();
    }

    @Override
    public List<Column> columns() {
        return columns.table().own();
    }

    @Override
    public ReadCounts counts() {
        return new ReadCounts(delivered, 0, 0, 0);
    }

    @Override
    public Optional<ChangeBatch> next() {
        if (closed || failed) {
            throw new IllegalStateException(
                    "Cannot read on in '" + file.key() + "': the cursor " + (closed ? "is closed." : "failed before."));
        }

        boolean done = false;
        try {
            Optional<ChangeBatch> batch = advance();
            done = true;
            return batch;
        } finally {
            failed = !done;
        }
    }

    private Optional<ChangeBatch> advance() {
        while (true) {
            while (source < sources.size() && rowOfFile >= sources.get(source).end()) {
                source++;
            }
            if (source >= sources.size()) {
                return Optional.empty();
            }
            if (leftInGroup == 0 && !openGroup()) {
                throw RawFileException.ofFile(
                        file.key(), "it ends at row " + rowOfFile + ", more rows are recorded.", BadRow.DAMAGED, null);
            }
            if (leftInGroup == 0) {
                continue;
            }

            RowSource current = sources.get(source);
            long most = Math.min(leftInGroup, current.end() - rowOfFile);
            if (current.context() == null) {
                int count = (int) Math.min(most, Integer.MAX_VALUE);
                skip(count);
                advanceBy(count);
                continue;
            }

            int count = (int) Math.min(most, batchOfGroup);
            VectorBatch batch = read(current, count);
            advanceBy(count);
            delivered += count;
            return Optional.of(batch);
        }
    }

    private void advanceBy(int count) {
        rowOfFile += count;
        leftInGroup -= count;
    }

    /** Moves to the next row group; one that holds only skipped rows is passed without reading it. */
    private boolean openGroup() {
        int next = file.group() + 1;
        if (next >= file.groups()) {
            return false;
        }

        long rows = file.rowsOfGroup(next);
        if (rows == 0 || isSkipped(rowOfFile, rowOfFile + rows)) {
            file.skipGroup();
            rowOfFile += rows;
            return true;
        }

        file.loadGroup();
        readers = new ColumnReader[all.size()];
        for (int i = 0; i < readers.length; i++) {
            readers[i] = file.column(all.get(i).descriptor());
        }
        long rowBytes = Math.max(1, file.bytesOfGroup() / rows);
        batchOfGroup = (int) Math.max(1, Math.min(batchRows, BATCH_BYTES / rowBytes));
        leftInGroup = rows;
        return true;
    }

    private boolean isSkipped(long from, long to) {
        for (int i = source; i < sources.size() && sources.get(i).firstRow() < to; i++) {
            RowSource candidate = sources.get(i);
            if (candidate.end() > from && candidate.context() != null) {
                return false;
            }
        }

        return true;
    }

    private void skip(int count) {
        for (int i = 0; i < readers.length; i++) {
            ColumnReader reader = readers[i];
            int maxDefinition = all.get(i).descriptor().getMaxDefinitionLevel();
            ParquetSource.guard(file.key(), file.where(all.get(i).descriptor()), () -> {
                CellReader.skip(reader, count, maxDefinition);
                return count;
            });
        }
    }

    private VectorBatch read(RowSource current, int count) {
        long firstRow = rowOfFile - current.firstRow();
        int at = 0;
        CellVector[] cells = new CellVector[own.size()];
        for (int i = 0; i < cells.length; i++) {
            cells[i] = read(current, own.get(i), at++, count);
        }
        CellVector[] images = new CellVector[before.size()];
        for (int i = 0; i < images.length; i++) {
            images[i] = read(current, before.get(i), at++, count);
        }
        CellVector letters = op == null ? null : read(current, op, at++, count);
        CellVector times = timestamp == null ? null : read(current, timestamp, at++, count);
        CellVector sequences = sequence == null ? null : read(current, sequence, at, count);

        byte[] operations = new byte[count];
        boolean[] recorded = new boolean[count];
        long[] seconds = times == null ? new long[0] : new long[count];
        int[] nanos = times == null ? new int[0] : new int[count];
        for (int row = 0; row < count; row++) {
            try {
                Operation operation = operation(current, letters, row);
                recorded[row] = operation != null;
                Operation happened = operation == null ? Operation.INSERT : operation;
                operations[row] = (byte) happened.ordinal();
                if (times != null && times.read(row, commitTime)) {
                    seconds[row] = commitTime.seconds();
                    nanos[row] = commitTime.nanos();
                } else if (times != null) {
                    Instant time = time(times, row);
                    seconds[row] = time == null ? 0 : time.getEpochSecond();
                    nanos[row] = time == null ? -1 : time.getNano();
                }
                if (sequences != null) {
                    checkSequence(current, sequences, row);
                }
                rules.settle(cells, images, row, happened);
            } catch (BadRow e) {
                throw e.in(current.file().key(), firstRow + row);
            }
        }

        return new VectorBatch(
                table,
                columns.table(),
                current,
                row -> firstRow + row,
                operations,
                recorded,
                seconds,
                nanos,
                sequences,
                cells,
                images);
    }

    private CellVector read(RowSource current, CellReader cells, int at, int count) {
        FileColumns.Source column = all.get(at);
        ColumnReader reader = readers[at];
        String where = file.where(column.descriptor()) + " from row " + rowOfFile;
        return ParquetSource.guard(file.key(), where, () -> {
            try {
                if (!current.has(column.physicalName())) {
                    CellReader.skip(reader, count, column.descriptor().getMaxDefinitionLevel());
                    return cells.absent(count);
                }

                return cells.read(reader, count);
            } catch (CellReader.BadValue e) {
                throw RawFileException.ofRow(file.key(), rowOfFile + e.index(), e.reason() + ".", BadRow.DAMAGED, null);
            }
        });
    }

    /** The recorded operation; null where the file rightly has none. */
    private static @Nullable Operation operation(RowSource current, @Nullable CellVector letters, int row) {
        if (letters == null || letters.state(row) == CellState.ABSENT) {
            return null;
        }
        if (letters.isNull(row)) {
            if (current.isLoad()) {
                return null;
            }

            throw new BadRow("column '" + RowShape.OP_COLUMN + "' is null.", BadRow.DAMAGED);
        }

        Operation operation = Operation.of(letters.onlyByte(row));
        boolean plain = operation != null && (operation == Operation.INSERT || !current.isLoad());
        return plain ? operation : RowRules.operation(current.isLoad(), letters.textValue(row));
    }

    private static @Nullable Instant time(CellVector times, int row) {
        if (!times.isFilled(row)) {
            return null;
        }
        if (!times.column().type().kind().text()) {
            return times.dateTimeValue(row).toInstant(ZoneOffset.UTC);
        }

        return RowRules.time(times.column().name(), times.textValue(row));
    }

    private static void checkSequence(RowSource current, CellVector sequences, int row) {
        String column = sequences.column().name();
        if (sequences.isFilled(row)) {
            RowRules.demandSequence(column, sequences.textValue(row));
        } else if (!current.isLoad() && sequences.state(row) != CellState.ABSENT) {
            throw RowRules.noSequence(column);
        }
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            file.close();
        }
    }
}
