package io.convergence.change;

import io.convergence.TableId;
import io.convergence.schema.Column;
import io.convergence.target.NullOnUpdate;
import io.convergence.target.RowShape;
import java.time.DateTimeException;
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

    private static final String DAMAGED = "The file is damaged or not DMS's: restore it or reload the table.";

    private final TableId table;
    private final RowShape shape;
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
        this.shape = shape;
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
        return columns.ownColumns();
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
                        file.key(), "it ends at row " + rowOfFile + ", more rows are recorded.", DAMAGED, null);
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
            Operation operation = operation(current, letters, row, firstRow);
            recorded[row] = operation != null;
            operations[row] = (byte) (operation == null ? Operation.INSERT : operation).ordinal();
            if (times != null && times.read(row, commitTime)) {
                seconds[row] = commitTime.seconds();
                nanos[row] = commitTime.nanos();
            } else if (times != null) {
                Instant time = time(current, times, row, firstRow);
                seconds[row] = time == null ? 0 : time.getEpochSecond();
                nanos[row] = time == null ? -1 : time.getNano();
            }
            if (sequences != null) {
                checkSequence(current, sequences, row, firstRow);
            }
        }

        settleUpdates(current, cells, operations, firstRow);
        settleKeyOnlyDeletes(cells, operations);
        settleBefore(images, count);
        return new VectorBatch(
                table, columns, current, firstRow, operations, recorded, seconds, nanos, sequences, cells, images);
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
                throw RawFileException.ofRow(file.key(), rowOfFile + e.index(), e.reason() + ".", DAMAGED, null);
            }
        });
    }

    /** The recorded operation; null where the file rightly has none. */
    private @Nullable Operation operation(RowSource current, @Nullable CellVector letters, int row, long firstRow) {
        if (letters == null || letters.state(row) == CellState.ABSENT) {
            return null;
        }
        if (letters.isNull(row)) {
            if (current.isLoad()) {
                return null;
            }

            throw bad(current, firstRow + row, "column '" + RowShape.OP_COLUMN + "' is null.");
        }

        Operation operation = Operation.of(letters.onlyByte(row));
        if (operation == null) {
            throw bad(
                    current,
                    firstRow + row,
                    "column '" + RowShape.OP_COLUMN + "' is '" + shorten(letters.textValue(row))
                            + "', which is none of I, U, D.");
        }
        if (current.isLoad() && operation != Operation.INSERT) {
            throw bad(
                    current,
                    firstRow + row,
                    "column '" + RowShape.OP_COLUMN + "' is '" + operation.letter()
                            + "' in a full load, which only inserts.");
        }

        return operation;
    }

    private @Nullable Instant time(RowSource current, CellVector times, int row, long firstRow) {
        if (!times.isFilled(row)) {
            return null;
        }
        if (!times.column().type().kind().text()) {
            return times.dateTimeValue(row).toInstant(ZoneOffset.UTC);
        }

        String text = times.textValue(row);
        try {
            return CommitTime.parse(text);
        } catch (DateTimeException e) {
            throw bad(
                    current,
                    firstRow + row,
                    "timestamp column '" + times.column().name() + "' is '" + shorten(text) + "': " + e.getMessage()
                            + ".");
        }
    }

    private static void checkSequence(RowSource current, CellVector sequences, int row, long firstRow) {
        if (!sequences.isFilled(row)) {
            if (current.isLoad() || sequences.state(row) == CellState.ABSENT) {
                return;
            }

            throw bad(
                    current,
                    firstRow + row,
                    "sequence column '" + sequences.column().name() + "' is empty in a change.");
        }

        String text = sequences.textValue(row);
        try {
            new ChangeSequence(text).commitTime();
        } catch (IllegalArgumentException e) {
            throw bad(
                    current,
                    firstRow + row,
                    "sequence column '" + sequences.column().name() + "' is '" + shorten(text)
                            + "', which is no change sequence.");
        }
    }

    /** Rule S8: what a null in an update means is declared by column. */
    private void settleUpdates(RowSource current, CellVector[] cells, byte[] operations, long firstRow) {
        for (CellVector vector : cells) {
            NullOnUpdate meaning = shape.nullOnUpdate(vector.column().name());
            if (meaning == NullOnUpdate.NULL) {
                continue;
            }
            for (int row = 0; row < operations.length; row++) {
                if (operations[row] != Operation.UPDATE.ordinal() || !vector.isNull(row)) {
                    continue;
                }
                if (meaning == NullOnUpdate.REFUSE) {
                    throw RawFileException.ofRow(
                            current.file().key(),
                            firstRow + row,
                            "column '" + vector.column().name()
                                    + "' is null in an update, and whether the source set it to null or did not log it cannot be told.",
                            "Let the source log all columns, or declare what a null in this column means.",
                            null);
                }
                vector.mark(row, CellState.UNKNOWN);
            }
        }
    }

    /**
     * Rule S8: a delete whose cells outside the key are all null logged only the key. A full image of a row whose cells
     * are all null looks the same and loses nothing by it. Without a schema with a key they stay null.
     */
    private void settleKeyOnlyDeletes(CellVector[] cells, byte[] operations) {
        int[] nonKey = columns.nonKey();
        if (nonKey.length == 0) {
            return;
        }
        for (int row = 0; row < operations.length; row++) {
            if (operations[row] != Operation.DELETE.ordinal()) {
                continue;
            }

            boolean keyOnly = true;
            for (int column : nonKey) {
                keyOnly &= cells[column].state(row) != CellState.PRESENT;
            }
            for (int i = 0; keyOnly && i < nonKey.length; i++) {
                cells[nonKey[i]].mark(row, CellState.ABSENT);
            }
        }
    }

    /** DMS fills before-images of the whole key or of none: an empty text among filled ones is a value, alone it is none. */
    private static void settleBefore(CellVector[] images, int count) {
        for (int row = 0; row < count; row++) {
            boolean filled = false;
            for (CellVector image : images) {
                filled |= image.isFilled(row);
            }
            for (CellVector image : images) {
                if (!filled || image.isNull(row)) {
                    image.mark(row, CellState.ABSENT);
                }
            }
        }
    }

    private static RawFileException bad(RowSource current, long row, String reason) {
        return RawFileException.ofRow(current.file().key(), row, reason, DAMAGED, null);
    }

    private static String shorten(String text) {
        return text.length() <= 40 ? text : text.substring(0, 40) + "...";
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            file.close();
        }
    }
}
