package io.convergence.testkit.dms;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.convergence.TableId;
import io.convergence.change.CellState;
import io.convergence.change.ChangeCursor;
import io.convergence.change.ChangeReadOptions;
import io.convergence.change.ChangeReader;
import io.convergence.change.ChangeRecord;
import io.convergence.change.RawFileException;
import io.convergence.raw.FileContext;
import io.convergence.raw.Parsed;
import io.convergence.raw.RawFile;
import io.convergence.raw.RawFormat;
import io.convergence.raw.RawLayout;
import io.convergence.schema.Bytes;
import io.convergence.schema.DataType;
import io.convergence.source.RowImages;
import io.convergence.source.SourceColumn;
import io.convergence.source.SourceEngine;
import io.convergence.source.SourceSchema;
import io.convergence.source.SourceTable;
import io.convergence.store.InMemoryObjectStore;
import io.convergence.store.ObjectStat;
import io.convergence.store.WriteCondition;
import io.convergence.target.CompressionType;
import io.convergence.target.DataFormat;
import io.convergence.target.ReplicationSpec;
import io.convergence.target.S3TargetSettings;
import io.convergence.testkit.dms.ParquetColumn.TimestampUnit;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every pair of CSV settings: rows with nasty values go through the stand-in's writer and come back through the library's
 * reader as they were, less the losses that the stand-in counted; DuckDB reads the same where its dialect allows.
 */
class CsvOptionMatrixTest {
    private static final int ROWS = 60;
    private static final TableId TABLE = TableId.of("shop", "t");
    private static final String TIME_TEXT = "2024-06-12 10:30:27.362108";
    private static final Instant FLUSHED = Instant.parse("2024-06-12T10:31:25.108Z");
    private static final FileContext PLACE = new FileContext(FLUSHED, FLUSHED);

    private static final List<String> COLUMNS = List.of(
            "id int8",
            "name wstring(200)",
            "note nclob",
            "n int4",
            "d numeric(12,3)",
            "r4 real4",
            "r8 real8",
            "flag boolean",
            "day date",
            "at datetime",
            "tm time",
            "data blob");

    private enum Ops {
        NONE,
        OP,
        OP_AND_TIME
    }

    /** One setting of each kind. */
    private record Case(
            String delimiter,
            String rowDelimiter,
            boolean rfc4180,
            @Nullable String nullValue,
            @Nullable String noSup,
            boolean header,
            boolean padding,
            boolean gzip,
            Ops ops,
            EmptyText emptyText) {
        private static final List<List<?>> CHOICES = List.of(
                List.of(",", "\t", ";;", "|"),
                List.of("\\n", "\\r\\n", "#~\\n"),
                List.of(true, false),
                List.of("", "NULL", "\\N"),
                List.of("", "NOSUP"),
                List.of(false, true),
                List.of(false, true),
                List.of(false, true),
                List.of(Ops.values()),
                List.of(EmptyText.values()));

        static Case of(int[] choice) {
            List<Object> values = new ArrayList<>();
            for (int i = 0; i < choice.length; i++) {
                values.add(CHOICES.get(i).get(choice[i]));
            }
            String nullValue = (String) values.get(3);
            String noSup = (String) values.get(4);
            return new Case(
                    (String) values.get(0),
                    (String) values.get(1),
                    (Boolean) values.get(2),
                    nullValue.isEmpty() ? null : nullValue,
                    noSup.isEmpty() ? null : noSup,
                    (Boolean) values.get(5),
                    (Boolean) values.get(6),
                    (Boolean) values.get(7),
                    (Ops) values.get(8),
                    (EmptyText) values.get(9));
        }

        /** Cases in which every pair of choices occurs, by drawing many and keeping the one with most new pairs. */
        static List<Case> pairwise(Random random) {
            Set<String> missing = new HashSet<>();
            for (int i = 0; i < CHOICES.size(); i++) {
                for (int j = i + 1; j < CHOICES.size(); j++) {
                    for (int a = 0; a < CHOICES.get(i).size(); a++) {
                        for (int b = 0; b < CHOICES.get(j).size(); b++) {
                            missing.add(i + "=" + a + "," + j + "=" + b);
                        }
                    }
                }
            }
            List<Case> cases = new ArrayList<>();
            while (!missing.isEmpty()) {
                int[] best = {};
                Set<String> bestPairs = Set.of();
                for (int attempt = 0; attempt < 60; attempt++) {
                    int[] drawn = CHOICES.stream()
                            .mapToInt(choices -> random.nextInt(choices.size()))
                            .toArray();
                    Set<String> pairs = pairs(drawn);
                    pairs.retainAll(missing);
                    if (pairs.size() > bestPairs.size()) {
                        best = drawn;
                        bestPairs = pairs;
                    }
                }
                if (!bestPairs.isEmpty()) {
                    missing.removeAll(bestPairs);
                    cases.add(of(best));
                }
            }
            return cases;
        }

        private static Set<String> pairs(int[] drawn) {
            Set<String> pairs = new HashSet<>();
            for (int i = 0; i < drawn.length; i++) {
                for (int j = i + 1; j < drawn.length; j++) {
                    pairs.add(i + "=" + drawn[i] + "," + j + "=" + drawn[j]);
                }
            }
            return pairs;
        }

        S3TargetSettings settings() {
            S3TargetSettings.Builder settings =
                    S3TargetSettings.builder().bucketName("lake").dataFormat(DataFormat.CSV);
            if (gzip) {
                settings.compressionType(CompressionType.GZIP);
            }
            if (ops == Ops.OP_AND_TIME) {
                settings.timestampColumnName("ts");
            }
            settings.csv(csv -> {
                csv.delimiter(delimiter).rowDelimiter(rowDelimiter);
                if (!rfc4180) {
                    csv.withoutRfc4180();
                }
                if (nullValue != null) {
                    csv.nullValue(nullValue);
                }
                if (noSup != null) {
                    csv.noSupValue(noSup);
                }
                if (header) {
                    csv.addColumnName();
                }
                if (padding) {
                    csv.addTrailingPaddingCharacter();
                }
            });
            return settings.build();
        }
    }

    private final List<ParquetColumn> columns = new ArrayList<>();
    private final List<DataType> types = new ArrayList<>();

    CsvOptionMatrixTest() {
        for (String column : COLUMNS) {
            String[] parts = column.split(" ", 2);
            types.add(DataType.parse(parts[1]));
            columns.add(ParquetColumn.optional(parts[0], DataType.parse(parts[1]), TimestampUnit.MICROS));
        }
    }

    private ReplicationSpec spec(Case form) {
        List<SourceColumn> source = new ArrayList<>();
        for (int i = 0; i < types.size(); i++) {
            String name = columns.get(i).name();
            source.add(i == 0 ? SourceColumn.required(name, types.get(i)) : SourceColumn.nullable(name, types.get(i)));
        }
        return ReplicationSpec.builder()
                .sourceEngine(SourceEngine.POSTGRESQL)
                .sourceSchema(SourceSchema.of(
                        SourceEngine.POSTGRESQL, SourceTable.of(TABLE, source, List.of("id"), RowImages.FULL)))
                .tableMappings(m -> m.include("shop", "t"))
                .settings(form.settings())
                .build();
    }

    @Test
    void rowsComeBackAsTheyWereLessTheCountedLosses(@TempDir Path folder) throws Exception {
        long seed = Long.getLong("convergence.seed", 77L);
        System.out.println("CsvOptionMatrixTest: -Dconvergence.seed=" + seed);
        Random random = new Random(seed);
        Map<LossyCase, Integer> losses = new EnumMap<>(LossyCase.class);
        int readByDuckDb = 0;
        List<Case> cases = Case.pairwise(random);

        try (DuckDb duck = new DuckDb()) {
            for (Case form : cases) {
                CsvOptions options = CsvOptions.of(form.settings(), form.emptyText());
                List<@Nullable Object[]> rows = new ArrayList<>();
                while (rows.size() < ROWS) {
                    @Nullable Object[] row = row(random, form, rows.size());
                    List<LossyCase> lost = losses(options, row);
                    lost.forEach(lossyCase -> losses.merge(lossyCase, 1, Integer::sum));
                    if (lost.contains(LossyCase.TEXT_BREAKS_ROW)) {
                        assertThat(isReadAs(form, options, row))
                                .as("row that breaks: %s in %s", List.of(shown(options, row)), form)
                                .isFalse();
                    } else {
                        rows.add(row);
                    }
                }

                check(form, options, rows);
                if (form.rfc4180()
                        && form.delimiter().length() == 1
                        && !form.rowDelimiter().startsWith("#")) {
                    checkWithDuckDb(duck, folder, form, options, rows);
                    readByDuckDb++;
                }
            }
        }

        assertThat(cases).hasSizeBetween(12, 40);
        assertThat(readByDuckDb).as("cases in DuckDB's dialect").isGreaterThan(2);
        assertThat(losses)
                .containsKeys(
                        LossyCase.EMPTY_LIKE_NULL,
                        LossyCase.TEXT_LIKE_MARKER,
                        LossyCase.TEXT_BREAKS_ROW,
                        LossyCase.BLANKS_LIKE_PADDING);
    }

    private @Nullable Object[] row(Random random, Case form, long id) {
        String row = form.rowDelimiter().replace("\\n", "\n").replace("\\r", "\r");
        List<String> texts = List.of(
                "",
                " ",
                "plain",
                "trailing ",
                " leading",
                "it's",
                "\"",
                "a\"b",
                "\"quoted\"",
                form.delimiter(),
                "a" + form.delimiter() + "b",
                "a" + form.delimiter().charAt(0),
                form.delimiter().charAt(0) + "b",
                "line\nend",
                "cr\rin",
                "\r\n",
                row,
                "x" + row.charAt(0),
                "NULL",
                "\\N",
                "NOSUP",
                "\\n",
                "\\",
                "#",
                "#~",
                "ß\uD83D\uDE00",
                "\u00a0",
                "+612",
                "0x00",
                "\uFEFFx");
        @Nullable Object[] cells = new @Nullable Object[types.size()];
        cells[0] = id;
        for (int i = 1; i < cells.length; i++) {
            int kind = random.nextInt(8);
            if (kind == 0) {
                continue;
            }
            if (kind == 1 && form.ops() != Ops.NONE) {
                cells[i] = NotLogged.CELL;
                continue;
            }
            cells[i] = switch (types.get(i).kind()) {
                case WSTRING, NCLOB -> texts.get(random.nextInt(texts.size())).getBytes(UTF_8);
                case INT4 -> any(random, 0, -1, Integer.MIN_VALUE, Integer.MAX_VALUE);
                case NUMERIC ->
                    CellConverter.fixedLength(
                            any(random, "0", "-1", "999999999999", "-999999999999", "1234", "-5")
                                    .transform(BigInteger::new),
                            columns.get(i).length());
                case REAL4 ->
                    any(
                            random,
                            0f,
                            -0f,
                            32.38f,
                            Float.MIN_VALUE,
                            Float.MAX_VALUE,
                            Float.NaN,
                            Float.POSITIVE_INFINITY,
                            Float.NEGATIVE_INFINITY);
                case REAL8 ->
                    any(
                            random,
                            0d,
                            -0d,
                            0.1,
                            Double.MIN_VALUE,
                            Double.MAX_VALUE,
                            Double.NaN,
                            Double.POSITIVE_INFINITY,
                            Double.NEGATIVE_INFINITY,
                            506560.0);
                case BOOLEAN -> random.nextBoolean();
                case DATE ->
                    (int) any(random, "1970-01-01", "2024-02-29", "9999-12-31", "0001-01-01", "-4712-01-01")
                            .transform(LocalDate::parse)
                            .toEpochDay();
                case DATETIME ->
                    micros(any(
                                    random,
                                    "2024-02-29T10:11:12.123456",
                                    "9999-12-31T23:59:59",
                                    "-4712-01-01T00:00:00",
                                    "1969-12-31T23:59:59.999999",
                                    "0000-03-01T00:00:00.5")
                            .transform(LocalDateTime::parse));
                case TIME -> any(random, 0, 86_399_999, 1, 43_200_000);
                case BLOB -> any(random, new byte[0], new byte[] {0}, new byte[] {10, -1, 44}, "NULL".getBytes(UTF_8));
                default -> throw new IllegalStateException("No values for " + types.get(i));
            };
        }
        return cells;
    }

    @SafeVarargs
    private static <T> T any(Random random, T... values) {
        return values[random.nextInt(values.length)];
    }

    private static long micros(LocalDateTime time) {
        return time.toEpochSecond(ZoneOffset.UTC) * 1_000_000 + time.getNano() / 1000;
    }

    private List<LossyCase> losses(CsvOptions options, @Nullable Object[] row) {
        List<LossyCase> losses = new ArrayList<>();
        for (int i = 0; i < row.length; i++) {
            Object value = row[i];
            if (value != null && value != NotLogged.CELL) {
                options.countLosses(columns.get(i), value, losses::add);
            }
        }
        return losses;
    }

    private List<String> shown(CsvOptions options, @Nullable Object[] row) {
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < row.length; i++) {
            Object value = row[i];
            texts.add(
                    value == null || value == NotLogged.CELL
                            ? String.valueOf(value)
                            : options.text(columns.get(i), value));
        }
        return texts;
    }

    private byte[] write(Case form, CsvOptions options, List<@Nullable Object[]> rows) throws IOException {
        List<ParquetColumn> all = new ArrayList<>();
        if (form.ops() != Ops.NONE) {
            all.add(ParquetColumn.requiredText("Op"));
        }
        if (form.ops() == Ops.OP_AND_TIME) {
            all.add(ParquetColumn.requiredText("ts"));
        }
        all.addAll(columns);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        DmsCsvWriter writer = new DmsCsvWriter(all, options, out);
        for (int i = 0; i < rows.size(); i++) {
            List<@Nullable Object> cells = new ArrayList<>();
            if (form.ops() != Ops.NONE) {
                cells.add((i % 2 == 0 ? "I" : "U").getBytes(UTF_8));
            }
            if (form.ops() == Ops.OP_AND_TIME) {
                cells.add(TIME_TEXT.getBytes(UTF_8));
            }
            cells.addAll(Arrays.asList(rows.get(i)));
            writer.write(all, cells.toArray());
        }
        writer.finish();
        return out.toByteArray();
    }

    private record Read(List<ChangeRecord> changes, long emptyOrNull) {}

    private Read read(Case form, byte[] content) {
        ReplicationSpec spec = spec(form);
        InMemoryObjectStore store = new InMemoryObjectStore(InstantSource.system());
        RawLayout layout = RawLayout.of(spec.settings());
        RawFormat format = form.gzip() ? RawFormat.CSV_GZIP : RawFormat.CSV;
        String key = form.ops() == Ops.NONE ? layout.loadKey(TABLE, 1, format) : layout.cdcKey(TABLE, FLUSHED, format);
        store.put(key, content, WriteCondition.none());
        ObjectStat stat = store.head(key).orElseThrow();
        RawFile file = ((Parsed.Data) layout.parse(stat)).file();
        List<ChangeRecord> changes = new ArrayList<>();
        ChangeReader reader = ChangeReader.create(
                store,
                TABLE,
                spec.rowShape(spec.sourceSchema().orElseThrow().table(TABLE).orElseThrow()),
                ChangeReadOptions.defaults());
        try (ChangeCursor cursor = reader.open(file, PLACE)) {
            for (var batch = cursor.next(); batch.isPresent(); batch = cursor.next()) {
                batch.get().forEach(changes::add);
            }
            return new Read(changes, cursor.counts().emptyOrNull());
        }
    }

    private void check(Case form, CsvOptions options, List<@Nullable Object[]> rows) throws IOException {
        Read read = read(form, write(form, options, rows));

        assertThat(read.changes()).as("rows of %s", form).hasSize(rows.size());
        long empty = 0;
        for (int i = 0; i < rows.size(); i++) {
            ChangeRecord change = read.changes().get(i);
            for (int column = 0; column < types.size(); column++) {
                Object value = rows.get(i)[column];
                assertThat(cell(change, column))
                        .as(
                                "%s = %s in row %s of %s",
                                columns.get(column).name(),
                                shown(options, rows.get(i)).get(column),
                                i,
                                form)
                        .isEqualTo(expected(options, column, value));
                boolean varies = types.get(column).kind().text()
                        || types.get(column).kind().binary();
                empty += varies
                                && field(options, column, value).isEmpty()
                                && options.nullText().isEmpty()
                        ? 1
                        : 0;
            }
        }
        assertThat(read.emptyOrNull()).as("empty or null of %s", form).isEqualTo(empty);
    }

    /** Whether a file of this row alone gives the row back. */
    private boolean isReadAs(Case form, CsvOptions options, @Nullable Object[] row) throws IOException {
        List<@Nullable Object[]> one = new ArrayList<>();
        one.add(row);
        try {
            List<ChangeRecord> changes = read(form, write(form, options, one)).changes();
            if (changes.size() != 1) {
                return false;
            }
            for (int column = 0; column < types.size(); column++) {
                if (!cell(changes.get(0), column).equals(expected(options, column, row[column]))) {
                    return false;
                }
            }
            return true;
        } catch (RawFileException e) {
            return false;
        }
    }

    private static Object cell(ChangeRecord change, int column) {
        CellState state = change.image().state(column);
        return state == CellState.PRESENT ? change.image().value(column) : state;
    }

    /** What stands between the delimiters, quotes included. */
    private String field(CsvOptions options, int column, @Nullable Object value) {
        if (value == null || (value == NotLogged.CELL && options.notLoggedText() == null)) {
            return options.nullText();
        }
        if (value == NotLogged.CELL) {
            return String.valueOf(options.notLoggedText());
        }
        String text = options.text(columns.get(column), value);
        return text.isEmpty() && types.get(column).kind().text() && options.quotesEmptyText() ? "\"\"" : text;
    }

    /** The cell that the loss cases leave: they say which differ from the value. */
    private Object expected(CsvOptions options, int column, @Nullable Object value) {
        if (value == null || value == NotLogged.CELL) {
            return value != null && options.notLoggedText() != null ? CellState.UNKNOWN : CellState.NULL;
        }

        List<LossyCase> losses = new ArrayList<>();
        options.countLosses(columns.get(column), value, losses::add);
        if (losses.contains(LossyCase.EMPTY_LIKE_NULL)) {
            return CellState.NULL;
        }
        if (losses.contains(LossyCase.TEXT_LIKE_MARKER)) {
            return options.text(columns.get(column), value).equals(options.notLoggedText())
                    ? CellState.UNKNOWN
                    : CellState.NULL;
        }
        Object plain = plain(column, value);
        return losses.contains(LossyCase.BLANKS_LIKE_PADDING) ? ((String) plain).stripTrailing() : plain;
    }

    private Object plain(int column, Object value) {
        return switch (types.get(column).kind()) {
            case WSTRING, NCLOB -> new String((byte[]) value, UTF_8);
            case INT4 -> ((Integer) value).longValue();
            case NUMERIC ->
                new BigDecimal(new BigInteger((byte[]) value), types.get(column).scale());
            case DATE -> LocalDate.ofEpochDay((Integer) value);
            case DATETIME ->
                LocalDateTime.ofEpochSecond(
                        Math.floorDiv((Long) value, 1_000_000L),
                        (int) Math.floorMod((Long) value, 1_000_000L) * 1000,
                        ZoneOffset.UTC);
            case TIME -> LocalTime.ofNanoOfDay((Integer) value * 1_000_000L);
            case BLOB -> Bytes.of((byte[]) value);
            default -> value;
        };
    }

    private void checkWithDuckDb(DuckDb duck, Path folder, Case form, CsvOptions options, List<@Nullable Object[]> rows)
            throws Exception {
        Path file = folder.resolve(form.gzip() ? "rows.csv.gz" : "rows.csv");
        Files.write(file, write(form, options, rows));
        String own = switch (form.ops()) {
            case NONE -> "";
            case OP -> "'Op': 'VARCHAR', ";
            case OP_AND_TIME -> "'Op': 'VARCHAR', 'ts': 'VARCHAR', ";
        };
        String declared = columns.stream()
                .map(column -> "'" + column.name() + "': 'VARCHAR'")
                .collect(Collectors.joining(", ", "{" + own, "}"));
        String names =
                columns.stream().map(column -> SqlNames.quote(column.name())).collect(Collectors.joining(", "));
        List<List<String>> read =
                duck.rows("SELECT " + names + " FROM read_csv('" + file + "', auto_detect=false, columns="
                        + declared + ", delim='" + form.delimiter() + "', quote='\"', escape='\"', new_line='"
                        + form.rowDelimiter() + "', header=" + form.header() + ", nullstr='" + options.nullText()
                        + "', allow_quoted_nulls=false, parallel=false)");

        assertThat(read).as("rows of %s in DuckDB", form).hasSize(rows.size());
        for (int i = 0; i < rows.size(); i++) {
            for (int column = 0; column < types.size(); column++) {
                String field = field(options, column, rows.get(i)[column]);
                String expected = field.equals(options.nullText())
                        ? null
                        : field.equals("\"\"") && !isQuotes(rows.get(i)[column]) ? "" : field;
                assertThat(read.get(i).get(column))
                        .as("%s in row %s of %s in DuckDB", columns.get(column).name(), i, form)
                        .isEqualTo(expected);
            }
        }
    }

    /** Whether the value itself is two quotes. */
    private static boolean isQuotes(@Nullable Object value) {
        return value instanceof byte[] text && new String(text, UTF_8).strip().equals("\"\"");
    }
}
