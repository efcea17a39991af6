package io.convergence.change;

import static io.convergence.change.Mutations.demand;

import io.convergence.raw.RawFile;
import io.convergence.target.OpColumn;
import io.convergence.target.RowShape;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Damaged CSV files. Text has no checksums, so that a damaged file may be a sound one with other rows: a second reading of the rules,
 * written for this test alone, says which rows.
 */
final class CsvMutants implements Mutations.Mutants {
    private static final RowShape SHAPE = CsvFixture.shape(
            CsvFixture.schema("id int4 not null", "note clob", "amount numeric(9,2)"), c -> c.cdcOp(OpColumn.PRESENT));
    private static final String SPECIAL = ",\"\n\r\0\u00FF\u00C3\u00EF\u00BB\u00BF09-.ID";

    /** What a field is: its bytes as Latin-1, and whether it stood in quotes. */
    private record Field(String text, boolean quoted) {}

    @Override
    public String name() {
        return "csv";
    }

    @Override
    public Mutations.Outcome next(Random random) {
        byte[] text = text(random);
        return judge(random.nextInt(12) == 0 ? text : damage(text, random));
    }

    static byte[] text(Random random) {
        StringBuilder text = new StringBuilder();
        for (int row = 2 + random.nextInt(12); row > 0; row--) {
            text.append("IUD".charAt(random.nextInt(3)))
                    .append(",")
                    .append(random.nextInt(2000) - 1000)
                    .append(",")
                    .append(
                            switch (random.nextInt(7)) {
                                case 0 -> "";
                                case 1 -> "\"a,b\"";
                                case 2 -> "\"say \"\"ja\"\"\"";
                                case 3 -> "\"two\nlines\"";
                                case 4 -> "Grüße";
                                case 5 -> "\"\"";
                                default -> "plain " + row;
                            })
                    .append(",")
                    .append(random.nextInt(4) == 0 ? "" : random.nextInt(900) + ".5" + random.nextInt(10))
                    .append("\n");
            if (random.nextInt(15) == 0) {
                text.append("\n");
            }
        }

        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] damage(byte[] sound, Random random) {
        byte[] bytes = sound;
        for (int i = random.nextInt(3); i >= 0; i--) {
            int at = random.nextInt(bytes.length);
            byte special = (byte) SPECIAL.charAt(random.nextInt(SPECIAL.length()));
            int to = Math.min(bytes.length, at + 1 + random.nextInt(8));
            bytes = switch (random.nextInt(6)) {
                case 0 -> ParquetForge.withByte(bytes, at, special);
                case 1 -> ParquetForge.withByte(bytes, at, bytes[at] ^ 1 << random.nextInt(8));
                case 2 -> spliced(bytes, at, at, new byte[] {special});
                case 3 -> spliced(bytes, at, to, new byte[0]);
                case 4 -> spliced(bytes, at, at, Arrays.copyOfRange(bytes, at, to));
                default -> bytes.length < 3 ? bytes : Arrays.copyOf(bytes, 1 + at);
            };
            if (bytes.length == 0) {
                return new byte[] {special};
            }
        }

        return bytes;
    }

    private static byte[] spliced(byte[] bytes, int from, int to, byte[] instead) {
        return ByteBuffer.allocate(bytes.length - (to - from) + instead.length)
                .put(bytes, 0, from)
                .put(instead)
                .put(bytes, to, bytes.length - to)
                .array();
    }

    private static Mutations.Outcome judge(byte[] bytes) {
        CsvFixture files = new CsvFixture();
        RawFile.Cdc file = files.cdc(bytes);
        List<List<Field>> expected = rows(bytes);
        List<ChangeRecord> read;
        try {
            read = files.read(file, SHAPE);
        } catch (RawFileException e) {
            Mutations.demandTyped(e);
            if (expected != null && expected.stream().allMatch(CsvMutants::isPlain)) {
                throw new AssertionError("sound text is refused", e);
            }
            return Mutations.Outcome.REFUSED;
        }

        if (expected == null) {
            throw new AssertionError("text is read that cannot be split into rows: " + CsvFixture.lines(read));
        }
        demand(read.size() == expected.size(), read.size() + " rows instead of " + expected.size());
        for (int i = 0; i < read.size(); i++) {
            List<Field> fields = expected.get(i);
            RowImage image = read.get(i).image();
            demand(fields.size() == 4, "a row of " + fields.size() + " fields is read");
            demand(
                    read.get(i).origin().row() == i,
                    "row " + i + " stands at " + read.get(i).origin());
            demand(
                    fields.get(0)
                            .text()
                            .equals(String.valueOf(read.get(i).operation().letter())),
                    "operation of row " + i);
            demand(sameNumber(fields.get(1), image, 0), "id of row " + i + " is " + image.toMap());
            demand(sameText(fields.get(2), image, 1), "note of row " + i + " is " + image.toMap());
            demand(sameNumber(fields.get(3), image, 2), "amount of row " + i + " is " + image.toMap());
        }

        return Mutations.Outcome.READ;
    }

    private static boolean sameNumber(Field field, RowImage image, int place) {
        if (image.state(place) != CellState.PRESENT) {
            return field.text().isEmpty() && !field.quoted();
        }

        return new BigDecimal(field.text())
                        .compareTo(new BigDecimal(image.value(place).toString()))
                == 0;
    }

    private static boolean sameText(Field field, RowImage image, int place) {
        return image.state(place) != CellState.PRESENT
                ? field.text().isEmpty() && !field.quoted()
                : image.textValue(place).equals(utf8(field.text()));
    }

    /** Whether nothing about the row's fields can be doubted. */
    private static boolean isPlain(List<Field> row) {
        return row.size() == 4
                && row.get(0).text().matches("[IUD]")
                && !row.get(0).quoted()
                && row.get(1).text().matches("-?[1-9][0-9]{0,8}|0")
                && (row.get(3).text().matches("(0|[1-9][0-9]{0,6})\\.[0-9]{2}")
                        || (row.get(3).text().isEmpty() && !row.get(3).quoted()))
                && utf8(row.get(2).text()) != null;
    }

    private static @Nullable String utf8(String latin) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(latin.getBytes(StandardCharsets.ISO_8859_1)))
                    .toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }

    /** The rows with text, or null if quotes, carriage returns or the end leave it open where fields end. */
    private static @Nullable List<List<Field>> rows(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        if (text.startsWith("\u00EF\u00BB\u00BF")) {
            text = text.substring(3);
        }

        List<List<Field>> rows = new ArrayList<>();
        List<Field> row = new ArrayList<>();
        int at = 0;
        while (at < text.length()) {
            StringBuilder field = new StringBuilder();
            boolean quoted = text.charAt(at) == '"';
            if (quoted) {
                int end = at + 1;
                while (true) {
                    int quote = text.indexOf('"', end);
                    if (quote < 0) {
                        return null;
                    }
                    field.append(text, end, quote);
                    end = quote + 1;
                    if (end == text.length() || text.charAt(end) != '"') {
                        break;
                    }
                    field.append('"');
                    end++;
                }
                at = end;
            } else {
                while (at < text.length() && text.charAt(at) != ',' && text.charAt(at) != '\n') {
                    field.append(text.charAt(at++));
                }
            }
            String value = field.toString();
            boolean ended = at < text.length() && (text.charAt(at) == ',' || text.charAt(at) == '\n');
            if (!ended || (!quoted && value.indexOf('"') >= 0)) {
                return null;
            }
            if (!quoted && text.charAt(at) == '\n' && value.endsWith("\r")) {
                return null;
            }

            row.add(new Field(value, quoted));
            if (text.charAt(at++) == '\n') {
                if (row.stream().anyMatch(any -> any.quoted() || !any.text().isEmpty())) {
                    rows.add(row);
                }
                row = new ArrayList<>();
            } else if (at == text.length()) {
                return null;
            }
        }

        return rows;
    }
}
