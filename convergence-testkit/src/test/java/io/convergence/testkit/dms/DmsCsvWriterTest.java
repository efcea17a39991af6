package io.convergence.testkit.dms;

import static io.convergence.testkit.dms.ParquetColumn.TimestampUnit.MICROS;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convergence.schema.DataType;
import io.convergence.target.S3TargetSettings;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Byte by byte what shared notes say of real CSV files of DMS. */
class DmsCsvWriterTest {
    private static final ParquetColumn TEXT = column("t", "string(20)");
    private static final ParquetColumn NUMBER = column("n", "int4");

    @Test
    void rowsAreUtf8WithARowDelimiterAfterEachAndNothingForNull() throws IOException {
        String file = write(s -> {}, List.of(TEXT, NUMBER), row("Grüße", 1), row(null, null));

        assertThat(file).isEqualTo("Grüße,1\n,\n");
    }

    @Test
    void fieldIsQuotedOnlyWhereADelimiterQuoteOrLineEndAsksForIt() throws IOException {
        List<ParquetColumn> columns = List.of(TEXT);

        String file = write(s -> {}, columns, row("a,b"), row("a\"b"), row("a\nb"), row(" 'a' #\\n "), row("it's"));

        assertThat(file).isEqualTo("\"a,b\"\n\"a\"\"b\"\n\"a\nb\"\n 'a' #\\n \nit's\n");
    }

    @Test
    void withoutRfc4180FieldsAreCopiedAsTheyAre() throws IOException {
        String file = write(s -> s.csv(c -> c.withoutRfc4180()), List.of(TEXT, NUMBER), row("a,\"b", 1));

        assertThat(file).isEqualTo("a,\"b,1\n");
    }

    @Test
    void delimitersMarkersHeaderAndPaddingFollowTheSettings() throws IOException {
        Consumer<S3TargetSettings.Builder> settings = s -> s.csv(c -> c.delimiter("||")
                .rowDelimiter("\\r\\n")
                .nullValue("NULL")
                .noSupValue("NOSUP")
                .addColumnName()
                .addTrailingPaddingCharacter());

        String file = write(
                settings, List.of(TEXT, NUMBER), row("a,b", 1), row("a||b", null), new Object[] {NotLogged.CELL, 2});

        assertThat(file).isEqualTo("t||n\r\na,b ||1\r\n\"a||b \"||NULL\r\nNOSUP||2\r\n");
    }

    @Test
    void cellThatWasNotLoggedIsNullWithoutUseCsvNoSupValue() throws IOException {
        String file = write(s -> {}, List.of(TEXT, NUMBER), new Object[] {NotLogged.CELL, 1});

        assertThat(file).isEqualTo(",1\n");
    }

    @Test
    void emptyTextIsNothingOrTwoQuotes() throws IOException {
        ParquetColumn bytes = column("b", "blob");
        List<ParquetColumn> columns = List.of(TEXT, bytes);
        Object[] row = {text(""), new byte[0]};

        assertThat(write(S3TargetSettings.of(s -> s.bucketName("b")), EmptyText.NOTHING, columns, row))
                .isEqualTo(",\n");
        assertThat(write(S3TargetSettings.of(s -> s.bucketName("b")), EmptyText.QUOTED, columns, row))
                .isEqualTo("\"\",\n");
        assertThat(write(
                        S3TargetSettings.of(s -> s.bucketName("b").csv(c -> c.withoutRfc4180())),
                        EmptyText.QUOTED,
                        columns,
                        row))
                .isEqualTo(",\n");
    }

    @Test
    void rowsOfOneFileMayDifferInWidth() throws IOException {
        var out = new ByteArrayOutputStream();
        var options = CsvOptions.of(S3TargetSettings.of(s -> s.bucketName("b")), EmptyText.NOTHING);
        var writer = new DmsCsvWriter(List.of(NUMBER), options, out);

        writer.write(List.of(NUMBER), row(1));
        writer.write(List.of(NUMBER, NUMBER), row(1, 2));
        writer.finish();

        assertThat(out.toString(UTF_8)).isEqualTo("1\n1,2\n");
        assertThat(writer.bytes()).isEqualTo(6);
        assertThatThrownBy(() -> writer.write(List.of(NUMBER), row(1, 2)))
                .hasMessage("Cannot write a row of 2 values: it has 1 columns.");
    }

    @Test
    void gzipIsOneWholeStream() throws IOException {
        var out = new ByteArrayOutputStream();
        var settings =
                S3TargetSettings.of(s -> s.bucketName("b").compressionType(io.convergence.target.CompressionType.GZIP));
        var writer = new DmsCsvWriter(List.of(NUMBER), CsvOptions.of(settings, EmptyText.NOTHING), out);
        for (int i = 0; i < 1000; i++) {
            writer.write(List.of(NUMBER), row(7));
        }
        writer.finish();

        byte[] content = new GZIPInputStream(new ByteArrayInputStream(out.toByteArray())).readAllBytes();
        assertThat(new String(content, UTF_8)).isEqualTo("7\n".repeat(1000));
        assertThat(out.size()).isLessThan(200);
    }

    /** Expected texts are those of C's printf with {@code %+.8e} and {@code %+.16e}. */
    @ParameterizedTest
    @CsvSource({
        "real4, 32.38, +3.23800011e+01",
        "real4, 0, +0.00000000e+00",
        "real4, -0.0, -0.00000000e+00",
        "real4, 3.4028234663852886e38, +3.40282347e+38",
        "real4, 1.401298464324817e-45, +1.40129846e-45",
        "real8, 506560, +5.0656000000000000e+05",
        "real8, 0.1, +1.0000000000000001e-01",
        "real8, -1e300, -1.0000000000000001e+300",
        "real8, 4.9e-324, +4.9406564584124654e-324",
        "real8, 1.7976931348623157e308, +1.7976931348623157e+308",
        "real8, 9.9999999999999995e22, +9.9999999999999992e+22",
        "real8, NaN, +nan",
        "real8, -Infinity, -inf",
    })
    void floatsAreWrittenAsCPrintsThem(String type, double value, String expected) {
        Object cell = type.equals("real4") ? (Object) (float) value : (Object) value;

        assertThat(CsvText.of(column("f", type), cell)).isEqualTo(expected);
    }

    @Test
    void otherTypesHaveTheirPlainText() {
        assertThat(CsvText.of(column("c", "boolean"), true)).isEqualTo("true");
        assertThat(CsvText.of(column("c", "uint4"), -1)).isEqualTo("4294967295");
        assertThat(CsvText.of(column("c", "uint8"), -1L)).isEqualTo("18446744073709551615");
        assertThat(CsvText.of(column("c", "int8"), -1L)).isEqualTo("-1");
        assertThat(CsvText.of(column("c", "numeric(12,2)"), CellConverter.fixedLength(BigInteger.valueOf(8510000), 6)))
                .isEqualTo("85100.00");
        assertThat(CsvText.of(column("c", "numeric(12,2)"), CellConverter.fixedLength(BigInteger.ZERO, 6)))
                .isEqualTo("0.00");
        assertThat(CsvText.of(
                        column("c", "date"), (int) LocalDate.of(2024, 6, 12).toEpochDay()))
                .isEqualTo("2024-06-12");
        assertThat(CsvText.of(column("c", "datetime"), -1L)).isEqualTo("1969-12-31 23:59:59.999999");
        assertThat(CsvText.of(column("c", "time"), 86_399_999)).isEqualTo("23:59:59.999");
        assertThat(CsvText.of(column("c", "blob"), new byte[] {0, -1})).isEqualTo("00ff");
    }

    @Test
    void whatAReaderCannotTellApartIsCounted() {
        List<LossyCase> losses = new ArrayList<>();
        var plain = CsvOptions.of(
                S3TargetSettings.of(s -> s.bucketName("b").csv(c -> c.withoutRfc4180())), EmptyText.NOTHING);
        var marked = CsvOptions.of(
                S3TargetSettings.of(s -> s.bucketName("b").csv(c -> c.nullValue("NULL"))), EmptyText.NOTHING);

        plain.countLosses(TEXT, text(""), losses::add);
        plain.countLosses(TEXT, text("a,b"), losses::add);
        marked.countLosses(TEXT, text("NULL"), losses::add);
        marked.countLosses(TEXT, text(""), losses::add);
        marked.countLosses(TEXT, text("a,b"), losses::add);

        assertThat(losses)
                .containsExactly(LossyCase.EMPTY_LIKE_NULL, LossyCase.TEXT_BREAKS_ROW, LossyCase.TEXT_LIKE_MARKER);
    }

    private static String write(
            Consumer<S3TargetSettings.Builder> settings, List<ParquetColumn> columns, Object[]... rows)
            throws IOException {
        return write(S3TargetSettings.of(s -> settings.accept(s.bucketName("b"))), EmptyText.NOTHING, columns, rows);
    }

    private static String write(
            S3TargetSettings settings, EmptyText emptyText, List<ParquetColumn> columns, Object[]... rows)
            throws IOException {
        var out = new ByteArrayOutputStream();
        var writer = new DmsCsvWriter(columns, CsvOptions.of(settings, emptyText), out);
        for (Object[] row : rows) {
            writer.write(columns, row);
        }
        writer.finish();
        return out.toString(UTF_8);
    }

    private static Object[] row(@Nullable Object... cells) {
        Object[] row = cells.clone();
        for (int i = 0; i < row.length; i++) {
            row[i] = row[i] instanceof String text ? text(text) : row[i];
        }
        return row;
    }

    private static byte[] text(String text) {
        return text.getBytes(UTF_8);
    }

    private static ParquetColumn column(String name, String type) {
        return ParquetColumn.optional(name, DataType.parse(type), MICROS);
    }
}
