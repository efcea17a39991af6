package io.convergence.change;

import static io.convergence.change.CsvFixture.schema;
import static io.convergence.change.CsvFixture.shape;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import io.convergence.raw.RawFile;
import io.convergence.schema.TableSchema;
import io.convergence.target.OpColumn;
import io.convergence.target.RowShape;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Random tables through every form a writer of a few lines gives them. Replay one case with {@code -Dconvergence.seed=}. */
class CsvPropertiesTest {
    private static final Long ONE = Long.getLong("convergence.seed");
    private static final TableSchema SCHEMA = schema(
            "id int8 not null", "note clob", "ratio real4", "amount real8", "price numeric(28,6)", "moment datetime");
    private static final DateTimeFormatter MICROS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSSSSS", Locale.ROOT);
    private static final String[] DELIMITERS = {",", "|", "\t", "||", "ä", ";~"};
    private static final String[] ROW_DELIMITERS = {"\n", "\r\n", "|~\n", "#", "END"};
    private static final String[] TEXTS = {
        "a",
        "ß",
        "\uD83D\uDE00",
        "\"",
        "\"\"",
        ",",
        "\n",
        "\r\n",
        "|",
        "||",
        ";",
        "~",
        "#",
        "E",
        "EN",
        "END",
        " ",
        "\t",
        "\\",
        "NULL",
        "\u0000"
    };

    /** A row as the test knows it; null for null. */
    private record Expected(
            String op,
            long id,
            @Nullable String note,
            @Nullable Float ratio,
            @Nullable Double amount,
            @Nullable BigDecimal price,
            @Nullable LocalDateTime moment) {
        static Expected random(Random random, Form form) {
            return new Expected(
                    "IU".substring(random.nextInt(2)).substring(0, 1),
                    random.nextLong(),
                    maybe(random, form.text(random)),
                    maybe(random, (random.nextFloat() - 0.5f) * 1e10f),
                    maybe(random, random.nextGaussian() * Math.pow(10, random.nextInt(200) - 100)),
                    maybe(random, new BigDecimal(new BigInteger(90, random).subtract(BigInteger.ONE.shiftLeft(89)), 6)),
                    maybe(
                            random,
                            LocalDateTime.ofEpochSecond(
                                    random.nextInt() * 20L, random.nextInt(1_000_000) * 1000, ZoneOffset.UTC)));
        }

        private static <T> @Nullable T maybe(Random random, T value) {
            return random.nextInt(6) == 0 ? null : value;
        }

        List<@Nullable Object> cells() {
            return Arrays.asList(id, note, ratio, amount, price, moment);
        }

        List<@Nullable String> texts() {
            return Arrays.asList(
                    Long.toString(id),
                    note,
                    ratio == null ? null : String.format(Locale.ROOT, "%+.8e", ratio),
                    amount == null ? null : String.format(Locale.ROOT, "%+.16e", amount),
                    price == null ? null : price.toPlainString(),
                    moment == null ? null : MICROS.format(moment));
        }
    }

    /** One of the forms DMS's settings allow, and the writer of it. */
    private record Form(
            String delimiter, String rowDelimiter, boolean rfc4180, boolean marker, boolean header, boolean gzip) {
        static Form random(Random random) {
            String delimiter = DELIMITERS[random.nextInt(DELIMITERS.length)];
            String rowDelimiter = ROW_DELIMITERS[random.nextInt(ROW_DELIMITERS.length)];
            boolean alike = rowDelimiter.startsWith(delimiter);
            return new Form(
                    delimiter,
                    alike ? "\n" : rowDelimiter,
                    random.nextBoolean(),
                    random.nextBoolean(),
                    random.nextBoolean(),
                    random.nextBoolean());
        }

        /** Without quotes only texts without delimiters can be written, and none that with the next delimiter makes one early. */
        String text(Random random) {
            var text = new StringBuilder();
            int parts = random.nextInt(100) == 0 ? 30_000 : random.nextInt(6);
            for (int i = 0; i < parts; i++) {
                text.append(TEXTS[random.nextInt(TEXTS.length)]);
            }
            if (!rfc4180) {
                String ends = delimiter + rowDelimiter + "\r";
                return text.chars()
                        .filter(c -> ends.indexOf(c) < 0)
                        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                        .append("x")
                        .toString();
            }

            return text.toString();
        }

        String field(@Nullable String value, boolean text) {
            if (value == null) {
                return marker ? "\\N" : "";
            }
            boolean needsQuotes = value.isEmpty() && text
                    || value.contains("\"")
                    || value.contains("\r")
                    || value.contains("\n")
                    || (value + delimiter).indexOf(delimiter) < value.length()
                    || (value + rowDelimiter).indexOf(rowDelimiter) < value.length();
            return rfc4180 && needsQuotes ? '"' + value.replace("\"", "\"\"") + '"' : value;
        }

        byte[] write(List<Expected> rows) {
            var content = new StringBuilder();
            if (header) {
                content.append(String.join(delimiter, "Op", "id", "note", "ratio", "amount", "price", "moment"))
                        .append(rowDelimiter);
            }
            for (Expected row : rows) {
                content.append(row.op());
                List<@Nullable String> texts = row.texts();
                for (int i = 0; i < texts.size(); i++) {
                    content.append(delimiter).append(field(texts.get(i), i == 1));
                }
                content.append(rowDelimiter);
            }

            byte[] bytes = content.toString().getBytes(UTF_8);
            return gzip ? CsvFixture.gzip(bytes) : bytes;
        }

        RowShape shape() {
            return CsvFixture.shape(SCHEMA, c -> {
                c.delimiter(delimiter).rowDelimiter(rowDelimiter).cdcOp(OpColumn.PRESENT);
                if (!rfc4180) {
                    c.withoutRfc4180();
                }
                if (marker) {
                    c.nullValue("\\N");
                }
                if (header) {
                    c.header();
                }
            });
        }
    }

    @Test
    void whatWasWrittenIsRead() {
        int forms = 0;
        for (long seed : seeds(400)) {
            Random random = new Random(seed);
            Form form = Form.random(random);
            List<Expected> rows = new ArrayList<>();
            for (int i = random.nextInt(300); i >= 0; i--) {
                rows.add(Expected.random(random, form));
            }
            var files = new CsvFixture().options(ChangeReadOptions.defaults().withBatchRows(1 + random.nextInt(50)));
            byte[] content = form.write(rows);
            RawFile file = form.gzip() ? files.gzipCdc(content) : files.cdc(content);

            List<ChangeRecord> read = files.read(file, form.shape());

            assertThat(read).as("rows of seed %d, %s", seed, form).hasSize(rows.size());
            for (int i = 0; i < read.size(); i++) {
                assertThat(Character.toString(read.get(i).operation().letter()))
                        .as("operation of row %d, seed %d, %s", i, seed, form)
                        .isEqualTo(rows.get(i).op());
                assertThat(cells(read.get(i)))
                        .as("row %d of seed %d, %s", i, seed, form)
                        .isEqualTo(rows.get(i).cells());
                assertThat(read.get(i).origin().row()).isEqualTo(i);
            }
            forms++;
        }

        assertThat(forms).isPositive();
    }

    private static List<@Nullable Object> cells(ChangeRecord change) {
        RowImage image = change.image();
        List<@Nullable Object> cells = new ArrayList<>();
        for (int i = 0; i < image.columns().size(); i++) {
            cells.add(image.state(i) == CellState.PRESENT ? image.value(i) : null);
        }

        return cells;
    }

    /** FastCSV takes carriage returns for line ends, so only texts without them are compared. */
    @Test
    void anotherReaderSeesTheSameFields() throws IOException {
        for (long seed : seeds(100)) {
            Random random = new Random(seed);
            Form form = new Form(",", "\n", true, true, false, false);
            List<Expected> rows = new ArrayList<>();
            for (int i = random.nextInt(200); i >= 0; i--) {
                Expected row = Expected.random(random, form);
                rows.add(
                        row.note() == null || !row.note().contains("\r")
                                ? row
                                : new Expected(row.op(), row.id(), "", null, null, null, null));
            }
            String content = new String(form.write(rows), UTF_8);
            List<List<String>> others = new ArrayList<>();
            try (CsvReader<CsvRecord> reader = CsvReader.builder().ofCsvRecord(content)) {
                reader.forEach(row -> others.add(row.getFields()));
            }

            var files = new CsvFixture();
            List<ChangeRecord> read = files.read(files.cdc(content), form.shape());

            assertThat(read).as("seed %d", seed).hasSize(others.size());
            for (int i = 0; i < read.size(); i++) {
                RowImage image = read.get(i).image();
                String note = image.state(1) == CellState.PRESENT ? image.textValue(1) : "\\N";
                assertThat(List.of(
                                Character.toString(read.get(i).operation().letter()),
                                Long.toString(image.longValue(0)),
                                note))
                        .as("row %d, seed %d", i, seed)
                        .isEqualTo(others.get(i).subList(0, 3));
            }
        }
    }

    /** The splitter's buffer begins with 64 KB: delimiters, quotes and characters lie across its end and those it grows to. */
    @Test
    void nothingDependsOnWhereABufferEnds() {
        RowShape shape = shape(
                schema("id int4 not null", "note clob", "more clob"),
                c -> c.delimiter("<>").rowDelimiter("|~\n"));
        for (int end : new int[] {1 << 16, 1 << 17}) {
            for (int shift = -24; shift <= 8; shift++) {
                String filler = "x".repeat(end + shift - 6);
                var files = new CsvFixture();

                List<ChangeRecord> changes = files.read(
                        files.cdc("I<>1<>" + filler + "<>\"a\"\"ß<>|~\n\"|~\nI<>2<><|<>~\n|~\nU<>3<>\"\"<>z|~\n"),
                        shape);

                assertThat(changes).as("shift %d", shift).hasSize(3);
                assertThat(changes.get(0).image().textValue(1)).isEqualTo(filler);
                assertThat(changes.get(0).image().textValue(2)).isEqualTo("a\"ß<>|~\n");
                assertThat(CsvFixture.lines(changes.subList(1, 3)))
                        .as("shift %d", shift)
                        .containsExactly("I [2] [<|] [~\n]", "U [3] [] [z]");
            }
        }
    }

    @Test
    void damagedGzipGivesTheRowsOrAFault() {
        int faults = 0;
        for (long seed : seeds(1500)) {
            Random random = new Random(seed);
            Form form = new Form(",", "\n", true, true, false, true);
            List<Expected> rows = List.of(Expected.random(random, form), Expected.random(random, form));
            byte[] content = form.write(rows);
            content[random.nextInt(content.length)] ^= (byte) (1 << random.nextInt(8));
            var files = new CsvFixture();

            try {
                assertThat(files.read(files.gzipCdc(content), form.shape()).stream()
                                .map(CsvPropertiesTest::cells)
                                .toList())
                        .as("seed %d", seed)
                        .isEqualTo(rows.stream().map(Expected::cells).toList());
            } catch (RawFileException e) {
                faults++;
                assertThat(e.key()).as("seed %d", seed).isEqualTo(CsvFixture.CDC_KEY + ".gz");
            }
        }

        assertThat(ONE != null || faults > 1000).as("%d faults", faults).isTrue();
    }

    @Test
    void damagedTextGivesRowsOrAFaultAndNothingElse() {
        int faults = 0;
        for (long seed : seeds(3000)) {
            Random random = new Random(seed);
            Form form = Form.random(random);
            Form plain = new Form(
                    form.delimiter(), form.rowDelimiter(), form.rfc4180(), form.marker(), form.header(), false);
            byte[] content = plain.write(List.of(
                    Expected.random(random, plain), Expected.random(random, plain), Expected.random(random, plain)));
            byte[] damaged = damage(content, random);
            var files = new CsvFixture();

            try {
                files.read(files.cdc(damaged), plain.shape()).forEach(CsvPropertiesTest::cells);
            } catch (RawFileException e) {
                faults++;
                assertThat(e.key()).as("seed %d", seed).isEqualTo(CsvFixture.CDC_KEY);
                assertThat(e.byteOffset().orElse(0))
                        .as("seed %d: %s", seed, e.getMessage())
                        .isBetween(0L, (long) damaged.length);
            }
        }

        assertThat(ONE != null || faults > 500).as("%d faults", faults).isTrue();
    }

    private static byte[] damage(byte[] content, Random random) {
        byte[] damaged = content.clone();
        int place = random.nextInt(content.length);
        switch (random.nextInt(4)) {
            case 0 -> damaged[place] = (byte) random.nextInt(256);
            case 1 -> damaged = Arrays.copyOf(content, place);
            case 2 -> damaged[place] = (byte) "\",\n\r|0-+.eN\\".charAt(random.nextInt(12));
            default -> System.arraycopy(content, 0, damaged, place, content.length - place);
        }

        return damaged;
    }

    private static long[] seeds(int count) {
        return ONE != null ? new long[] {ONE} : LongStream.range(0, count).toArray();
    }
}
