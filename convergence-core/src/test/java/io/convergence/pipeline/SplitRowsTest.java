package io.convergence.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergence.TableId;
import io.convergence.change.CellState;
import io.convergence.change.ChangeBatch;
import io.convergence.change.ChangePosition;
import io.convergence.change.ChangeRecord;
import io.convergence.change.ChangeSequence;
import io.convergence.change.ColumnVector;
import io.convergence.change.Operation;
import io.convergence.change.RowImage;
import io.convergence.change.RowOrigin;
import io.convergence.schema.Bytes;
import io.convergence.schema.Column;
import io.convergence.schema.DataType;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** S18: a compacted file that has a renamed column under both names is read as the raw files are. */
class SplitRowsTest {
    private static final TableId ORDERS = TableId.of("public", "orders");
    private static final List<Column> COLUMNS = List.of(
            Column.required("id", DataType.parse("int8")),
            Column.nullable("old", DataType.parse("string")),
            Column.nullable("new", DataType.parse("string")));

    private final SplitRows split = new SplitRows(Declarations.of(ORDERS).renamed("old", "new"));

    /** Which of the two columns the row has. */
    private record Image(boolean hasOld, boolean hasNew) implements RowImage {
        @Override
        public List<Column> columns() {
            return COLUMNS;
        }

        @Override
        public CellState state(int column) {
            return column == 0 || (column == 1 ? hasOld : hasNew) ? CellState.PRESENT : CellState.ABSENT;
        }

        @Override
        public Object value(int column) {
            throw new UnsupportedOperationException();
        }

        @Override
        public int indexOf(String column) {
            return COLUMNS.stream().map(Column::name).toList().indexOf(column);
        }

        @Override
        public boolean booleanValue(int column) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long longValue(int column) {
            throw new UnsupportedOperationException();
        }

        @Override
        public float floatValue(int column) {
            throw new UnsupportedOperationException();
        }

        @Override
        public double doubleValue(int column) {
            throw new UnsupportedOperationException();
        }

        @Override
        public BigDecimal decimalValue(int column) {
            throw new UnsupportedOperationException();
        }

        @Override
        public String textValue(int column) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Bytes bytesValue(int column) {
            throw new UnsupportedOperationException();
        }

        @Override
        public LocalDate dateValue(int column) {
            throw new UnsupportedOperationException();
        }

        @Override
        public LocalTime timeValue(int column) {
            throw new UnsupportedOperationException();
        }

        @Override
        public LocalDateTime dateTimeValue(int column) {
            throw new UnsupportedOperationException();
        }
    }

    private record Row(RowImage image) implements ChangeRecord {
        @Override
        public TableId table() {
            return ORDERS;
        }

        @Override
        public Operation operation() {
            return Operation.UPDATE;
        }

        @Override
        public Optional<Operation> recordedOperation() {
            return Optional.empty();
        }

        @Override
        public ChangePosition position() {
            throw new UnsupportedOperationException();
        }

        @Override
        public RowOrigin origin() {
            throw new UnsupportedOperationException();
        }

        @Override
        public Optional<Instant> timestamp() {
            return Optional.empty();
        }

        @Override
        public Optional<ChangeSequence> sequence() {
            return Optional.empty();
        }

        @Override
        public Optional<RowImage> before() {
            return Optional.empty();
        }
    }

    private record Rows(List<Row> rows) implements ChangeBatch {
        @Override
        public TableId table() {
            return ORDERS;
        }

        @Override
        public int size() {
            return rows.size();
        }

        @Override
        public List<Column> columns() {
            return COLUMNS;
        }

        @Override
        public List<Column> beforeColumns() {
            return List.of();
        }

        @Override
        public ColumnVector column(int index) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Operation operation(int row) {
            return rows.get(row).operation();
        }

        @Override
        public ChangeRecord row(int index) {
            return rows.get(index);
        }
    }

    /** Each batch by the name of its column and the number of its rows; rows: o has the old name, n the new one, d neither. */
    private List<String> parts(String rows) {
        List<Row> all = rows.chars()
                .mapToObj(row -> new Row(new Image(row == 'o', row == 'n')))
                .toList();
        List<String> parts = new ArrayList<>();
        split.of(new Rows(all)).forEach(part -> parts.add(part.columns().get(1).name() + " " + part.size()));
        return parts;
    }

    @Test
    void s18EachRowHasTheColumnUnderTheNameItsRawFileHad() {
        assertThat(parts("oonn")).containsExactly("old 2", "new 2");
    }

    /** A delete may tell its key alone. */
    @Test
    void s18ARowThatHasTheColumnUnderNeitherNameIsOfTheFileThatTheRowBeforeItIsOf() {
        assertThat(parts("odonndndd")).containsExactly("old 3", "new 6");
        assertThat(parts("dn")).as("the rows go on in the next batch").containsExactly("new 2");
        split.endFile();
        assertThat(parts("do")).as("another file").containsExactly("old 2");
    }
}
