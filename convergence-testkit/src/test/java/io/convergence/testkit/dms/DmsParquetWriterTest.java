package io.convergence.testkit.dms;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convergence.schema.DataType;
import io.convergence.schema.DataType.Kind;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.CompressionCodec;
import org.apache.parquet.format.ConvertedType;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.FieldRepetitionType;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.PageHeader;
import org.apache.parquet.format.PageType;
import org.apache.parquet.format.RowGroup;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.Statistics;
import org.apache.parquet.format.Type;
import org.apache.parquet.format.Util;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Every fact of the real file that shared notes describe (parquet-go's DMS sample), read back by other code. */
class DmsParquetWriterTest {
    private static final ParquetColumn.TimestampUnit MILLIS = ParquetColumn.TimestampUnit.MILLIS;
    private static final ParquetColumn.TimestampUnit MICROS = ParquetColumn.TimestampUnit.MICROS;

    /** The columns of the real file in its order. */
    private static final List<ParquetColumn> SAMPLE = List.of(
            ParquetColumn.requiredText("DMS_TIMESTAMP"),
            ParquetColumn.optional("id", DataType.of(Kind.INT8), MILLIS),
            ParquetColumn.optional("my_int", DataType.of(Kind.INT4), MILLIS),
            ParquetColumn.optional("my_smallint", DataType.of(Kind.INT2), MILLIS),
            ParquetColumn.optional("my_numeric", DataType.numeric(15, 2), MILLIS),
            ParquetColumn.optional("my_real", DataType.of(Kind.REAL4), MILLIS),
            ParquetColumn.optional("my_double", DataType.of(Kind.REAL8), MILLIS),
            ParquetColumn.optional("my_money", DataType.numeric(38, 4), MILLIS),
            ParquetColumn.optional("my_varchar", DataType.wstring(20), MILLIS),
            ParquetColumn.optional("my_text", DataType.of(Kind.NCLOB), MILLIS),
            ParquetColumn.optional("my_bytea", DataType.of(Kind.BLOB), MILLIS),
            ParquetColumn.optional("my_timestamp", DataType.of(Kind.DATETIME), MILLIS),
            ParquetColumn.optional("my_uuid", DataType.string(36), MILLIS),
            ParquetColumn.optional("my_json", DataType.of(Kind.NCLOB), MILLIS),
            ParquetColumn.optional("my_jsonb", DataType.of(Kind.NCLOB), MILLIS),
            ParquetColumn.optional("my_bool", DataType.of(Kind.BOOLEAN), MILLIS));

    private static ParquetOptions options() {
        return options(ParquetOptions.Values.PLAIN, ParquetOptions.Codec.UNCOMPRESSED);
    }

    private static ParquetOptions options(ParquetOptions.Values values, ParquetOptions.Codec codec) {
        return new ParquetOptions(2, values, codec, ParquetOptions.Statistics.WRITTEN, 1 << 20, 1 << 20, 10_000);
    }

    private static List<Object[]> sampleRows(int count) {
        List<Object[]> rows = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            rows.add(new Object[] {
                text("2022-07-26 09:00:00.00000" + i % 10),
                (long) i,
                i - 5,
                i,
                CellConverter.fixedLength(BigInteger.valueOf(100L * i - 500), 7),
                i / 2f,
                i / 4d,
                CellConverter.fixedLength(BigInteger.valueOf(10_000L * i), 16),
                text("name " + i),
                text(""),
                new byte[] {(byte) i, (byte) 0xFF},
                1_658_826_000_000L + i,
                text("0e37df36-f698-11e6-8dd4-cb9ced3df97" + i % 10),
                text("{\"a\":1}"),
                text("{\"a\": 1}"),
                i % 2 == 0
            });
        }
        return rows;
    }

    private static byte[] text(String text) {
        return text.getBytes(UTF_8);
    }

    @Test
    void footerHasVersionCreatorAndColumnOrdersOfTheRealFile() throws IOException {
        ParquetBytes file = ParquetBytes.write(SAMPLE, options(), sampleRows(10));

        FileMetaData footer = file.footer();

        assertThat(file.slice(0, 4)).isEqualTo(text("PAR1"));
        assertThat(file.slice(file.content().length - 4, 4)).isEqualTo(text("PAR1"));
        assertThat(footer.getVersion()).isEqualTo(2);
        assertThat(footer.getCreated_by()).isEqualTo("AWS");
        assertThat(footer.isSetKey_value_metadata()).isFalse();
        assertThat(footer.getNum_rows()).isEqualTo(10);
        assertThat(footer.getColumn_orders()).hasSize(16).allMatch(order -> order.isSetTYPE_ORDER());
        assertThat(footer.isSetEncryption_algorithm()).isFalse();
    }

    @Test
    void schemaHasLegacyAnnotationsOnlyAndNothingRequiredButTheTimestamp() throws IOException {
        List<SchemaElement> schema =
                ParquetBytes.write(SAMPLE, options(), sampleRows(10)).footer().getSchema();

        assertThat(schema.get(0).getName()).isEqualTo("schema");
        assertThat(schema.get(0).getRepetition_type()).isEqualTo(FieldRepetitionType.REQUIRED);
        assertThat(schema.get(0).getNum_children()).isEqualTo(16);
        assertThat(schema.get(0).isSetType()).isFalse();
        assertThat(schema).noneMatch(SchemaElement::isSetLogicalType).noneMatch(SchemaElement::isSetField_id);
        assertThat(schema.get(1).getRepetition_type()).isEqualTo(FieldRepetitionType.REQUIRED);
        assertThat(schema.subList(2, 17)).allMatch(e -> e.getRepetition_type() == FieldRepetitionType.OPTIONAL);
        assertThat(schema.subList(1, 17))
                .extracting(e -> e.getName() + " " + e.getType()
                        + (e.isSetType_length() ? "(" + e.getType_length() + ")" : "")
                        + (e.isSetConverted_type() ? " " + e.getConverted_type() : "")
                        + (e.isSetPrecision() ? " " + e.getPrecision() + "," + e.getScale() : ""))
                .containsExactly(
                        "DMS_TIMESTAMP BYTE_ARRAY UTF8",
                        "id INT64",
                        "my_int INT32",
                        "my_smallint INT32 INT_16",
                        "my_numeric FIXED_LEN_BYTE_ARRAY(7) DECIMAL 15,2",
                        "my_real FLOAT",
                        "my_double DOUBLE",
                        "my_money FIXED_LEN_BYTE_ARRAY(16) DECIMAL 38,4",
                        "my_varchar BYTE_ARRAY UTF8",
                        "my_text BYTE_ARRAY UTF8",
                        "my_bytea BYTE_ARRAY",
                        "my_timestamp INT64 TIMESTAMP_MILLIS",
                        "my_uuid BYTE_ARRAY UTF8",
                        "my_json BYTE_ARRAY UTF8",
                        "my_jsonb BYTE_ARRAY UTF8",
                        "my_bool BOOLEAN");
    }

    @Test
    void chunksAreUncompressedPlainAndFollowedByACopyOfTheirMetadata() throws IOException {
        ParquetBytes file = ParquetBytes.write(SAMPLE, options(), sampleRows(10));

        RowGroup group = file.footer().getRow_groups().get(0);

        assertThat(file.footer().getRow_groups()).hasSize(1);
        long expectedStart = 4;
        for (ColumnChunk chunk : group.getColumns()) {
            ColumnMetaData metadata = chunk.getMeta_data();
            assertThat(metadata.getCodec()).isEqualTo(CompressionCodec.UNCOMPRESSED);
            assertThat(metadata.getEncodings()).containsExactly(Encoding.PLAIN, Encoding.RLE);
            assertThat(metadata.isSetIndex_page_offset()).isTrue();
            assertThat(metadata.getIndex_page_offset()).isZero();
            assertThat(metadata.isSetDictionary_page_offset()).isFalse();
            assertThat(metadata.isSetBloom_filter_offset()).isFalse();
            assertThat(metadata.getData_page_offset()).isEqualTo(expectedStart);
            assertThat(chunk.getFile_offset()).isEqualTo(expectedStart + metadata.getTotal_compressed_size());
            assertThat(metadata.getTotal_uncompressed_size()).isEqualTo(metadata.getTotal_compressed_size());
            assertThat(file.metadataIsRepeated(chunk)).isTrue();
            assertThat(chunk.isSetColumn_index_offset() || chunk.isSetOffset_index_offset())
                    .isFalse();
            expectedStart = chunk.getFile_offset() + copyLength(chunk);
        }
        assertThat(expectedStart).isEqualTo(file.content().length - 8 - file.footerLength());
    }

    private static int copyLength(ColumnChunk chunk) throws IOException {
        ByteArrayOutputStream copy = new ByteArrayOutputStream();
        Util.writeColumnMetaData(chunk.getMeta_data(), copy, null, null);
        return copy.size();
    }

    @Test
    void pagesAreVersionOneWithRleLevelsAndNoChecksum() throws IOException {
        ParquetBytes file = ParquetBytes.write(SAMPLE, options(), sampleRows(10));
        RowGroup group = file.footer().getRow_groups().get(0);

        for (ColumnChunk chunk : group.getColumns()) {
            List<PageHeader> pages = file.pages(chunk);
            assertThat(pages).hasSize(1);
            PageHeader page = pages.get(0);
            assertThat(page.getType()).isEqualTo(PageType.DATA_PAGE);
            assertThat(page.isSetCrc()).isFalse();
            assertThat(page.getData_page_header().getNum_values()).isEqualTo(10);
            assertThat(page.getData_page_header().getEncoding()).isEqualTo(Encoding.PLAIN);
            assertThat(page.getData_page_header().getDefinition_level_encoding())
                    .isEqualTo(Encoding.RLE);
        }
    }

    @Test
    void tenPresentValuesHaveTheLevelBytesOfTheRealFile() throws IOException {
        ParquetBytes file = ParquetBytes.write(
                List.of(ParquetColumn.optional("id", DataType.of(Kind.INT8), MICROS)),
                options(),
                IntStream.range(0, 10).mapToObj(i -> new Object[] {(long) i}).toList());
        ColumnMetaData metadata =
                file.footer().getRow_groups().get(0).getColumns().get(0).getMeta_data();

        long body = metadata.getData_page_offset() + metadata.getTotal_compressed_size() - 80 - 6;

        assertThat(file.slice(body, 6)).containsExactly(2, 0, 0, 0, 0x14, 1);
        assertThat(file.slice(body + 6, 16)).containsExactly(0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0);
    }

    @Test
    void statisticsAreThoseOfTheRealFile() throws IOException {
        ParquetBytes file = ParquetBytes.write(SAMPLE, options(), sampleRows(10));
        List<ColumnChunk> chunks = file.footer().getRow_groups().get(0).getColumns();

        for (int i = 0; i < SAMPLE.size(); i++) {
            ParquetColumn column = SAMPLE.get(i);
            Statistics chunk = chunks.get(i).getMeta_data().getStatistics();
            Statistics page =
                    file.pages(chunks.get(i)).get(0).getData_page_header().getStatistics();
            if (column.decimal()) {
                assertThat(chunk).isNull();
                assertThat(page).isEqualTo(new Statistics());
                continue;
            }
            assertThat(chunk.getNull_count()).isZero();
            assertThat(chunk.isSetNull_count()).isTrue();
            assertThat(chunk.isSetDistinct_count()).isFalse();
            assertThat(chunk.isSetMin_value() && chunk.isSetMax_value()).isTrue();
            assertThat(chunk.isSetMin()).as(column.name()).isEqualTo(column.type() != Type.BYTE_ARRAY);
            assertThat(chunk.isSetMax()).as(column.name()).isEqualTo(column.type() != Type.BYTE_ARRAY);
            assertThat(page.isSetMin() && page.isSetMax() && page.isSetNull_count())
                    .isTrue();
            assertThat(page.isSetMin_value() || page.isSetMax_value()).isFalse();
            assertThat(page.getMin()).isEqualTo(chunk.getMin_value());
        }
        assertThat(chunks.get(2).getMeta_data().getStatistics().getMin_value()).containsExactly(-5, -1, -1, -1);
        assertThat(chunks.get(2).getMeta_data().getStatistics().getMax_value()).containsExactly(4, 0, 0, 0);
        assertThat(chunks.get(9).getMeta_data().getStatistics().getMin_value()).isEmpty();
        assertThat(chunks.get(8).getMeta_data().getStatistics().getMax_value()).isEqualTo(text("name 9"));
    }

    @Test
    void statisticsCountNullsIgnoreNanAndWidenZero() throws IOException {
        List<ParquetColumn> columns = List.of(ParquetColumn.optional("r", DataType.of(Kind.REAL8), MICROS));
        List<Object[]> rows = List.of(row(Double.NaN), row((Object) null), row(0.0d), row(-0.0d), row((Object) null));

        Statistics statistics = ParquetBytes.write(columns, options(), rows)
                .footer()
                .getRow_groups()
                .get(0)
                .getColumns()
                .get(0)
                .getMeta_data()
                .getStatistics();

        assertThat(statistics.getNull_count()).isEqualTo(2);
        assertThat(statistics.getMin_value()).isEqualTo(PlainValues.encode(-0.0d));
        assertThat(statistics.getMax_value()).isEqualTo(PlainValues.encode(0.0d));
    }

    private static Object[] row(Object... values) {
        return values;
    }

    @Test
    void withoutStatisticsChunksHaveNoneAndPagesAnEmptyOne() throws IOException {
        ParquetOptions options = new ParquetOptions(
                1,
                ParquetOptions.Values.PLAIN,
                ParquetOptions.Codec.UNCOMPRESSED,
                ParquetOptions.Statistics.LEFT_OUT,
                100,
                100,
                10);

        ParquetBytes file = ParquetBytes.write(SAMPLE, options, sampleRows(10));

        ColumnChunk chunk = file.footer().getRow_groups().get(0).getColumns().get(1);
        assertThat(chunk.getMeta_data().isSetStatistics()).isFalse();
        assertThat(file.pages(chunk).get(0).getData_page_header().getStatistics())
                .isEqualTo(new Statistics());
        assertThat(file.footer().getVersion()).isEqualTo(1);
    }

    @Test
    void rowGroupsAndPagesAreCutAtTheirLimits() throws IOException {
        ParquetOptions options = new ParquetOptions(
                1,
                ParquetOptions.Values.PLAIN,
                ParquetOptions.Codec.UNCOMPRESSED,
                ParquetOptions.Statistics.WRITTEN,
                100,
                80,
                40);
        List<ParquetColumn> columns = List.of(ParquetColumn.optional("id", DataType.of(Kind.INT8), MICROS));
        List<Object[]> rows =
                IntStream.range(0, 100).mapToObj(i -> row((long) i)).toList();

        ParquetBytes file = ParquetBytes.write(columns, options, rows);

        assertThat(file.footer().getRow_groups())
                .extracting(RowGroup::getNum_rows)
                .containsExactly(40L, 40L, 20L);
        assertThat(file.pages(file.footer().getRow_groups().get(0).getColumns().get(0)))
                .extracting(page -> page.getData_page_header().getNum_values())
                .containsExactly(10, 10, 10, 10);
        assertThat(file.rows())
                .extracting(group -> group.getLong("id", 0))
                .containsExactlyElementsOf(
                        IntStream.range(0, 100).mapToObj(i -> (long) i).toList());
    }

    @ParameterizedTest
    @CsvSource({"PLAIN_DICTIONARY,PLAIN_DICTIONARY,PLAIN_DICTIONARY", "RLE_DICTIONARY,RLE_DICTIONARY,PLAIN"})
    void askedForDictionariesAreReal(ParquetOptions.Values values, Encoding indices, Encoding dictionary)
            throws IOException {
        List<ParquetColumn> columns = List.of(ParquetColumn.optional("name", DataType.wstring(9), MICROS));
        List<Object[]> rows =
                IntStream.range(0, 1000).mapToObj(i -> row(text("n" + i % 7))).toList();

        ParquetBytes file = ParquetBytes.write(columns, options(values, ParquetOptions.Codec.UNCOMPRESSED), rows);

        ColumnChunk chunk = file.footer().getRow_groups().get(0).getColumns().get(0);
        List<PageHeader> pages = file.pages(chunk);
        assertThat(pages).extracting(PageHeader::getType).containsExactly(PageType.DICTIONARY_PAGE, PageType.DATA_PAGE);
        assertThat(pages.get(0).getDictionary_page_header().getNum_values()).isEqualTo(7);
        assertThat(pages.get(0).getDictionary_page_header().getEncoding()).isEqualTo(dictionary);
        assertThat(pages.get(1).getData_page_header().getEncoding()).isEqualTo(indices);
        assertThat(chunk.getMeta_data().getDictionary_page_offset()).isEqualTo(4);
        assertThat(file.rows())
                .extracting(group -> group.getString("name", 0))
                .containsExactlyElementsOf(
                        IntStream.range(0, 1000).mapToObj(i -> "n" + i % 7).toList());
    }

    @Test
    void aDictionaryAboveItsLimitGivesWayToPlainValues() throws IOException {
        ParquetOptions options = new ParquetOptions(
                2,
                ParquetOptions.Values.RLE_DICTIONARY,
                ParquetOptions.Codec.UNCOMPRESSED,
                ParquetOptions.Statistics.WRITTEN,
                800,
                1 << 20,
                10_000);
        List<ParquetColumn> columns = List.of(ParquetColumn.optional("id", DataType.of(Kind.INT8), MICROS));
        List<Object[]> rows =
                IntStream.range(0, 500).mapToObj(i -> row((long) i)).toList();

        ParquetBytes file = ParquetBytes.write(columns, options, rows);

        ColumnChunk chunk = file.footer().getRow_groups().get(0).getColumns().get(0);
        assertThat(file.pages(chunk).stream().skip(1).map(page -> page.getData_page_header()))
                .extracting(page -> page.getEncoding() + " " + page.getNum_values())
                .containsExactly("RLE_DICTIONARY 100", "PLAIN 400");
        assertThat(chunk.getMeta_data().getEncodings())
                .containsExactly(Encoding.RLE_DICTIONARY, Encoding.PLAIN, Encoding.RLE);
        assertThat(file.rows())
                .extracting(group -> group.getLong("id", 0))
                .containsExactlyElementsOf(
                        IntStream.range(0, 500).mapToObj(i -> (long) i).toList());
    }

    @ParameterizedTest
    @EnumSource(ParquetOptions.Values.class)
    void randomRowsOfEveryTypeComeBackThroughParquetJavaAndDuckDb(ParquetOptions.Values values, @TempDir Path folder)
            throws Exception {
        long seed = 20261123;
        SplittableRandom random = new SplittableRandom(seed);
        List<Object[]> rows = sampleRows(3000);
        for (Object[] row : rows) {
            for (int column = 2; column < row.length; column++) {
                if (random.nextInt(4) == 0) {
                    row[column] = null;
                }
            }
        }
        ParquetOptions options = new ParquetOptions(
                1, values, ParquetOptions.Codec.GZIP, ParquetOptions.Statistics.WRITTEN, 4096, 2048, 700);

        ParquetBytes file = ParquetBytes.write(SAMPLE, options, rows);

        List<Group> read = file.rows();
        assertThat(read).hasSize(rows.size());
        for (int i = 0; i < rows.size(); i++) {
            for (int column = 0; column < SAMPLE.size(); column++) {
                assertThat(plain(read.get(i), column))
                        .as("seed %d row %d column %d", seed, i, column)
                        .isEqualTo(rows.get(i)[column]);
            }
        }
        Path path = Files.write(folder.resolve("file.parquet"), file.content());
        try (DuckDb duck = new DuckDb()) {
            long nulls = rows.stream().filter(row -> row[8] == null).count();
            assertThat(duck.rows("SELECT count(*), sum(id), count(*) FILTER (my_varchar IS NULL), min(my_int) FROM '"
                            + path + "'"))
                    .containsExactly(List.of(
                            "3000",
                            String.valueOf(3000L * 2999 / 2),
                            String.valueOf(nulls),
                            String.valueOf(rows.stream()
                                    .filter(row -> row[2] != null)
                                    .mapToInt(row -> (Integer) row[2])
                                    .min()
                                    .orElseThrow())));
            assertThat(duck.rows("SELECT id FROM '" + path + "' WHERE my_varchar = 'name 2999'"))
                    .isEqualTo(rows.get(2999)[8] == null ? List.of() : List.of(List.of("2999")));
        }
    }

    private static Object plain(Group row, int column) {
        if (row.getFieldRepetitionCount(column) == 0) {
            return null;
        }
        return switch (SAMPLE.get(column).type()) {
            case BOOLEAN -> row.getBoolean(column, 0);
            case INT32 -> row.getInteger(column, 0);
            case INT64 -> row.getLong(column, 0);
            case FLOAT -> row.getFloat(column, 0);
            case DOUBLE -> row.getDouble(column, 0);
            case BYTE_ARRAY, FIXED_LEN_BYTE_ARRAY, INT96 ->
                row.getBinary(column, 0).getBytes();
        };
    }

    @Test
    void decimalsTakeTheFewestBytesForTheirDigits() {
        int[] expected = {
            1, 1, 2, 2, 3, 3, 4, 4, 4, 5, 5, 6, 6, 6, 7, 7, 8, 8, 9, 9, 9, 10, 10, 11, 11, 11, 12, 12, 13, 13, 13, 14,
            14, 15, 15, 16, 16, 16
        };

        int[] bytes = IntStream.rangeClosed(1, 38).map(ParquetColumn::bytesFor).toArray();

        assertThat(bytes).isEqualTo(expected);
        for (int precision = 1; precision <= 38; precision++) {
            BigInteger largest = BigInteger.TEN.pow(precision).subtract(BigInteger.ONE);
            assertThat(new BigInteger(CellConverter.fixedLength(largest.negate(), bytes[precision - 1])))
                    .isEqualTo(largest.negate());
            assertThat(largest.bitLength()).isGreaterThan(8 * (bytes[precision - 1] - 1) - 1);
        }
    }

    @Test
    void unsignedDateAndTimeColumnsAreAnnotated() {
        assertThat(Arrays.stream(new Kind[] {
                            Kind.INT1,
                            Kind.UINT1,
                            Kind.UINT2,
                            Kind.UINT4,
                            Kind.UINT8,
                            Kind.DATE,
                            Kind.TIME,
                            Kind.DATETIME
                        })
                        .map(kind -> ParquetColumn.optional("c", DataType.of(kind), MICROS))
                        .map(column -> column.type() + " " + column.annotation()))
                .containsExactly(
                        "INT32 " + ConvertedType.INT_8,
                        "INT32 " + ConvertedType.UINT_8,
                        "INT32 " + ConvertedType.UINT_16,
                        "INT32 " + ConvertedType.UINT_32,
                        "INT64 " + ConvertedType.UINT_64,
                        "INT32 " + ConvertedType.DATE,
                        "INT32 " + ConvertedType.TIME_MILLIS,
                        "INT64 " + ConvertedType.TIMESTAMP_MICROS);
    }

    @Test
    @DisplayName("null in a REQUIRED column and rows of another width are refused")
    void impossibleRowsAreRefused() {
        assertThatThrownBy(() -> ParquetBytes.write(
                        List.of(ParquetColumn.requiredText("Op")), options(), List.<Object[]>of(row((Object) null))))
                .hasMessage("Cannot write null to column 'Op': the file declares it REQUIRED.");
        assertThatThrownBy(() -> ParquetBytes.write(
                        List.of(ParquetColumn.requiredText("Op")), options(), List.<Object[]>of(row("a", "b"))))
                .hasMessage("Cannot write a row of 2 values: the file has 1 columns.");
    }
}
