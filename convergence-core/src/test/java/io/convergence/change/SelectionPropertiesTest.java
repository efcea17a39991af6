package io.convergence.change;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convergence.TableId;
import io.convergence.raw.FileContext;
import io.convergence.raw.RawFile;
import io.convergence.raw.RawFormat;
import io.convergence.schema.Column;
import io.convergence.schema.DataType;
import io.convergence.schema.TableSchema;
import io.convergence.target.NullOnUpdate;
import io.convergence.target.OpColumn;
import io.convergence.target.RowShape;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Predicate;
import java.util.stream.LongStream;
import org.apache.parquet.column.ParquetProperties.WriterVersion;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is read with a filter and a selection of columns is the filter and the selection of what is read without. */
class SelectionPropertiesTest {
    private static final TableId TABLE = TableId.of("public", "t");
    private static final Instant FLUSHED = Instant.parse("2024-06-12T10:31:25.108Z");
    private static final FileContext PLACE = new FileContext(FileContext.NO_LOAD, FLUSHED);
    private static final String KEY = "public/t/20240612-103125108.parquet";
    private static final List<String> COLUMNS = List.of("id", "note", "amount", "day", "real");
    private static final RowShape SHAPE = RowShape.plain()
            .withTimestampColumn("ts")
            .withSequenceColumn("seq")
            .withBeforeImage("before_", "")
            .withNullOnUpdate(Map.of("note", NullOnUpdate.UNKNOWN), NullOnUpdate.NULL)
            .withSchema(new TableSchema(
                    TABLE,
                    List.of(
                            Column.required("id", DataType.parse("int8")),
                            Column.nullable("note", DataType.parse("string(40)")),
                            Column.nullable("amount", DataType.parse("numeric(12,2)")),
                            Column.nullable("day", DataType.parse("date")),
                            Column.nullable("real", DataType.parse("real8"))),
                    List.of("id")));
    private static final String FIELDS =
            "optional binary Op (UTF8); required binary ts (UTF8); optional int64 id; optional binary note (UTF8); optional int64 amount (DECIMAL(12,2));"
                    + " optional int32 day (DATE); optional double real; optional binary seq (UTF8); optional int64 before_id;";

    /** What a change says, comparable. */
    private record Seen(
            Operation operation,
            ChangePosition position,
            RowOrigin origin,
            @Nullable Instant time,
            Map<String, Object> cells,
            Map<String, Object> before) {}

    static LongStream seeds() {
        Long given = Long.getLong("convergence.seed");
        return given == null ? LongStream.range(0, 50) : LongStream.of(given);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void selectionOfParquetIsTheSelectionOfTheWholeFile(long seed) {
        Random random = new Random(seed);
        FileStore store = new FileStore();
        byte[] content = file(random, random.nextInt(300), false);
        if (random.nextInt(4) == 0) {
            // A writer whose texts' bounds are not trusted; its numbers' are.
            content = ParquetForge.withFooter(content, footer -> footer.setCreated_by("someone"));
        }
        RawFile.Cdc file = new RawFile.Cdc(TABLE, store.add(KEY, content, FLUSHED), RawFormat.PARQUET, FLUSHED);

        assertSelected(store, file, SHAPE, random, seed);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void selectionOfCsvIsTheSelectionOfTheWholeFile(long seed) {
        Random random = new Random(seed);
        FileStore store = new FileStore();
        StringBuilder text = new StringBuilder();
        for (int row = random.nextInt(200); row > 0; row--) {
            boolean keyOnly = random.nextInt(6) == 0;
            text.append(keyOnly ? "D" : "IUD".charAt(random.nextInt(3)))
                    .append(",")
                    .append(time(random))
                    .append(",")
                    .append(random.nextInt(50))
                    .append(keyOnly || random.nextBoolean() ? "," : ",n" + random.nextInt(9))
                    .append(keyOnly || random.nextBoolean() ? "," : "," + random.nextInt(100) + ".50")
                    .append(keyOnly || random.nextBoolean() ? "," : ",2024-06-1" + random.nextInt(9))
                    .append(keyOnly || random.nextBoolean() ? "," : ",1.5")
                    .append(",")
                    .append(sequence(random.nextInt(300)))
                    .append(random.nextInt(5) == 0 ? "," + random.nextInt(50) : ",")
                    .append("\n");
        }
        RawFile.Cdc file = new RawFile.Cdc(
                TABLE,
                store.add(
                        "public/t/20240612-103125108.csv",
                        (text.length() == 0 ? "D,2024-06-12 00:00:00,1,,,,," + sequence(1) + ",\n" : text.toString())
                                .getBytes(StandardCharsets.UTF_8),
                        FLUSHED),
                RawFormat.CSV,
                FLUSHED);

        assertSelected(
                store,
                file,
                SHAPE.withCsv(io.convergence.target.CsvForm.of(form -> form.cdcOp(OpColumn.PRESENT))),
                random,
                seed);
    }

    private static void assertSelected(FileStore store, RawFile file, RowShape shape, Random random, long seed) {
        List<Seen> whole = read(store, file, shape, ChangeReadOptions.defaults(), COLUMNS);
        for (int round = 0; round < 6; round++) {
            List<String> columns =
                    COLUMNS.stream().filter(column -> random.nextInt(3) > 0).toList();
            ChangeFilter[] filter = {ChangeFilter.all()};
            Predicate<Seen> expected = condition(random, filter);
            ChangeReadOptions options = ChangeReadOptions.defaults()
                    .withBatchRows(1 + random.nextInt(70))
                    .withFilter(filter[0]);

            List<Seen> selected = read(
                    store,
                    file,
                    shape,
                    columns.size() == COLUMNS.size() ? options : options.withColumns(columns),
                    columns);

            assertThat(selected)
                    .as("seed %d round %d columns %s filter %s", seed, round, columns, filter[0])
                    .isEqualTo(whole.stream()
                            .filter(expected)
                            .map(seen -> project(seen, columns))
                            .toList());
        }
    }

    /** Some conditions, as the filter has them and as this test understands them. */
    private static Predicate<Seen> condition(Random random, ChangeFilter[] filter) {
        Predicate<Seen> all = seen -> true;
        if (random.nextInt(3) == 0) {
            Operation one = Operation.values()[random.nextInt(3)];
            Operation other = Operation.values()[random.nextInt(3)];
            filter[0] = filter[0].withOperations(one, other);
            all = all.and(seen -> seen.operation() == one || seen.operation() == other);
        }
        if (random.nextInt(4) == 0) {
            Instant from = CommitTime.parse(time(random));
            filter[0] = filter[0].withCommittedFrom(from);
            all = all.and(seen -> seen.time() != null && seen.time().compareTo(from) >= 0);
        }
        if (random.nextInt(4) == 0) {
            Instant before = CommitTime.parse(time(random));
            filter[0] = filter[0].withCommittedBefore(before);
            all = all.and(seen -> seen.time() != null && seen.time().compareTo(before) < 0);
        }
        if (random.nextInt(4) == 0) {
            String from = sequence(random.nextInt(300));
            String to = sequence(random.nextInt(300));
            filter[0] = filter[0].withSequenceFrom(new ChangeSequence(from)).withSequenceTo(new ChangeSequence(to));
            all = all.and(seen -> {
                String text =
                        ((ChangePosition.Sequenced) seen.position()).sequence().text();
                return text.compareTo(from) >= 0 && text.compareTo(to) <= 0;
            });
        }
        if (random.nextInt(3) == 0) {
            long least = random.nextInt(50);
            filter[0] = filter[0].withRange(ColumnRange.between("id", least, least + 10));
            all = all.and(seen -> seen.cells().get("id") instanceof Long id && id >= least && id <= least + 10);
        }
        if (random.nextInt(6) == 0) {
            filter[0] = filter[0].withRange(ColumnRange.equalTo("note", "n3"));
            all = all.and(seen -> "n3".equals(seen.cells().get("note")));
        }
        if (random.nextInt(6) == 0) {
            LocalDate day = LocalDate.of(2024, 6, 14);
            filter[0] = filter[0].withRange(ColumnRange.atMost("day", day));
            all = all.and(seen -> seen.cells().get("day") instanceof LocalDate own && !own.isAfter(day));
        }
        if (random.nextInt(6) == 0) {
            filter[0] = filter[0].withRange(ColumnRange.atLeast("real", 0.0));
            all = all.and(seen -> seen.cells().get("real") instanceof Double real && real >= 0);
        }

        return all;
    }

    private static Seen project(Seen seen, List<String> columns) {
        Map<String, Object> cells = new LinkedHashMap<>(seen.cells());
        cells.keySet().retainAll(columns);
        return new Seen(seen.operation(), seen.position(), seen.origin(), seen.time(), cells, seen.before());
    }

    @Test
    void rowGroupsThatCannotHoldTheRowsAreNotFetched() {
        FileStore store = new FileStore();
        RawFile.Cdc file = new RawFile.Cdc(
                TABLE, store.add(KEY, file(new Random(1), 60_000, true), FLUSHED), RawFormat.PARQUET, FLUSHED);
        assertThat(file.stat().size()).isGreaterThan(9 << 20);
        Cost whole = cost(store, file, ChangeReadOptions.defaults());
        Cost narrow = cost(store, file, ChangeReadOptions.defaults().withColumns(List.of("id")));
        Cost some = cost(
                store,
                file,
                ChangeReadOptions.defaults()
                        .withFilter(ChangeFilter.all()
                                .withSequenceFrom(new ChangeSequence(sequence(50_000)))
                                .withSequenceTo(new ChangeSequence(sequence(50_009)))));
        Cost none = cost(
                store,
                file,
                ChangeReadOptions.defaults()
                        .withFilter(ChangeFilter.all().withCommittedFrom(Instant.parse("2031-01-01T00:00:00Z"))));

        assertThat(whole.rows()).isEqualTo(60_000);
        assertThat(narrow.rows()).isEqualTo(60_000);
        assertThat(narrow.bytes()).isLessThan(whole.bytes() / 2);
        assertThat(some.rows()).isEqualTo(10);
        assertThat(some.bytes()).isLessThan(whole.bytes() / 2);
        assertThat(some.reads()).isLessThan(whole.reads());
        assertThat(none.rows()).isZero();
        // The end of the file and its first four bytes.
        assertThat(none.reads()).isEqualTo(2);
    }

    @Test
    void aFilterByAColumnThatIsNowhereOrOfAnotherTypeIsRefused() {
        FileStore store = new FileStore();
        RawFile.Cdc file = new RawFile.Cdc(
                TABLE, store.add(KEY, file(new Random(1), 5, false), FLUSHED), RawFormat.PARQUET, FLUSHED);

        assertThatThrownBy(() -> cost(
                        store,
                        file,
                        ChangeReadOptions.defaults()
                                .withFilter(ChangeFilter.all().withRange(ColumnRange.equalTo("ident", 1L)))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "Cannot filter by column 'ident': neither the file nor the schema has it. There are [id, note, amount, day, real].");
        assertThatThrownBy(() -> cost(
                        store,
                        file,
                        ChangeReadOptions.defaults()
                                .withFilter(ChangeFilter.all().withRange(ColumnRange.equalTo("id", 1)))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Cannot compare column 'id' (int8) with a Integer. Give a Long.");
    }

    private record Cost(int rows, int reads, long bytes) {}

    private static Cost cost(FileStore store, RawFile file, ChangeReadOptions options) {
        int reads = store.reads();
        long bytes = store.bytes();
        int rows = 0;
        try (ChangeCursor cursor =
                ChangeReader.create(store, TABLE, SHAPE, options).open(file, PLACE)) {
            for (var batch = cursor.next(); batch.isPresent(); batch = cursor.next()) {
                rows += batch.get().size();
            }
        }

        return new Cost(rows, store.reads() - reads, store.bytes() - bytes);
    }

    /** @param large rows in the order of their sequence, without deletes and hard to compress */
    private static byte[] file(Random random, int count, boolean large) {
        List<ParquetFixture.Row> rows = new ArrayList<>();
        boolean deletes = !large && random.nextInt(3) > 0;
        for (int i = 0; i < count; i++) {
            boolean keyOnly = deletes && random.nextInt(6) == 0;
            String op = keyOnly ? "D" : (deletes ? "IUD" : "IU").charAt(random.nextInt(deletes ? 3 : 2)) + "";
            String time = time(random);
            int number = large ? i : random.nextInt(300);
            byte[] noise = new byte[150];
            random.nextBytes(noise);
            String note = large ? new String(noise, StandardCharsets.ISO_8859_1) : "n" + random.nextInt(9);
            long id = random.nextInt(50);
            int cells = keyOnly ? 0 : random.nextInt(16);
            double real = random.nextInt(7) == 0 ? Double.NaN : random.nextInt(5) == 0 ? -0.0 : random.nextGaussian();
            long amount = random.nextInt(1000) - 500;
            int day = (int) LocalDate.of(2024, 6, 10 + random.nextInt(9)).toEpochDay();
            boolean moved = random.nextInt(5) == 0;
            rows.add(row -> {
                row.append("Op", op).append("ts", time).append("id", id).append("seq", sequence(number));
                if ((cells & 1) != 0 || large) {
                    row.append("note", note);
                }
                if ((cells & 2) != 0) {
                    row.append("amount", amount);
                }
                if ((cells & 4) != 0) {
                    row.append("day", day);
                }
                if ((cells & 8) != 0) {
                    row.append("real", real);
                }
                if (moved) {
                    row.append("before_id", id + 1);
                }
            });
        }

        return ParquetFixture.of(FIELDS)
                .with(builder -> builder.withRowGroupRowCountLimit(large ? 10_000 : 1 + random.nextInt(60))
                        .withPageRowCountLimit(large ? 5_000 : 1 + random.nextInt(20))
                        .withWriterVersion(random.nextBoolean() ? WriterVersion.PARQUET_1_0 : WriterVersion.PARQUET_2_0)
                        .withDictionaryEncoding(!large && random.nextBoolean())
                        .withCompressionCodec(CompressionCodecName.UNCOMPRESSED))
                .write(rows);
    }

    private static String time(Random random) {
        String fraction = random.nextBoolean() ? "" : "." + random.nextInt(1000);
        String separator = random.nextInt(8) == 0 ? "T" : " ";
        return "2024-06-1" + random.nextInt(3) + separator + "1" + random.nextInt(10) + ":30:0" + random.nextInt(10)
                + fraction;
    }

    private static String sequence(int number) {
        return "2024061210302736" + String.format("%019d", number);
    }

    private static List<Seen> read(
            FileStore store, RawFile file, RowShape shape, ChangeReadOptions options, List<String> columns) {
        List<Seen> seen = new ArrayList<>();
        try (ChangeCursor cursor =
                ChangeReader.create(store, TABLE, shape, options).open(file, PLACE)) {
            assertThat(cursor.columns()).extracting(Column::name).containsExactlyElementsOf(columns);
            for (var batch = cursor.next(); batch.isPresent(); batch = cursor.next()) {
                assertThat(batch.get().size()).isPositive();
                assertThat(batch.get().columns()).isEqualTo(cursor.columns());
                batch.get()
                        .forEach(change -> seen.add(new Seen(
                                change.operation(),
                                change.position(),
                                change.origin(),
                                change.timestamp().orElse(null),
                                cells(change.image()),
                                change.before()
                                        .map(SelectionPropertiesTest::cells)
                                        .orElse(Map.of()))));
            }
            assertThat(cursor.counts().rows()).isEqualTo(seen.size());
        }

        return seen;
    }

    private static Map<String, Object> cells(RowImage image) {
        Map<String, Object> cells = new LinkedHashMap<>();
        for (int i = 0; i < image.columns().size(); i++) {
            CellState state = image.state(i);
            cells.put(image.columns().get(i).name(), state == CellState.PRESENT ? image.value(i) : state);
        }

        return cells;
    }
}
