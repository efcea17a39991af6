package io.convergence.merge;

import io.convergence.TableId;
import io.convergence.change.CellState;
import io.convergence.change.ChangePosition;
import io.convergence.change.ChangeRecord;
import io.convergence.change.ChangeSequence;
import io.convergence.change.Operation;
import io.convergence.change.RowImage;
import io.convergence.change.RowOrigin;
import io.convergence.schema.Bytes;
import io.convergence.schema.Column;
import io.convergence.schema.DataType;
import io.convergence.schema.TableSchema;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Changes of a small table {@code public.t (id, a, b, big, added)}, written by hand. */
final class Sample {
    static final TableId TABLE = TableId.of("public", "t");
    static final Column ID = Column.required("id", DataType.of(DataType.Kind.INT8));
    static final Column A = Column.nullable("a", DataType.wstring(40));
    static final Column B = Column.nullable("b", DataType.of(DataType.Kind.INT4));
    static final Column BIG = Column.nullable("big", DataType.of(DataType.Kind.NCLOB));
    static final TableSchema SCHEMA = new TableSchema(TABLE, List.of(ID, A, B, BIG), List.of("id"));
    static final MergePolicy POLICY = MergePolicy.of(SCHEMA);
    static final Instant GENERATION = Instant.parse("2026-01-01T00:00:00Z");
    static final Instant RUN = Instant.parse("2026-01-01T00:10:00Z");
    /** Marks a cell whose value the source did not log. */
    static final Object UNKNOWN = new Object();

    private static final DateTimeFormatter TIME_PART =
            DateTimeFormatter.ofPattern("yyyyMMddHHmmss").withZone(ZoneOffset.UTC);

    private Sample() {}

    static Instant commit(int transaction) {
        return RUN.plusSeconds(transaction);
    }

    static String file(int transaction) {
        return "cdc/20260101-" + (1000 + transaction) + ".parquet";
    }

    /** A change of the transaction; the counter orders changes, also across transactions. */
    static ChangePosition at(int transaction, int counter) {
        var sequence =
                new ChangeSequence(TIME_PART.format(commit(transaction)) + "00" + String.format("%019d", counter));
        return new ChangePosition.Sequenced(
                GENERATION, sequence, RUN, commit(transaction).plusSeconds(60), counter);
    }

    static ChangePosition loadAt(int row) {
        return new ChangePosition.Load(GENERATION, "", 1, row);
    }

    static Map<Column, Object> cells(Object... alternating) {
        var cells = new LinkedHashMap<Column, Object>();
        for (int i = 0; i < alternating.length; i += 2) {
            cells.put((Column) alternating[i], alternating[i + 1]);
        }
        return cells;
    }

    static Map<Column, Object> row(long id, Object a, Object b, Object big) {
        return cells(ID, id, A, a, B, b, BIG, big);
    }

    static ChangeRecord load(int number, Map<Column, Object> row) {
        return new Row(
                Operation.INSERT,
                loadAt(number),
                "LOAD00000001.parquet",
                number,
                RUN.plusMillis(number),
                row,
                Map.of());
    }

    static ChangeRecord insert(int transaction, int counter, Map<Column, Object> row) {
        return cdc(Operation.INSERT, transaction, counter, row, Map.of());
    }

    static ChangeRecord update(int transaction, int counter, Map<Column, Object> row) {
        return cdc(Operation.UPDATE, transaction, counter, row, Map.of());
    }

    static ChangeRecord delete(int transaction, int counter, long id) {
        return cdc(Operation.DELETE, transaction, counter, cells(ID, id), Map.of());
    }

    static ChangeRecord move(int transaction, int counter, long from, Map<Column, Object> row) {
        return move(transaction, counter, cells(ID, from), row);
    }

    static ChangeRecord move(int transaction, int counter, Map<Column, Object> before, Map<Column, Object> row) {
        return cdc(Operation.UPDATE, transaction, counter, row, before);
    }

    static ChangeRecord cdc(
            Operation operation, int transaction, int counter, Map<Column, Object> row, Map<Column, Object> before) {
        return new Row(
                operation, at(transaction, counter), file(transaction), counter, commit(transaction), row, before);
    }

    static MergeKey key(long id) {
        return MergeKey.of(id);
    }

    static MergeResult.Merged merged(MergeResult result) {
        if (result instanceof MergeResult.Merged merged) {
            return merged;
        }
        throw new AssertionError("Not merged: " + result);
    }

    /** What the table shows: rows by key, cells by name, unknown cells as "?". */
    static Map<Object, Map<String, Object>> shown(Iterable<? extends StoredRow> rows) {
        var shown = new LinkedHashMap<Object, Map<String, Object>>();
        for (StoredRow row : rows) {
            if (row instanceof LiveRow live) {
                var cells = new LinkedHashMap<String, Object>();
                for (int i = 0; i < live.cells().layout().size(); i++) {
                    Object value = live.cells().state(i) == CellState.UNKNOWN
                            ? "?"
                            : live.cells().published(i);
                    cells.put(live.cells().columns().get(i).name(), value);
                }
                shown.put(row.key().values().get(0), cells);
            }
        }
        return shown;
    }

    /** A record over a map; columns that are not in the map are absent. */
    record Row(
            Operation operation,
            ChangePosition position,
            String file,
            long fileRow,
            Instant time,
            Map<Column, Object> row,
            Map<Column, Object> old)
            implements ChangeRecord {
        @Override
        public TableId table() {
            return TABLE;
        }

        @Override
        public Optional<Operation> recordedOperation() {
            return Optional.of(operation);
        }

        @Override
        public RowOrigin origin() {
            return new RowOrigin(file, fileRow);
        }

        @Override
        public Optional<Instant> timestamp() {
            return Optional.ofNullable(time);
        }

        @Override
        public Optional<ChangeSequence> sequence() {
            return position instanceof ChangePosition.Sequenced sequenced
                    ? Optional.of(sequenced.sequence())
                    : Optional.empty();
        }

        @Override
        public RowImage image() {
            return new Image(row);
        }

        @Override
        public Optional<RowImage> before() {
            return old.isEmpty() ? Optional.empty() : Optional.of(new Image(old));
        }

        Row withPosition(ChangePosition other) {
            return new Row(operation, other, file, fileRow, time, row, old);
        }

        /** As of a task that does no full load. */
        Row withoutLoad() {
            var s = (ChangePosition.Sequenced) position;
            return withPosition(
                    new ChangePosition.Sequenced(Instant.EPOCH, s.sequence(), s.run(), s.fileInstant(), s.row()));
        }

        Row withoutBefore() {
            return new Row(operation, position, file, fileRow, time, row, Map.of());
        }

        /** The same change in a file written again. */
        Row again(String otherFile, Instant fileInstant, long otherRow) {
            ChangePosition other = position instanceof ChangePosition.Sequenced s
                    ? new ChangePosition.Sequenced(s.generation(), s.sequence(), s.run(), fileInstant, otherRow)
                    : position;
            return new Row(operation, other, position.equals(other) ? file : otherFile, otherRow, time, row, old);
        }
    }

    private static final class Image implements RowImage {
        private final List<Column> columns;
        private final List<Object> values;

        Image(Map<Column, Object> cells) {
            this.columns = List.copyOf(cells.keySet());
            this.values = new ArrayList<>(cells.values());
        }

        @Override
        public List<Column> columns() {
            return columns;
        }

        @Override
        public int indexOf(String column) {
            for (int i = 0; i < columns.size(); i++) {
                if (columns.get(i).name().equals(column)) {
                    return i;
                }
            }
            return -1;
        }

        @Override
        public CellState state(int column) {
            Object value = values.get(column);
            if (value == UNKNOWN) {
                return CellState.UNKNOWN;
            }
            return value == null ? CellState.NULL : CellState.PRESENT;
        }

        @Override
        public Object value(int column) {
            return values.get(column);
        }

        @Override
        public boolean booleanValue(int column) {
            return (Boolean) value(column);
        }

        @Override
        public long longValue(int column) {
            return (Long) value(column);
        }

        @Override
        public float floatValue(int column) {
            return (Float) value(column);
        }

        @Override
        public double doubleValue(int column) {
            return (Double) value(column);
        }

        @Override
        public BigDecimal decimalValue(int column) {
            return (BigDecimal) value(column);
        }

        @Override
        public String textValue(int column) {
            return (String) value(column);
        }

        @Override
        public Bytes bytesValue(int column) {
            return (Bytes) value(column);
        }

        @Override
        public LocalDate dateValue(int column) {
            return (LocalDate) value(column);
        }

        @Override
        public LocalTime timeValue(int column) {
            return (LocalTime) value(column);
        }

        @Override
        public LocalDateTime dateTimeValue(int column) {
            return (LocalDateTime) value(column);
        }
    }
}
