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
import java.util.List;
import java.util.function.Consumer;
import org.apache.parquet.format.AesGcmV1;
import org.apache.parquet.format.ColumnCryptoMetaData;
import org.apache.parquet.format.CompressionCodec;
import org.apache.parquet.format.EncryptionAlgorithm;
import org.apache.parquet.format.EncryptionWithFooterKey;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Types;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a Parquet file may not ask for: each limit holds to the byte, and each refusal says why and what to do. */
class ParquetGuardsTest {
    private static final TableId TABLE = TableId.of("public", "t");
    private static final Instant FLUSHED = Instant.parse("2024-06-12T10:31:25.108Z");
    private static final String KEY = "public/t/20240612-103125108.parquet";
    private static final String RAISE = " Raise the limit (ParquetLimits) if DMS or Convergence wrote the file.";
    private static final String DAMAGED = " The file is damaged: restore it or reload the table.";
    private static final String DECRYPT = " Write it without Parquet encryption; DMS encrypts objects on S3 instead.";

    /** 40 rows of three columns in two row groups. */
    private static final byte[] FILE = file(CompressionCodecName.UNCOMPRESSED);

    @Test
    void footersUpToTheLimitAreRead() {
        int length = ParquetForge.footerLength(FILE);

        assertThat(rows(FILE, ParquetLimits.defaults().withMaxFooter(DataSize.ofBytes(length))))
                .isEqualTo(40);
        assertRefused(
                FILE,
                ParquetLimits.defaults().withMaxFooter(DataSize.ofBytes(length - 1)),
                "its footer has " + length + " bytes, more than the limit of " + DataSize.ofBytes(length - 1) + "."
                        + RAISE);
    }

    @Test
    void rowGroupsUpToTheLimitAreRead() {
        assertThat(rows(FILE, ParquetLimits.defaults().withMaxRowGroups(2))).isEqualTo(40);
        assertRefused(
                FILE,
                ParquetLimits.defaults().withMaxRowGroups(1),
                "it has 2 row groups, more than the limit of 1." + RAISE);
    }

    @Test
    void columnsUpToTheLimitAreRead() {
        assertThat(rows(FILE, ParquetLimits.defaults().withMaxColumns(3))).isEqualTo(40);
        assertRefused(
                FILE,
                ParquetLimits.defaults().withMaxColumns(2),
                "it has 3 columns, more than the limit of 2." + RAISE);
    }

    @Test
    void tenThousandColumnsAreRefused() {
        List<Type> fields = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            fields.add(Types.optional(PrimitiveTypeName.INT32).named("c" + i));
        }
        byte[] file = ParquetFixture.of(new MessageType("schema", fields)).write();

        assertRefused(file, ParquetLimits.defaults(), "it has 10000 columns, more than the limit of 5000." + RAISE);
    }

    @Test
    void nestingUpToTheLimitIsLookedAtAndThenRefusedAsNoneOfDms() {
        byte[] file = ParquetFixture.of("optional group a { optional group b { optional int32 c; } }")
                .write();

        assertRefused(
                file,
                ParquetLimits.defaults().withMaxDepth(3),
                "column 'a' is nested or repeated. DMS writes flat columns only: check that this is its file.");
        assertRefused(
                file, ParquetLimits.defaults().withMaxDepth(2), "its columns lie deeper than the limit of 2." + RAISE);
    }

    @Test
    void columnChunksUpToTheLimitAreRead() {
        long largest = largestChunk(FILE);

        assertThat(rows(FILE, ParquetLimits.defaults().withMaxColumnChunk(DataSize.ofBytes(largest))))
                .isEqualTo(40);
        assertRefused(
                FILE,
                ParquetLimits.defaults().withMaxColumnChunk(DataSize.ofBytes(largest - 1)),
                "row group 0 column 'note' has " + largest + " bytes uncompressed, more than the limit of "
                        + DataSize.ofBytes(largest - 1)
                        + ". Raise the limit if there is memory for it, or lower RowGroupLength.");
    }

    @Test
    void pagesUpToTheLimitAreUnpacked() {
        byte[] file = file(CompressionCodecName.GZIP);
        int largest = ParquetForge.pages(file).stream()
                .mapToInt(page -> page.header().getUncompressed_page_size())
                .max()
                .orElseThrow();

        assertThat(rows(file, ParquetLimits.defaults().withMaxPage(DataSize.ofBytes(largest))))
                .isEqualTo(40);
        assertRefused(
                file,
                ParquetLimits.defaults().withMaxPage(DataSize.ofBytes(largest - 1)),
                "row group 0 column 'note' cannot be decoded: a page has "
                        + largest + " bytes uncompressed, more than the limit of " + DataSize.ofBytes(largest - 1)
                        + "." + DAMAGED);
    }

    @Test
    void chunksThatUnpackToMoreThanTheRatioAreRefused() {
        long stored = ParquetForge.chunk(ParquetForge.footer(FILE), 0, 1).getTotal_compressed_size();
        long claimed = stored * 2_000_000;
        byte[] file = ParquetForge.withFooter(
                FILE, footer -> ParquetForge.chunk(footer, 0, 1).setTotal_uncompressed_size(claimed));

        assertThat(rows(file, ParquetLimits.defaults().withMaxRatio(2_000_000))).isEqualTo(40);
        assertRefused(
                file,
                ParquetLimits.defaults().withMaxRatio(1_999_999),
                "row group 0 column 'id' claims to unpack " + stored + " bytes to " + claimed
                        + ", more than 1999999 times as many." + RAISE);
    }

    @Test
    void pagesThatUnpackToMoreThanTheRatioAreRefusedBeforeTheyAreUnpacked() {
        byte[] gzip = file(CompressionCodecName.GZIP);
        ParquetForge.Page page = ParquetForge.pages(gzip).get(0);
        int claimed = 100 << 20;
        byte[] file = ParquetForge.withFooter(
                ParquetForge.withHeader(gzip, page, header -> header.setUncompressed_page_size(claimed)),
                footer -> ParquetForge.chunk(footer, 0, 0).setTotal_uncompressed_size(claimed));
        long chunk = ParquetForge.chunk(ParquetForge.footer(file), 0, 0).getTotal_compressed_size();
        int stored = page.header().getCompressed_page_size();
        int ratio = (int) (claimed / chunk) + 1;

        assertRefused(
                file,
                ParquetLimits.defaults().withMaxRatio(ratio),
                "row group 0 column 'Op' cannot be decoded: a page claims to unpack " + stored + " bytes to " + claimed
                        + ", more than " + ratio + " times as many." + DAMAGED);
    }

    @Test
    void aBombOfRealBytesIsRefused() {
        byte[] file = ParquetFixture.of("optional binary note (UTF8);")
                .with(builder ->
                        builder.withCompressionCodec(CompressionCodecName.ZSTD).withDictionaryEncoding(false))
                .write(row -> row.append("note", "x".repeat(80 << 20)));

        assertThat(file.length).isLessThan(80_000);
        assertThatThrownBy(() -> rows(file, ParquetLimits.defaults()))
                .isInstanceOf(RawFileException.class)
                .hasMessageContaining("row group 0 column 'note' claims to unpack ")
                .hasMessageContaining(", more than 1000 times as many.");
    }

    @Test
    void rowsOfAllGroupsMustBeThoseOfTheFile() {
        assertRefused(
                ParquetForge.withFooter(FILE, footer -> footer.setRow_groups(List.of())),
                ParquetLimits.defaults(),
                "its 0 row groups have 0 rows, its footer says 40." + DAMAGED);
        assertRefused(
                ParquetForge.withFooter(FILE, footer -> footer.setNum_rows(41)),
                ParquetLimits.defaults(),
                "its 2 row groups have 40 rows, its footer says 41." + DAMAGED);
    }

    @Test
    void chunksMustLieBeforeTheFooter() {
        int footer = ParquetForge.footerStart(FILE);
        long stored = ParquetForge.chunk(ParquetForge.footer(FILE), 1, 2).getTotal_compressed_size();

        assertRefused(
                ParquetForge.withFooter(
                        FILE, f -> ParquetForge.chunk(f, 1, 2).setData_page_offset(footer - stored + 1)),
                ParquetLimits.defaults(),
                "row group 1 column 'note' claims " + stored + " bytes from " + (footer - stored + 1)
                        + ", the footer begins at " + footer + "." + DAMAGED);
        assertRefused(
                ParquetForge.withFooter(FILE, f -> ParquetForge.chunk(f, 0, 0).setData_page_offset(-1)),
                ParquetLimits.defaults(),
                "row group 0 column 'Op' claims "
                        + ParquetForge.chunk(ParquetForge.footer(FILE), 0, 0).getTotal_compressed_size()
                        + " bytes from -1, the footer begins at " + footer + "." + DAMAGED);
    }

    @Test
    void aChangedByteUnderAChecksumIsRefused() {
        byte[] file = ParquetFixture.of("optional int64 id;")
                .with(builder -> builder.withPageWriteChecksumEnabled(true)
                        .withCompressionCodec(CompressionCodecName.UNCOMPRESSED)
                        .withDictionaryEncoding(false))
                .write(row -> row.append("id", 7L));
        ParquetForge.Page page = ParquetForge.pages(file).get(0);
        int last = page.end() - 1;

        assertThat(rows(file, ParquetLimits.defaults())).isEqualTo(1);
        assertThatThrownBy(() -> rows(ParquetForge.withByte(file, last, file[last] ^ 1), ParquetLimits.defaults()))
                .isInstanceOf(RawFileException.class)
                .hasMessageContaining("row group 0 column 'id' cannot be decoded: a page has the checksum ");
    }

    @Test
    void encryptedFilesAreRefused() {
        byte[] pare = FILE.clone();
        pare[pare.length - 1] = 'E';
        assertRefused(pare, ParquetLimits.defaults(), "its footer is encrypted." + DECRYPT);
        assertRefused(
                ParquetForge.withFooter(
                        FILE, footer -> footer.setEncryption_algorithm(EncryptionAlgorithm.AES_GCM_V1(new AesGcmV1()))),
                ParquetLimits.defaults(),
                "it has encrypted columns." + DECRYPT);
        assertRefused(
                ParquetForge.withFooter(
                        FILE,
                        footer -> footer.getRow_groups()
                                .get(0)
                                .getColumns()
                                .get(1)
                                .setCrypto_metadata(ColumnCryptoMetaData.ENCRYPTION_WITH_FOOTER_KEY(
                                        new EncryptionWithFooterKey()))),
                ParquetLimits.defaults(),
                "it has encrypted columns." + DECRYPT);
    }

    @Test
    void aListThatClaimsMoreThanTheFooterHoldsIsRefused() {
        byte[] footer = {0x15, 0x02, 0x19, (byte) 0xFC, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, 0x07, 0};

        assertRefused(
                ParquetForge.withFooter(FILE, footer),
                ParquetLimits.defaults(),
                "its footer cannot be decoded: a list claims 2147483647 elements." + DAMAGED);
    }

    @Test
    void aFooterNestedWithoutEndIsRefused() {
        byte[] footer = new byte[100_000];
        java.util.Arrays.fill(footer, (byte) 0x1C);
        footer[0] = (byte) 0xFC;

        assertRefused(
                ParquetForge.withFooter(FILE, footer),
                ParquetLimits.defaults(),
                "its footer cannot be decoded: it is nested too deeply." + DAMAGED);
    }

    @Test
    void aColumnWithoutANameIsRefused() {
        byte[] file = ParquetForge.withFooter(FILE, footer -> {
            footer.getSchema().get(2).setName("");
            ParquetForge.chunk(footer, 0, 1).setPath_in_schema(List.of(""));
            ParquetForge.chunk(footer, 1, 1).setPath_in_schema(List.of(""));
        });

        assertRefused(
                file,
                ParquetLimits.defaults(),
                "its column 2 has no name. Name it in the table mappings, or check that DMS or Convergence wrote this file.");
    }

    @ParameterizedTest
    @EnumSource(names = {"BROTLI", "LZO", "LZ4"})
    void aCodecThatIsNotOnTheClassPathIsNamed(CompressionCodec codec) {
        Consumer<FileMetaData> recoded = footer -> footer.getRow_groups()
                .forEach(group -> group.getColumns()
                        .forEach(column -> column.getMeta_data().setCodec(codec)));

        assertThatThrownBy(() -> rows(ParquetForge.withFooter(FILE, recoded), ParquetLimits.defaults()))
                .isInstanceOf(RawFileException.class)
                .hasMessageContaining("row group 0 column '")
                .hasMessageContaining("cannot be unpacked: ")
                .hasMessageContaining(codec.name())
                .hasMessageContaining(" is not on the class path (")
                .hasMessageEndingWith("Add it, or write the file with a codec DMS has: none or GZIP.");
    }

    @Test
    void limitsThatLimitToNothingAreRefused() {
        assertThatThrownBy(() -> ParquetLimits.defaults().withMaxRowGroups(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "Cannot limit Parquet files to 0 row groups, 5000 columns, depth 64 and ratio 1000: give at least 1 of each.");
    }

    private static byte[] file(CompressionCodecName codec) {
        List<ParquetFixture.Row> rows = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            long id = i;
            rows.add(row ->
                    row.append("Op", "I").append("id", id).append("note", "note " + id % 20 + " of some length"));
        }
        return ParquetFixture.of("optional binary Op (UTF8); optional int64 id; optional binary note (UTF8);")
                .with(builder -> builder.withCompressionCodec(codec)
                        .withDictionaryEncoding(false)
                        .withPageWriteChecksumEnabled(false)
                        .withRowGroupRowCountLimit(20))
                .write(rows);
    }

    private static long largestChunk(byte[] file) {
        return ParquetForge.footer(file).getRow_groups().stream()
                .flatMap(group -> group.getColumns().stream())
                .mapToLong(column -> column.getMeta_data().getTotal_uncompressed_size())
                .max()
                .orElseThrow();
    }

    /** The whole message after the place. */
    private static void assertRefused(byte[] file, ParquetLimits limits, String reasonAndAdvice) {
        assertThatThrownBy(() -> rows(file, limits))
                .isInstanceOfSatisfying(
                        RawFileException.class,
                        e -> assertThat(e)
                                .hasMessage("Cannot read '" + KEY + "'"
                                        + (e.byteOffset().isPresent()
                                                ? " (byte " + e.byteOffset().getAsLong() + ")"
                                                : "")
                                        + ": " + reasonAndAdvice));
    }

    private static int rows(byte[] content, ParquetLimits limits) {
        FileStore store = new FileStore();
        RawFile.Cdc file = new RawFile.Cdc(TABLE, store.add(KEY, content, FLUSHED), RawFormat.PARQUET, FLUSHED);
        ChangeReader reader = ChangeReader.create(
                store, TABLE, RowShape.plain(), ChangeReadOptions.defaults().withParquet(limits));
        try (ChangeCursor cursor = reader.open(file, new FileContext(FileContext.NO_LOAD, FLUSHED))) {
            return CsvFixture.all(cursor).size();
        }
    }
}
