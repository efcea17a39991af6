package io.convergence.change;

import static io.convergence.change.CsvFixture.FLUSHED;
import static io.convergence.change.CsvFixture.LOADED;
import static io.convergence.change.CsvFixture.PLACE;
import static io.convergence.change.CsvFixture.TABLE;
import static io.convergence.change.CsvFixture.lines;
import static io.convergence.change.CsvFixture.schema;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convergence.TableId;
import io.convergence.raw.RawFile;
import io.convergence.schema.Column;
import io.convergence.schema.DataType;
import io.convergence.schema.TableSchema;
import io.convergence.target.CsvForm;
import io.convergence.target.RowShape;
import io.convergence.target.TransactionTimestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Files of {@code PreserveTransactions}: {@code op,table_name,schema_name,columns...} (DMS guide, S3 target). */
class TransactionReaderTest {
    private static final TableId ITEMS = TableId.of("public", "items");
    private static final TableSchema ORDERS_SCHEMA = schema("id int4 not null", "note clob");
    private static final TableSchema ITEMS_SCHEMA = new TableSchema(
            ITEMS,
            List.of(
                    Column.required("id", DataType.parse("int8")),
                    Column.required("order_id", DataType.parse("int4")),
                    Column.nullable("price", DataType.parse("numeric(10,2)"))),
            List.of("id"));
    private static final RowShape COMMON = RowShape.plain().withTimestampColumn("ts");
    private static final RowShape ORDERS_SHAPE = COMMON.withSchema(ORDERS_SCHEMA);
    private static final RowShape ITEMS_SHAPE = COMMON.withSchema(ITEMS_SCHEMA);
    private static final String FIRST = """
            I,orders,public,2024-06-12 10:30:27.362108,1,first
            I,items,public,2024-06-12 10:30:27.362108,10,1,9.95
            I,items,public,2024-06-12 10:30:27.362108,11,1,
            U,orders,public,2024-06-12 10:30:28.000000,1,second
            D,audit,log,2024-06-12 10:30:28.500000,7,x
            D,items,public,2024-06-12 10:30:29.000000,11,,
            """;
    private static final String SECOND = """
            D,orders,public,2024-06-12 10:30:29.000000,1,
            """;

    private final CsvFixture files = new CsvFixture();

    @Test
    void changesComeByTransactionInTheOrderOfTheFiles_S7() {
        List<RawFile.Transaction> both = List.of(first(), second());

        try (TransactionCursor cursor = reader().open(both, (table, file) -> PLACE)) {
            List<CommittedChanges> all = all(cursor);

            assertThat(all)
                    .extracting(CommittedChanges::commitTime)
                    .containsExactly(
                            Instant.parse("2024-06-12T10:30:27.362108Z"),
                            Instant.parse("2024-06-12T10:30:28Z"),
                            Instant.parse("2024-06-12T10:30:29Z"));
            assertThat(all.get(0).changes()).extracting(ChangeRecord::table).containsExactly(TABLE, ITEMS, ITEMS);
            assertThat(lines(all.get(0).changes()))
                    .containsExactly("I [1] [first]", "I [10] [1] [9.95]", "I [11] [1] [NULL]");
            assertThat(lines(all.get(2).changes())).containsExactly("D [11] [ABSENT] [ABSENT]", "D [1] [ABSENT]");
            assertThat(all.get(2).changes())
                    .extracting(change -> change.origin().toString())
                    .containsExactly(first().key() + " row 5", second().key() + " row 0");
            assertThat(all).extracting(CommittedChanges::begins).containsExactly(true, true, true);
            assertThat(all).extracting(CommittedChanges::ends).containsExactly(true, true, false);
            assertThat(cursor.unread()).isEqualTo(Map.of(TableId.of("log", "audit"), 1L));
            assertThat(cursor.counts().rows()).isEqualTo(6);
        }
    }

    @Test
    void aLargeTransactionComesInParts() {
        files.options(ChangeReadOptions.defaults());
        TransactionReader small = TransactionReader.create(
                files.store(),
                COMMON,
                this::shapes,
                ChangeReadOptions.defaults().withBatchRows(2));

        try (TransactionCursor cursor = small.open(List.of(first()), (table, file) -> PLACE)) {
            List<CommittedChanges> all = all(cursor);

            assertThat(all).extracting(part -> part.changes().size()).containsExactly(2, 1, 1, 1);
            assertThat(all).extracting(CommittedChanges::begins).containsExactly(true, false, true, true);
            assertThat(all).extracting(CommittedChanges::ends).containsExactly(false, true, true, false);
        }
    }

    @Test
    void oneTablesRowsKeepTheirPlacesInTheFile_S1() {
        ChangeReader reader = ChangeReader.create(files.store(), ITEMS, ITEMS_SHAPE, ChangeReadOptions.defaults());

        try (ChangeCursor cursor = reader.open(first(), PLACE)) {
            List<ChangeRecord> changes = CsvFixture.all(cursor);

            assertThat(lines(changes))
                    .containsExactly("I [10] [1] [9.95]", "I [11] [1] [NULL]", "D [11] [ABSENT] [ABSENT]");
            assertThat(changes)
                    .extracting(ChangeRecord::position)
                    .containsExactly(
                            new ChangePosition.Filed(LOADED, FLUSHED, 1),
                            new ChangePosition.Filed(LOADED, FLUSHED, 2),
                            new ChangePosition.Filed(LOADED, FLUSHED, 5));
        }
    }

    @Test
    void aSequenceColumnGivesThePositions_S1() {
        RowShape shape = RowShape.plain().withSequenceColumn("seq").withSchema(ORDERS_SCHEMA);
        RawFile.Transaction file = files.transactions(
                "CDC_TXN-1.csv",
                "I,orders,public,1,a,20240612103027360000000000000000121\nI,orders,public,2,b,20240612103028000000000000000000133\n",
                FLUSHED);
        TransactionReader reader = TransactionReader.create(
                files.store(),
                RowShape.plain().withSequenceColumn("seq"),
                table -> Optional.of(shape),
                ChangeReadOptions.defaults());

        try (TransactionCursor cursor = reader.open(List.of(file), (table, any) -> PLACE)) {
            List<CommittedChanges> all = all(cursor);

            assertThat(all)
                    .extracting(CommittedChanges::commitTime)
                    .containsExactly(Instant.parse("2024-06-12T10:30:27.36Z"), Instant.parse("2024-06-12T10:30:28Z"));
            assertThat(all.get(1).changes().get(0).position())
                    .isEqualTo(new ChangePosition.Sequenced(
                            LOADED, new ChangeSequence("20240612103028000000000000000000133"), FLUSHED, FLUSHED, 1));
        }
    }

    @Test
    void theTimestampMayStandElsewhere() {
        String time = "2024-06-12 10:30:27.362108";

        assertThat(one(TransactionTimestamp.AFTER_OP, "I," + time + ",orders,public,1,a\n"))
                .isEqualTo("I [1] [a] 2024-06-12T10:30:27.362108Z");
        assertThat(one(TransactionTimestamp.LAST, "I,orders,public,1,a," + time + "\n"))
                .isEqualTo("I [1] [a] 2024-06-12T10:30:27.362108Z");
        assertThat(one(TransactionTimestamp.ABSENT, "I,orders,public,1,a\n")).isEqualTo("I [1] [a] none");
    }

    private String one(TransactionTimestamp place, String content) {
        RowShape shape = ORDERS_SHAPE.withCsv(CsvForm.of(c -> c.transactionTimestamp(place)));
        ChangeRecord change = files.read(files.transactions("CDC_TXN-1.csv", content, FLUSHED), shape)
                .get(0);
        return lines(List.of(change)).get(0) + " "
                + change.timestamp().map(Instant::toString).orElse("none");
    }

    @Test
    void profileTellsTheTablesOfAFile() {
        Map<TableId, FileProfile> profiles = reader().profile(first());

        assertThat(profiles).containsOnlyKeys(ITEMS, TABLE);
        assertThat(profiles.get(ITEMS).evidence().rows()).isEqualTo(3);
        assertThat(profiles.get(ITEMS).evidence().largest()).contains(Instant.parse("2024-06-12T10:30:29Z"));
        assertThat(profiles.get(ITEMS).columnNames())
                .containsExactly("Op", "table_name", "schema_name", "ts", "id", "order_id", "price");
        assertThat(profiles.get(TABLE).columns()).extracting(Column::name).containsExactly("id", "note");
        assertThat(files.reader(ORDERS_SHAPE).profile(first()).evidence())
                .isEqualTo(profiles.get(TABLE).evidence());
    }

    @Test
    void aRowWithoutItsTableIsRefused() {
        RawFile.Transaction file = files.transactions("CDC_TXN-1.csv", "I,orders\n", FLUSHED);

        assertThatThrownBy(() -> files.read(file, ORDERS_SHAPE))
                .isInstanceOf(RawFileException.class)
                .hasMessageContaining("row 0 (byte 0): it has 2 fields, too few for table_name and schema_name.");
    }

    @Test
    void aWidthNobodyDeclaredIsRefused_S15() {
        RawFile.Transaction file =
                files.transactions("CDC_TXN-1.csv", "I,orders,public,2024-06-12 10:30:27.362108,1,a,b\n", FLUSHED);

        assertThatThrownBy(() -> files.read(file, ORDERS_SHAPE))
                .isInstanceOf(RawFileException.class)
                .hasMessageContaining(
                        "no declared layout of table public.orders fits: 6 [Op, table_name, schema_name, ts, id, note].");
    }

    @Test
    void filesOutOfOrderAreRefused() {
        assertThatThrownBy(() -> reader().open(List.of(second(), first()), (table, file) -> PLACE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("it is older. Sort them by instant.");
    }

    @Test
    void transactionsCannotBeToldApartWithoutTimeAndSequence() {
        assertThatThrownBy(() -> TransactionReader.create(
                        files.store(), RowShape.plain(), this::shapes, ChangeReadOptions.defaults()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Name one of them, or read table by table with ChangeReader.");
    }

    private RawFile.Transaction first() {
        return files.transactions("CDC_TXN-20240612103125108.csv", FIRST, FLUSHED);
    }

    private RawFile.Transaction second() {
        return files.transactions("CDC_TXN-20240612103225108.csv", SECOND, FLUSHED.plusSeconds(60));
    }

    private TransactionReader reader() {
        return TransactionReader.create(files.store(), COMMON, this::shapes, ChangeReadOptions.defaults());
    }

    private Optional<RowShape> shapes(TableId table) {
        if (table.equals(TABLE)) {
            return Optional.of(ORDERS_SHAPE);
        }

        return table.equals(ITEMS) ? Optional.of(ITEMS_SHAPE) : Optional.empty();
    }

    private static List<CommittedChanges> all(TransactionCursor cursor) {
        List<CommittedChanges> all = new ArrayList<>();
        for (var next = cursor.next(); next.isPresent(); next = cursor.next()) {
            all.add(next.get());
        }

        return all;
    }
}
