package io.convergence.change;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import io.convergence.TableId;
import io.convergence.raw.FileContext;
import io.convergence.raw.RawFile;
import io.convergence.raw.RawFormat;
import io.convergence.schema.Bytes;
import io.convergence.schema.Column;
import io.convergence.schema.DataType;
import io.convergence.schema.TableSchema;
import io.convergence.target.NullOnUpdate;
import io.convergence.target.RowShape;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.parquet.io.api.Binary;
import org.junit.jupiter.api.Test;

class TypedViewsTest {
    private static final TableId ORDERS = TableId.of("public", "orders");
    private static final Instant FLUSHED = Instant.parse("2024-06-12T10:31:25.108Z");
    private static final FileContext PLACE = new FileContext(Instant.parse("2024-06-12T10:00:00Z"), FLUSHED);
    private static final String FIELDS =
            "required binary Op (UTF8); optional int64 order_id; optional int32 lines (INT_16); optional binary note (UTF8); optional int32 added;";
    private static final RowShape SHAPE = RowShape.plain()
            .withSchema(new TableSchema(
                    ORDERS,
                    List.of(
                            Column.required("order_id", DataType.parse("int8")),
                            Column.nullable("lines", DataType.parse("int2")),
                            Column.required("note", DataType.parse("string(40)")),
                            Column.nullable("added", DataType.parse("int4"))),
                    List.of("order_id")))
            .withNullOnUpdate(Map.of("note", NullOnUpdate.UNKNOWN), NullOnUpdate.NULL);

    private final FileStore store = new FileStore();

    record Order(long orderId, Optional<Short> lines, String note) {}

    record Key(long orderId) {}

    @Test
    void rowBecomesTheCallersRecord() {
        byte[] file = ParquetFixture.of(FIELDS)
                .write(
                        row -> row.append("Op", "I")
                                .append("order_id", 7L)
                                .append("lines", 3)
                                .append("note", "a"),
                        row -> row.append("Op", "I").append("order_id", 8L).append("note", "b"));

        try (Stream<TypedChange<Order>> changes = RecordView.of(Order.class).stream(open(file))) {
            assertThat(changes.map(TypedChange::row))
                    .containsExactly(new Order(7, Optional.of((short) 3), "a"), new Order(8, Optional.empty(), "b"));
        }
    }

    @Test
    void keyOnlyDeleteIsReadAsARecordOfItsKey() {
        byte[] file =
                ParquetFixture.of(FIELDS).write(row -> row.append("Op", "D").append("order_id", 7L));

        TypedChange<Order> delete =
                RecordView.of(Order.class).stream(open(file)).findFirst().orElseThrow();

        assertThat(delete.operation()).isEqualTo(Operation.DELETE);
        assertThat(delete.origin().row()).isZero();
        assertThat(delete.rowAs(RecordView.of(Key.class))).isEqualTo(new Key(7));
        assertThatThrownBy(delete::row)
                .isInstanceOf(RowMappingException.class)
                .hasMessage(
                        "Cannot read a row as Order: component 'lines' is absent: the file or the change has no such cell. Make it Cell<Short>, or an Optional with MissingCells.AS_NULL if it may pass for null.");
    }

    record Cells(Cell<Long> orderId, Cell<Short> lines, Cell<String> note, Cell<Integer> added, Cell<String> missing) {}

    @Test
    void cellTellsPresentNullUnknownAndAbsentApartS8() {
        byte[] file = ParquetFixture.of(FIELDS)
                .write(row -> row.append("Op", "U").append("order_id", 7L).append("added", 1));

        Cells row = RecordView.of(Cells.class).stream(open(file))
                .findFirst()
                .orElseThrow()
                .row();

        assertThat(row)
                .isEqualTo(new Cells(
                        Cell.present(7L),
                        Cell.without(CellState.NULL),
                        Cell.without(CellState.UNKNOWN),
                        Cell.present(1),
                        Cell.without(CellState.ABSENT)));
    }

    record Lenient(long orderId, Optional<String> note, Optional<String> missing) {}

    @Test
    void unknownCellPassesForNullOnlyIfAskedForS8() {
        byte[] file = ParquetFixture.of(FIELDS)
                .write(row -> row.append("Op", "U").append("order_id", 7L).append("lines", 1));
        RecordView<Lenient> strict = RecordView.of(Lenient.class);

        assertThatThrownBy(() ->
                        strict.stream(open(file)).findFirst().orElseThrow().row())
                .isInstanceOf(RowMappingException.class)
                .hasMessage(
                        "Cannot read a row as Lenient: component 'missing' has no column; there are [order_id, lines, note, added]. Name the column with @ColumnName, or make the component a Cell if some files lack it.");
        Lenient row = strict.withMissingCells(MissingCells.AS_NULL).stream(open(file))
                .findFirst()
                .orElseThrow()
                .row();
        assertThat(row).isEqualTo(new Lenient(7, Optional.empty(), Optional.empty()));
    }

    enum State {
        OPEN,
        SENT
    }

    record Everything(
            boolean b,
            int i2,
            long u4,
            BigInteger u8,
            BigDecimal d,
            double f4,
            UUID id,
            State state,
            byte[] raw,
            Bytes same,
            LocalDate day,
            Instant at,
            LocalDateTime local,
            Object any) {}

    private static final String EVERYTHING =
            "optional boolean b; optional int32 i2 (INT_16); optional int32 u4 (UINT_32); optional int64 u8 (UINT_64); optional fixed_len_byte_array(2) d (DECIMAL(3,1)); optional float f4; optional binary id (UTF8); optional binary state (UTF8); optional binary raw; optional binary same; optional int32 day (DATE); optional int64 at (TIMESTAMP_MICROS); optional int64 local (TIMESTAMP_MILLIS); optional int64 any;";

    private static byte[] everything(String id, String state) {
        return ParquetFixture.of(EVERYTHING)
                .write(row -> row.append("b", true)
                        .append("i2", -2)
                        .append("u4", (int) 4_000_000_000L)
                        .append("u8", -1L)
                        .append("d", Binary.fromConstantByteArray(new byte[] {0, 125}))
                        .append("f4", 0.5f)
                        .append("id", id)
                        .append("state", state)
                        .append("raw", Binary.fromConstantByteArray(new byte[] {1}))
                        .append("same", Binary.fromConstantByteArray(new byte[] {2}))
                        .append("day", 19_000)
                        .append("at", 1_500_000L)
                        .append("local", 1_500L)
                        .append("any", 5L));
    }

    @Test
    void eachTypeOfColumnIsReadAsTheTypesTheTableNames() {
        byte[] file = everything("00000000-0000-0001-0000-000000000002", "SENT");

        Everything row = RecordView.of(Everything.class).stream(open(file, RowShape.plain()))
                .findFirst()
                .orElseThrow()
                .row();

        assertThat(row)
                .usingRecursiveComparison()
                .isEqualTo(new Everything(
                        true,
                        -2,
                        4_000_000_000L,
                        new BigInteger("18446744073709551615"),
                        new BigDecimal("12.5"),
                        0.5,
                        new UUID(1, 2),
                        State.SENT,
                        new byte[] {1},
                        Bytes.of((byte) 2),
                        LocalDate.ofEpochDay(19_000),
                        Instant.ofEpochMilli(1_500),
                        LocalDateTime.of(1970, 1, 1, 0, 0, 1, 500_000_000),
                        5L));
    }

    @Test
    void textThatIsNoConstantOrUuidIsAnErrorWithoutItsContent() {
        RecordView<Everything> view = RecordView.of(Everything.class);

        assertThatThrownBy(() -> row(view, everything("00000000-0000-0001-0000-000000000002", "secret")))
                .hasMessage(
                        "Cannot read a row as Everything: component 'state' has a text of 6 characters that is none of [OPEN, SENT]. Add the constant, or make it String.");
        assertThatThrownBy(() -> row(view, everything("secret", "SENT")))
                .hasMessage(
                        "Cannot read a row as Everything: component 'id' has a text of 6 characters that is no UUID. Make it String.");
    }

    record TooNarrow(int orderId) {}

    record Nullable(long orderId, short lines) {}

    @Test
    void mismatchSaysWhichComponentAndWhatToDo() {
        byte[] file =
                ParquetFixture.of(FIELDS).write(row -> row.append("Op", "I").append("order_id", 7L));

        assertThatThrownBy(() -> row(RecordView.of(TooNarrow.class), file, SHAPE))
                .hasMessage(
                        "Cannot read a row as TooNarrow: component 'orderId' is Integer, but column 'order_id' is int8, which it cannot hold. Make it Long, or see RecordView for others.");
        assertThatThrownBy(() -> row(RecordView.of(Nullable.class), file, SHAPE))
                .isInstanceOfSatisfying(
                        RowMappingException.class,
                        e -> assertThat(e.component()).isEqualTo("lines"))
                .hasMessage("Cannot read a row as Nullable: component 'lines' is null. Make it Optional<Short>.");
    }

    record Nested(Key key) {}

    record Raw(@SuppressWarnings("rawtypes") Optional orderId) {}

    record Listed(List<String> orderId) {}

    @Test
    void componentThatNoColumnCanFillIsRefusedAtOnce() {
        assertThatThrownBy(() -> RecordView.of(Nested.class))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("component 'key' is")
                .hasMessageContaining("records in records are not read");
        assertThatThrownBy(() -> RecordView.of(Raw.class)).hasMessageContaining("no column is read as that");
        assertThatThrownBy(() -> RecordView.of(Listed.class)).hasMessageContaining("no column is read as that");
    }

    record Named(@ColumnName("ORDER ID") long id, int httpCode2Xx, int plain) {}

    @Test
    void namesAreFoundByAnnotationOrNamingRule() {
        byte[] file = ParquetFixture.of(org.apache.parquet.schema.Types.buildMessage()
                        .optional(org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.INT64)
                        .named("ORDER ID")
                        .optional(org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.INT32)
                        .named("HTTP_CODE2_XX")
                        .optional(org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.INT32)
                        .named("PLAIN")
                        .named("schema"))
                .write(row ->
                        row.append("ORDER ID", 1L).append("HTTP_CODE2_XX", 2).append("PLAIN", 3));

        assertThat(row(RecordView.of(Named.class), file)).isEqualTo(new Named(1, 2, 3));
        assertThatThrownBy(() -> row(RecordView.of(Named.class).withNaming(ColumnNaming.IGNORE_CASE), file))
                .hasMessageContaining("component 'httpCode2Xx' has no column");
        assertThatThrownBy(() -> row(RecordView.of(Named.class).withNaming(ColumnNaming.EXACT), file))
                .hasMessageContaining("component 'httpCode2Xx' has no column");
    }

    record Ambiguous(long orderId) {}

    @Test
    void componentThatFitsTwoColumnsIsRefused() {
        byte[] file = ParquetFixture.of("optional int64 order_id; optional int64 orderId;")
                .write(row -> row.append("order_id", 1L).append("orderId", 2L));

        assertThatThrownBy(() -> row(RecordView.of(Ambiguous.class), file))
                .hasMessage(
                        "Cannot read a row as Ambiguous: component 'orderId' could be column 'order_id' or column 'orderId'. Say which with @ColumnName.");
        assertThat(row(RecordView.of(Ambiguous.class).withNaming(ColumnNaming.EXACT), file))
                .isEqualTo(new Ambiguous(2));
    }

    record Refusing(long orderId) {
        Refusing {
            if (orderId < 10) {
                throw new IllegalStateException("too small");
            }
        }
    }

    @Test
    void whatTheRecordsOwnConstructorThrowsComesOut() {
        byte[] file =
                ParquetFixture.of(FIELDS).write(row -> row.append("Op", "I").append("order_id", 7L));

        assertThatThrownBy(() -> row(RecordView.of(Refusing.class), file, SHAPE))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("too small");
    }

    @Test
    void rowIsAMapOfWhatIsKnownS8() {
        byte[] file = ParquetFixture.of(FIELDS)
                .write(row -> row.append("Op", "U").append("order_id", 7L).append("added", 1));

        Map<String, Object> row =
                open(file).stream().findFirst().orElseThrow().image().toMap();

        assertThat(row).containsExactly(entry("order_id", 7L), entry("lines", null), entry("added", 1L));
    }

    @Test
    void closingTheStreamClosesTheCursor() {
        byte[] file =
                ParquetFixture.of(FIELDS).write(row -> row.append("Op", "I").append("order_id", 7L));
        boolean[] closed = {false};
        ChangeCursor cursor = open(file);
        ChangeCursor watched = new ChangeCursor() {
            @Override
            public List<Column> columns() {
                return cursor.columns();
            }

            @Override
            public Optional<ChangeBatch> next() {
                return cursor.next();
            }

            @Override
            public ReadCounts counts() {
                return cursor.counts();
            }

            @Override
            public void close() {
                closed[0] = true;
                cursor.close();
            }
        };

        try (Stream<ChangeRecord> changes = watched.stream()) {
            assertThat(changes.count()).isEqualTo(1);
            assertThat(closed[0]).isFalse();
        }

        assertThat(closed[0]).isTrue();
    }

    private <R extends Record> R row(RecordView<R> view, byte[] file) {
        return row(view, file, RowShape.plain());
    }

    private <R extends Record> R row(RecordView<R> view, byte[] file, RowShape shape) {
        try (Stream<TypedChange<R>> changes = view.stream(open(file, shape))) {
            return changes.findFirst().orElseThrow().row();
        }
    }

    private ChangeCursor open(byte[] file) {
        return open(file, SHAPE);
    }

    private ChangeCursor open(byte[] file, RowShape shape) {
        String key = "public/orders/20240612-103125108.parquet";
        RawFile.Cdc cdc = new RawFile.Cdc(ORDERS, store.add(key, file, FLUSHED), RawFormat.PARQUET, FLUSHED);
        return ChangeReader.create(store, ORDERS, shape, ChangeReadOptions.defaults())
                .open(cdc, PLACE);
    }
}
