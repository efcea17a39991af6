package io.convergence.change;

import io.convergence.TableId;
import io.convergence.schema.Column;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.IntToLongFunction;
import org.jspecify.annotations.Nullable;

/** Rows of one raw file in its order, in vectors. */
final class VectorBatch implements ChangeBatch {
    private final TableId table;
    private final TableColumns columns;
    private final RowSource source;
    private final IntToLongFunction rows;
    private final byte[] operations;
    private final boolean[] recorded;
    private final long[] seconds;
    private final int[] nanos;
    private final @Nullable CellVector sequences;
    private final CellVector[] own;
    private final CellVector[] before;

    /**
     * @param rows number in the raw file by row of the batch
     * @param operations ordinal of {@link Operation} by row
     * @param recorded by row, whether the file has the operation's letter
     * @param seconds of the timestamp column since the epoch; empty without that column
     * @param nanos of the second; -1 where the timestamp is missing
     * @param before null-or-empty cells are ABSENT already
     */
    VectorBatch(
            TableId table,
            TableColumns columns,
            RowSource source,
            IntToLongFunction rows,
            byte[] operations,
            boolean[] recorded,
            long[] seconds,
            int[] nanos,
            @Nullable CellVector sequences,
            CellVector[] own,
            CellVector[] before) {
        this.table = table;
        this.columns = columns;
        this.source = source;
        this.rows = rows;
        this.operations = operations;
        this.recorded = recorded;
        this.seconds = seconds;
        this.nanos = nanos;
        this.sequences = sequences;
        this.own = own;
        this.before = before;
    }

    /** These rows, with their places in the file. */
    VectorBatch keeping(int[] kept) {
        if (kept.length == size()) {
            return this;
        }

        byte[] keptOperations = new byte[kept.length];
        boolean[] keptRecorded = new boolean[kept.length];
        long[] keptSeconds = new long[seconds.length == 0 ? 0 : kept.length];
        int[] keptNanos = new int[keptSeconds.length];
        for (int i = 0; i < kept.length; i++) {
            keptOperations[i] = operations[kept[i]];
            keptRecorded[i] = recorded[kept[i]];
            if (keptSeconds.length > 0) {
                keptSeconds[i] = seconds[kept[i]];
                keptNanos[i] = nanos[kept[i]];
            }
        }

        return new VectorBatch(
                table,
                columns,
                source,
                row -> rows.applyAsLong(kept[row]),
                keptOperations,
                keptRecorded,
                keptSeconds,
                keptNanos,
                sequences == null ? null : sequences.keeping(kept),
                keeping(own, kept),
                keeping(before, kept));
    }

    private static CellVector[] keeping(CellVector[] vectors, int[] kept) {
        return Arrays.stream(vectors).map(vector -> vector.keeping(kept)).toArray(CellVector[]::new);
    }

    /** All rows with some of the table's columns. @param places of those, in the order of {@code some} */
    VectorBatch with(TableColumns some, List<Integer> places) {
        CellVector[] vectors = places.stream().map(place -> own[place]).toArray(CellVector[]::new);
        return new VectorBatch(
                table, some, source, rows, operations, recorded, seconds, nanos, sequences, vectors, before);
    }

    /** Of the timestamp column, since the epoch; empty without that column. */
    long[] seconds() {
        return seconds;
    }

    /** Of the second; -1 where the timestamp is missing. */
    int[] nanos() {
        return nanos;
    }

    @Nullable
    CellVector sequences() {
        return sequences;
    }

    @Override
    public TableId table() {
        return table;
    }

    @Override
    public int size() {
        return operations.length;
    }

    @Override
    public List<Column> columns() {
        return columns.own();
    }

    @Override
    public List<Column> beforeColumns() {
        return columns.before();
    }

    @Override
    public ColumnVector column(int index) {
        return own[index];
    }

    @Override
    public Operation operation(int index) {
        return OPERATIONS[operations[index]];
    }

    @Override
    public long sequenceTime(int row) {
        CellVector told = sequences;
        return told != null && source.placesByOwnSequence() ? told.sequenceTime(row) : -1;
    }

    @Override
    public long sequenceCounter(int row) {
        CellVector told = sequences;
        return told == null ? ChangeBatch.super.sequenceCounter(row) : told.sequenceCounter(row);
    }

    @Override
    public ChangeRecord row(int index) {
        return new Row(Objects.checkIndex(index, operations.length));
    }

    private final class Row implements ChangeRecord {
        private final int row;
        /** Made once; a race makes it twice at worst. */
        private @Nullable ChangeSequence sequence;

        Row(int row) {
            this.row = row;
        }

        @Override
        public TableId table() {
            return table;
        }

        @Override
        public Operation operation() {
            return OPERATIONS[operations[row]];
        }

        @Override
        public Optional<Operation> recordedOperation() {
            return recorded[row] ? Optional.of(operation()) : Optional.empty();
        }

        @Override
        public ChangePosition position() {
            return source.position(sequence().orElse(null), rows.applyAsLong(row));
        }

        @Override
        public RowOrigin origin() {
            return new RowOrigin(source.file().key(), rows.applyAsLong(row));
        }

        @Override
        public Optional<Instant> timestamp() {
            boolean missing = seconds.length == 0 || nanos[row] < 0;
            return missing ? Optional.empty() : Optional.of(Instant.ofEpochSecond(seconds[row], nanos[row]));
        }

        @Override
        public Optional<ChangeSequence> sequence() {
            ChangeSequence known = sequence;
            if (known == null && sequences != null && sequences.isFilled(row)) {
                known = new ChangeSequence(sequences.textValue(row));
                sequence = known;
            }
            return Optional.ofNullable(known);
        }

        @Override
        public RowImage image() {
            return new VectorImage(columns.own(), columns.ownIndex(), own, row);
        }

        @Override
        public Optional<RowImage> before() {
            for (CellVector vector : before) {
                if (vector.state(row) == CellState.PRESENT) {
                    return Optional.of(new VectorImage(columns.before(), columns.beforeIndex(), before, row));
                }
            }

            return Optional.empty();
        }

        @Override
        public String toString() {
            return operation() + " of " + table + " in " + origin();
        }
    }

    private static final Operation[] OPERATIONS = Operation.values();
}
