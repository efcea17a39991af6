package io.convergence.change;

import io.convergence.TableId;
import io.convergence.schema.Column;
import io.convergence.target.RowShape;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.parquet.column.ColumnDescriptor;
import org.jspecify.annotations.Nullable;

/** Reads a Parquet file's rows, of one raw file or of several in turn, as batches. */
final class ParquetCursor implements ChangeCursor {
    /** Rows wider than this times the batch's rows make smaller batches. */
    private static final long BATCH_BYTES = 32L << 20;

    private static final int NO_ROW = -1;

    /** The columns of the table that are read in a row group, and what of them is delivered. */
    private record Width(
            List<CellReader> own,
            List<FileColumns.Source> sources,
            TableColumns table,
            RowRules rules,
            Selection selection) {}

    private final TableId table;
    private final RowShape shape;
    private final ParquetSource file;
    private final FileColumns columns;
    private final List<RowSource> sources;
    private final int batchRows;
    private final ChangeFilter filter;
    private final boolean takesEverything;
    private final GroupStatistics statistics;
    private final BadInputLog badInput;
    private final Width complete;
    private final Width narrow;
    private final @Nullable CellReader op;
    private final @Nullable CellReader timestamp;
    private final @Nullable CellReader sequence;
    private final @Nullable CellReader mask;
    private final List<CellReader> before = new ArrayList<>();

    private final CommitTimeReader commitTime = new CommitTimeReader();
    /** Whose time was read last, if that went well. */
    private int timeRow = NO_ROW;

    private Width width;
    private List<FileColumns.Source> loaded = List.of();
    private ChunkCursor[] chunks = {};
    private long rowOfFile;
    private long delivered;
    private long leftInGroup;
    private int batchOfGroup;
    private int source;
    private boolean failed;
    private boolean ended;
    private boolean closed;

    /**
     * @param sources in order, covering all rows of the file
     * @throws IllegalArgumentException if the filter does not fit the columns
     */
    ParquetCursor(
            TableId table,
            RowShape shape,
            ParquetSource file,
            FileColumns columns,
            List<RowSource> sources,
            ChangeReadOptions options) {
        this.table = table;
        this.shape = shape;
        this.file = file;
        this.columns = columns;
        this.sources = sources;
        this.batchRows = options.batchRows();
        this.filter = options.filter();
        this.takesEverything = filter.takesAll();
        this.statistics = new GroupStatistics(file, columns, filter);
        this.badInput = new BadInputLog(options);
        Selection selection = Selection.of(options, columns.table(), shape);
        this.complete = new Width(
                readers(columns.own()),
                columns.own(),
                columns.table(),
                new RowRules(shape, columns.table()),
                selection);
        this.narrow = selection.allColumns() ? complete : narrowed(options, selection);
        this.width = complete;
        this.op = newReader(columns.op());
        this.timestamp = newReader(columns.timestamp());
        this.sequence = newReader(columns.sequence());
        this.mask = newReader(columns.mask());
        before.addAll(readers(columns.before()));
    }

    private Width narrowed(ChangeReadOptions options, Selection selection) {
        List<FileColumns.Source> some = selection.needed(columns.table()).stream()
                .map(columns.own()::get)
                .toList();
        TableColumns atHand = TableColumns.of(
                some.stream().map(FileColumns.Source::column).toList(),
                columns.table().before(),
                shape.schema());
        return new Width(
                readers(some), some, atHand, new RowRules(shape, atHand), Selection.of(options, atHand, shape));
    }

    private static List<CellReader> readers(List<FileColumns.Source> columns) {
        return columns.stream().map(FileColumns.Source::newReader).toList();
    }

    private static @Nullable CellReader newReader(FileColumns.@Nullable Source column) {
        return column == null ? null : column.newReader();
    }

    @Override
    public List<Column> columns() {
        return complete.selection().table().own();
    }

    @Override
    public ReadCounts counts() {
        return new ReadCounts(delivered, 0, 0, 0, badInput.report());
    }

    @Override
    public Optional<ChangeBatch> next() {
        if (closed || failed) {
            throw new IllegalStateException(
                    "Cannot read on in '" + file.key() + "': the cursor " + (closed ? "is closed." : "failed before."));
        }
        if (ended) {
            return Optional.empty();
        }

        boolean done = false;
        try {
            Optional<ChangeBatch> batch = advance();
            done = true;
            return batch;
        } catch (RawFileException e) {
            badInput.restOfFile(e, rowOfFile);
            ended = true;
            done = true;
            return Optional.empty();
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
                skip(0, count);
                advanceBy(count);
                continue;
            }

            int count = (int) Math.min(most, batchOfGroup);
            VectorBatch batch = read(current, count);
            advanceBy(count);
            if (batch.size() > 0) {
                delivered += batch.size();
                return Optional.of(batch);
            }
        }
    }

    private void advanceBy(int count) {
        rowOfFile += count;
        leftInGroup -= count;
    }

    /** Moves to the next row group; one that has no rows to deliver is passed without reading it. */
    private boolean openGroup() {
        int next = file.group() + 1;
        if (next >= file.groups()) {
            return false;
        }

        long rows = file.rowsOfGroup(next);
        file.skipGroup();
        if (rows == 0 || isSkipped(rowOfFile, rowOfFile + rows) || !statistics.mayTake(next)) {
            rowOfFile += rows;
            return true;
        }

        width = narrow != complete && deletes(rows) ? complete : narrow;
        loaded = Stream.concat(
                        Stream.of(columns.op(), columns.timestamp(), columns.sequence(), columns.mask())
                                .filter(Objects::nonNull),
                        Stream.concat(width.sources().stream(), columns.before().stream()))
                .toList();
        List<ColumnDescriptor> wanted =
                loaded.stream().map(FileColumns.Source::descriptor).toList();
        file.load(wanted);
        chunks = wanted.stream().map(file::column).toArray(ChunkCursor[]::new);
        long rowBytes = Math.max(1, file.bytesOfGroup(wanted) / rows);
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

    /**
     * Whether the row group at hand holds a delete that is to be delivered. Whether it logged only the key shows in the columns
     * outside the key, selected or not (rule S8).
     */
    private boolean deletes(long rows) {
        FileColumns.Source column = columns.op();
        if (column == null
                || columns.table().nonKey().isEmpty()
                || !filter.operations().contains(Operation.DELETE)) {
            return false;
        }

        return statistics.mayDelete(file.group()).orElseGet(() -> {
            file.load(List.of(column.descriptor()));
            ChunkCursor letters = file.column(column.descriptor());
            CellReader cells = column.newReader();
            for (long left = rows; left > 0; left -= batchRows) {
                int count = (int) Math.min(left, batchRows);
                CellVector some = file.in(column.descriptor(), -1, () -> cells.read(letters, count, fault -> {}));
                for (int row = 0; row < count; row++) {
                    if (some.state(row) == CellState.PRESENT && some.onlyByte(row) == Operation.DELETE.letter()) {
                        return true;
                    }
                }
            }

            return false;
        });
    }

    /** @param first of the loaded columns to be passed over */
    private void skip(int first, int count) {
        for (int i = first; i < chunks.length; i++) {
            ChunkCursor chunk = chunks[i];
            ColumnDescriptor descriptor = loaded.get(i).descriptor();
            file.in(descriptor, -1, () -> {
                chunk.skip(count);
                return count;
            });
        }
    }

    /** The rows among the next ones that are to be delivered. */
    private VectorBatch read(RowSource current, int count) {
        RowFaults faults = new RowFaults(current.file().key(), rowOfFile - current.firstRow(), badInput.quarantines());
        int at = 0;
        CellVector letters = op == null ? null : read(current, op, at++, count, faults);
        CellVector times = timestamp == null ? null : read(current, timestamp, at++, count, faults);
        CellVector sequences = sequence == null ? null : read(current, sequence, at++, count, faults);
        CellVector masks = mask == null ? null : readMask(mask, at++, count);

        byte[] operations = new byte[count];
        boolean[] recorded = new boolean[count];
        long[] seconds = times == null ? new long[0] : new long[count];
        int[] nanos = times == null ? new int[0] : new int[count];
        boolean[] taken = new boolean[count];
        timeRow = NO_ROW;
        boolean any = false;
        for (int row = 0; row < count; row++) {
            try {
                Operation operation = operation(current, letters, row);
                recorded[row] = operation != null;
                Operation happened = operation == null ? Operation.INSERT : operation;
                operations[row] = (byte) happened.ordinal();
                if (times != null) {
                    readTime(times, row, seconds, nanos);
                }
                if (sequences != null) {
                    checkSequence(current, sequences, row);
                }
                taken[row] = takes(happened, seconds, nanos, sequences, row);
                any |= taken[row];
            } catch (BadRow e) {
                faults.add(row, e);
            }
        }

        CellVector[] cells = new CellVector[width.own().size()];
        CellVector[] images = new CellVector[before.size()];
        if (any) {
            for (int i = 0; i < cells.length; i++) {
                cells[i] = read(current, width.own().get(i), at++, count, faults);
            }
            for (int i = 0; i < images.length; i++) {
                images[i] = read(current, before.get(i), at++, count, faults);
            }
            if (masks != null) {
                unmask(current, masks, width.sources(), cells);
                unmask(current, masks, columns.before(), images);
            }
            settle(operations, taken, cells, images, faults);
        } else {
            skip(at, count);
            Arrays.setAll(cells, i -> width.own().get(i).absent(count));
            Arrays.setAll(images, i -> before.get(i).absent(count));
        }
        faults.report(badInput);

        long firstRow = rowOfFile - current.firstRow();
        VectorBatch batch = new VectorBatch(
                table,
                width.table(),
                current,
                row -> firstRow + row,
                operations,
                recorded,
                seconds,
                nanos,
                sequences,
                cells,
                images);
        int[] kept = new int[count];
        int keeping = 0;
        for (int row = 0; row < count; row++) {
            boolean keeps = taken[row] && !faults.has(row);
            if (keeps
                    && (takesEverything
                            || filter.ranges().isEmpty()
                            || filter.takesCells(batch.row(row).image()))) {
                kept[keeping++] = row;
            }
        }
        return width.selection().columns(batch.keeping(Arrays.copyOf(kept, keeping)));
    }

    /** The mask is no column of the raw files, so their spans do not name it. */
    private CellVector readMask(CellReader cells, int at, int count) {
        ChunkCursor chunk = chunks[at];
        return file.in(loaded.get(at).descriptor(), rowOfFile, () -> cells.read(chunk, count, null));
    }

    private static void unmask(
            RowSource current, CellVector masks, List<FileColumns.Source> sources, CellVector[] cells) {
        for (int row = 0; row < masks.size(); row++) {
            if (masks.isNull(row)) {
                continue;
            }

            byte[] states = masks.bytesValue(row).toArray();
            for (int i = 0; i < cells.length; i++) {
                int place = current.place(sources.get(i).physicalName());
                if (place >= 0) {
                    CellMask.apply(states, place, cells[i], row);
                }
            }
        }
    }

    /** The rows of one transaction share their time. */
    private void readTime(CellVector times, int row, long[] seconds, int[] nanos) {
        boolean known = row > 0 && timeRow == row - 1 && times.shares(row, row - 1);
        timeRow = NO_ROW;
        if (known) {
            seconds[row] = seconds[row - 1];
            nanos[row] = nanos[row - 1];
        } else if (times.read(row, commitTime)) {
            seconds[row] = commitTime.seconds();
            nanos[row] = commitTime.nanos();
        } else {
            Instant time = time(times, row);
            seconds[row] = time == null ? 0 : time.getEpochSecond();
            nanos[row] = time == null ? -1 : time.getNano();
        }
        timeRow = row;
    }

    private void settle(byte[] operations, boolean[] taken, CellVector[] cells, CellVector[] images, RowFaults faults) {
        for (int row = 0; row < operations.length; row++) {
            if (!taken[row] || faults.has(row)) {
                continue;
            }
            try {
                width.rules().settle(cells, images, row, OPERATIONS[operations[row]]);
            } catch (BadRow e) {
                faults.add(row, e);
            }
        }
    }

    /** Whether the filter takes the row as far as DMS's own columns tell. */
    private boolean takes(Operation operation, long[] seconds, int[] nanos, @Nullable CellVector sequences, int row) {
        if (takesEverything) {
            return true;
        }
        if (!filter.operations().contains(operation)) {
            return false;
        }
        if (filter.asksTime()) {
            boolean missing = seconds.length == 0 || nanos[row] < 0;
            if (!filter.takesTime(missing ? null : Instant.ofEpochSecond(seconds[row], nanos[row]))) {
                return false;
            }
        }

        return !filter.asksSequence()
                || filter.takesSequence(
                        sequences == null || !sequences.isFilled(row) ? null : sequences.textValue(row));
    }

    private CellVector read(RowSource current, CellReader cells, int at, int count, RowFaults faults) {
        FileColumns.Source column = loaded.get(at);
        ChunkCursor chunk = chunks[at];
        return file.in(column.descriptor(), rowOfFile, () -> {
            if (!current.has(column.physicalName())) {
                chunk.skip(count);
                return cells.absent(count);
            }

            return cells.read(chunk, count, faults);
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
        if (sequences.isPlainSequence(row)) {
            return;
        }

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

    private static final Operation[] OPERATIONS = Operation.values();
}
