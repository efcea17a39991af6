package io.convergence.change;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convergence.DataSize;
import io.convergence.TableId;
import io.convergence.raw.FileContext;
import io.convergence.raw.RawFile;
import io.convergence.raw.RawFormat;
import io.convergence.target.RowShape;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.parquet.column.ParquetProperties.WriterVersion;
import org.apache.parquet.format.FieldRepetitionType;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Forms of damage that have hurt Parquet readers before, by the names they have in apache/parquet-testing ({@code bad_data}); the files are
 * made here.
 */
class NamedDamageTest {
    private static final TableId TABLE = TableId.of("public", "t");
    private static final Instant FLUSHED = Instant.parse("2024-06-12T10:31:25.108Z");
    private static final String KEY = "public/t/20240612-103125108.parquet";

    static Stream<Arguments> forms() {
        byte[] plain = file(WriterVersion.PARQUET_1_0, false);
        byte[] second = file(WriterVersion.PARQUET_2_0, false);
        byte[] dictionary = file(WriterVersion.PARQUET_1_0, true);
        ParquetForge.Page levels = page(plain, 1, false);
        ParquetForge.Page indices = page(dictionary, 1, false);
        return Stream.of(
                form(
                        "ARROW-GH-41317: columns of unequal length",
                        ParquetForge.withFooter(
                                plain,
                                footer -> ParquetForge.chunk(footer, 0, 1).setNum_values(9)),
                        "row group 0 column 'id' has 9 values in 10 rows."),
                form(
                        "ARROW-GH-41317: a page of fewer values than its column",
                        ParquetForge.withHeader(
                                plain,
                                levels,
                                header -> header.getData_page_header().setNum_values(9)),
                        "row group 0 column 'id' cannot be decoded: 1 values are missing at the end of a column"),
                form(
                        "ARROW-GH-41321: fewer levels than values",
                        // The length of the levels in four bytes, then the run: 10 values of level 1.
                        ParquetForge.withByte(plain, levels.data() + 4, 9 << 1),
                        "a page of 10 values has levels of 9"),
                form(
                        "ARROW-GH-41321: fewer levels than values in a page of the second version",
                        ParquetForge.withByte(second, page(second, 1, false).data(), 9 << 1),
                        "the levels of a page of 10 values are broken 1 values before their end"),
                form(
                        "ARROW-GH-43605: indices of a dictionary in more bits than there are",
                        ParquetForge.withByte(dictionary, indices.data() + 6, 33),
                        "a page claims values of 33 bits"),
                form(
                        "ARROW-GH-45185: a repeated column",
                        ParquetForge.withFooter(
                                plain,
                                footer -> footer.getSchema().get(2).setRepetition_type(FieldRepetitionType.REPEATED)),
                        "column 'id' is nested or repeated."),
                form(
                        "ARROW-GH-47662: nulls in a required column",
                        ParquetForge.withFooter(
                                plain,
                                footer -> footer.getSchema().get(2).setRepetition_type(FieldRepetitionType.REQUIRED)),
                        "a page of 86 bytes has 10 values that need 80"),
                form(
                        "ARROW-RS-GH-6229-DICTHEADER: a dictionary of a negative size",
                        ParquetForge.withHeader(
                                dictionary,
                                page(dictionary, 1, true),
                                header -> header.getDictionary_page_header().setNum_values(-1)),
                        "claims -1 values"),
                form(
                        "ARROW-RS-GH-6229-LEVELS: levels longer than their page",
                        ParquetForge.withByte(plain, levels.data(), 200),
                        "a page of 86 bytes claims 200 bytes of levels"),
                form("PARQUET-1481: a type that Parquet has not", corruptType(plain), "its footer cannot be decoded"),
                form(
                        "two columns of one name",
                        ParquetForge.withFooter(plain, footer -> {
                            footer.getSchema().get(2).setName("Op");
                            ParquetForge.chunk(footer, 0, 1).setPath_in_schema(List.of("Op"));
                        }),
                        "it has two columns 'Op'."),
                form("a text that claims a gigabyte", hugeText(plain), "bytes claims 1073741823 bytes of a value"),
                form(
                        "a page that claims two gigabytes",
                        ParquetForge.withHeader(
                                plain, page(plain, 2, false), header -> header.setCompressed_page_size(2_000_000_000)),
                        "row group 0 column 'note' cannot be decoded: the header of a page cannot be decoded: a page claims 2000000000 bytes, "),
                form(
                        "a page of levels without end",
                        ParquetForge.withHeader(
                                second,
                                page(second, 2, false),
                                header -> header.getData_page_header_v2()
                                        .setRepetition_levels_byte_length(Integer.MIN_VALUE)),
                        "row group 0 column 'note' cannot be decoded: the header of a page cannot be decoded: a page of "));
    }

    private static Arguments form(String name, byte[] bytes, String reason) {
        return Arguments.of(name, bytes, reason);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("forms")
    void isRefusedWithItsReason(String name, byte[] bytes, String reason) {
        assertThatThrownBy(() -> rows(bytes, options -> options))
                .as(name)
                .isInstanceOf(RawFileException.class)
                .hasMessageStartingWith("Cannot read '" + KEY + "'")
                .hasMessageContaining(reason);
    }

    /** ARROW-GH-43605: legal where the dictionary has one value, which all rows then have. */
    @Test
    void indicesOfNoBitsAreTheFirstValueOfTheDictionary() {
        List<ParquetFixture.Row> rows = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            rows.add(row -> row.append("note", "always the same"));
        }
        byte[] file = ParquetFixture.of("optional binary note (UTF8);")
                .with(builder -> builder.withDictionaryEncoding(true))
                .write(rows);

        List<ChangeRecord> read = rows(file, options -> options);

        assertThat(read)
                .hasSize(20)
                .allSatisfy(change -> assertThat(change.image().textValue(0)).isEqualTo("always the same"));
    }

    @Test
    void aRowOfOneHugeTextIsReadUpToTheLimit() {
        byte[] file = ParquetFixture.of("optional binary note (UTF8);")
                .with(builder ->
                        builder.withDictionaryEncoding(false).withCompressionCodec(CompressionCodecName.UNCOMPRESSED))
                .write(row -> row.append("note", "x".repeat(9 << 20)));

        assertThat(rows(file, options -> options)).hasSize(1);
        assertThatThrownBy(() -> rows(file, options -> options.withMaxColumnChunk(DataSize.ofMegabytes(9))))
                .isInstanceOf(RawFileException.class)
                .hasMessageContaining("row group 0 column 'note' has ")
                .hasMessageContaining("more than the limit of 9.0 MB");
    }

    /** The length of the first text, behind four bytes and two of levels, becomes 2^30 - 1. */
    private static byte[] hugeText(byte[] file) {
        byte[] bytes = file.clone();
        int at = page(file, 2, false).data() + 6;
        Arrays.fill(bytes, at, at + 3, (byte) 0xFF);
        bytes[at + 3] = 0x3F;
        return bytes;
    }

    private static byte[] corruptType(byte[] file) {
        // The element's name follows its type, length 2 and "id".
        byte[] name = {0x18, 2, 'i', 'd'};
        int at = ParquetForge.footerStart(file);
        while (!Arrays.equals(file, at, at + name.length, name, 0, name.length)) {
            at++;
        }
        // Before it stand the fields type and repetition, two bytes each.
        return ParquetForge.withByte(file, at - 3, 60 << 1);
    }

    private static ParquetForge.Page page(byte[] file, int column, boolean dictionary) {
        return ParquetForge.pages(file).stream()
                .filter(page -> page.column() == column && page.header().isSetDictionary_page_header() == dictionary)
                .findFirst()
                .orElseThrow();
    }

    private static byte[] file(WriterVersion version, boolean dictionary) {
        List<ParquetFixture.Row> rows = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            long id = i % 4;
            rows.add(row -> row.append("Op", "I").append("id", id).append("note", "n" + id));
        }
        return ParquetFixture.of("optional binary Op (UTF8); optional int64 id; optional binary note (UTF8);")
                .with(builder -> builder.withCompressionCodec(CompressionCodecName.UNCOMPRESSED)
                        .withWriterVersion(version)
                        .withPageWriteChecksumEnabled(false)
                        .withDictionaryEncoding(dictionary))
                .write(rows);
    }

    private static List<ChangeRecord> rows(byte[] content, UnaryOperator<ChangeReadOptions> options) {
        FileStore store = new FileStore();
        RawFile.Cdc file = new RawFile.Cdc(TABLE, store.add(KEY, content, FLUSHED), RawFormat.PARQUET, FLUSHED);
        ChangeReader reader =
                ChangeReader.create(store, TABLE, RowShape.plain(), options.apply(ChangeReadOptions.defaults()));
        try (ChangeCursor cursor = reader.open(file, new FileContext(FileContext.NO_LOAD, FLUSHED))) {
            return CsvFixture.all(cursor);
        }
    }
}
