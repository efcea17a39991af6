package io.convergence.change;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergence.TableId;
import io.convergence.raw.FileContext;
import io.convergence.raw.RawFile;
import io.convergence.raw.RawFormat;
import io.convergence.schema.Bytes;
import io.convergence.store.ObjectStat;
import io.convergence.target.RowShape;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.parquet.column.ParquetProperties.WriterVersion;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.api.Binary;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Random tables through every codec, page version and encoding; and damaged files. */
class ChangeReaderPropertiesTest {
    private static final TableId TABLE = TableId.of("public", "t");
    private static final Instant FLUSHED = Instant.parse("2024-06-12T10:31:25.108Z");
    private static final FileContext PLACE = new FileContext(FileContext.NO_LOAD, FLUSHED);
    private static final String KEY = "public/t/20240612-103125108.parquet";
    private static final String FIELDS =
            "required binary Op (UTF8); optional boolean flag; optional int32 small; required int64 id; optional float ratio; optional double amount;"
                    + " optional binary text (UTF8); optional binary bytes; optional fixed_len_byte_array(12) price (DECIMAL(28,6)); optional int64 moment (TIMESTAMP_MICROS);";

    /** A row as the test knows it; null for a null cell. */
    private record Expected(
            String op,
            @Nullable Boolean flag,
            @Nullable Integer small,
            long id,
            @Nullable Float ratio,
            @Nullable Double amount,
            @Nullable String text,
            byte @Nullable [] bytes,
            @Nullable BigInteger price,
            @Nullable Long moment) {
        static Expected random(Random random, int distinct) {
            byte[] bytes = new byte[random.nextInt(20)];
            random.nextBytes(bytes);
            return new Expected(
                    "IUD".substring(random.nextInt(3)).substring(0, 1),
                    maybe(random, random.nextBoolean()),
                    maybe(random, random.nextInt(distinct) - 3),
                    random.nextLong(),
                    maybe(random, random.nextFloat()),
                    maybe(random, Double.longBitsToDouble(random.nextLong())),
                    maybe(random, "wert-ä-" + random.nextInt(distinct)),
                    maybe(random, bytes),
                    maybe(random, new BigInteger(90, random).subtract(BigInteger.ONE.shiftLeft(89))),
                    maybe(random, (long) random.nextInt() * 1_000_003));
        }

        private static <T> @Nullable T maybe(Random random, T value) {
            return random.nextInt(5) == 0 ? null : value;
        }

        void fill(Group group) {
            group.append("Op", op).append("id", id);
            if (flag != null) {
                group.append("flag", flag);
            }
            if (small != null) {
                group.append("small", small);
            }
            if (ratio != null) {
                group.append("ratio", ratio);
            }
            if (amount != null) {
                group.append("amount", amount);
            }
            if (text != null) {
                group.append("text", text);
            }
            if (bytes != null) {
                group.append("bytes", Binary.fromConstantByteArray(bytes));
            }
            if (price != null) {
                byte[] fixed = new byte[12];
                byte[] shortest = price.toByteArray();
                Arrays.fill(fixed, (byte) (price.signum() < 0 ? -1 : 0));
                System.arraycopy(shortest, 0, fixed, 12 - shortest.length, shortest.length);
                group.append("price", Binary.fromConstantByteArray(fixed));
            }
            if (moment != null) {
                group.append("moment", moment);
            }
        }

        /** The cells in the order of the file, null for null. */
        List<@Nullable Object> cells() {
            return Arrays.asList(
                    flag,
                    small == null ? null : small.longValue(),
                    id,
                    ratio,
                    amount,
                    text,
                    bytes == null ? null : Bytes.of(bytes),
                    price == null ? null : new BigDecimal(price, 6),
                    moment == null
                            ? null
                            : LocalDateTime.ofEpochSecond(
                                    Math.floorDiv(moment, 1_000_000L),
                                    (int) Math.floorMod(moment, 1_000_000L) * 1000,
                                    ZoneOffset.UTC));
        }
    }

    static Stream<Arguments> writers() {
        List<Arguments> all = new ArrayList<>();
        long seed = 1;
        for (CompressionCodecName codec : List.of(
                CompressionCodecName.UNCOMPRESSED,
                CompressionCodecName.GZIP,
                CompressionCodecName.SNAPPY,
                CompressionCodecName.ZSTD,
                CompressionCodecName.LZ4_RAW)) {
            for (WriterVersion version : WriterVersion.values()) {
                for (boolean dictionary : List.of(true, false)) {
                    all.add(Arguments.of(codec, version, dictionary, seed++));
                }
            }
        }

        return all.stream();
    }

    @ParameterizedTest(name = "{0} {1} dictionary {2} seed {3}")
    @MethodSource("writers")
    void everyRowComesOutAsItWasWritten(
            CompressionCodecName codec, WriterVersion version, boolean dictionary, long seed) {
        Random random = new Random(seed);
        List<Expected> rows = rows(random, 3000);
        byte[] file = write(rows, codec, version, dictionary, 700, 150);

        List<ChangeRecord> read = read(file, 1 + random.nextInt(900));

        assertThat(read).hasSameSizeAs(rows);
        for (int i = 0; i < rows.size(); i++) {
            Expected expected = rows.get(i);
            assertThat(read.get(i).operation().letter()).isEqualTo(expected.op().charAt(0));
            assertThat(cells(read.get(i))).as("row %d", i).isEqualTo(expected.cells());
            assertThat(read.get(i).origin().row()).isEqualTo(i);
        }
    }

    /** Writers give up a dictionary that grows too large, in the middle of a column chunk. */
    @ParameterizedTest
    @EnumSource(WriterVersion.class)
    void columnThatGivesUpItsDictionaryComesOutAsItWasWritten(WriterVersion version) {
        List<ParquetFixture.Row> rows = new ArrayList<>();
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < 3000; i++) {
            String text = i < 1500 ? "same " + i % 3 : "other " + i;
            texts.add(text);
            rows.add(row -> row.append("text", text));
        }
        byte[] file = ParquetFixture.of("optional binary text (UTF8);")
                .with(builder -> builder.withWriterVersion(version)
                        .withDictionaryEncoding(true)
                        .withDictionaryPageSize(2000)
                        .withPageRowCountLimit(100))
                .write(rows);

        List<ChangeRecord> read = read(file, 700);

        assertThat(ParquetForge.chunk(ParquetForge.footer(file), 0, 0).getEncoding_stats())
                .as("a dictionary page, data pages with it, and data pages without")
                .hasSize(3);
        assertThat(read).extracting(change -> change.image().textValue(0)).isEqualTo(texts);
    }

    static Stream<Arguments> operationColumns() {
        return Stream.of("optional", "required")
                .flatMap(repetition -> IntStream.range(0, 4).mapToObj(place -> Arguments.of(repetition, place)));
    }

    @ParameterizedTest(name = "{0} at {1}")
    @MethodSource("operationColumns")
    void operationColumnMayStandAnywhereAndBeOptionalOrRequired(String repetition, int place) {
        List<String> fields =
                new ArrayList<>(List.of("optional int64 id", "required binary text (UTF8)", "optional double amount"));
        fields.add(place, repetition + " binary Op (UTF8)");
        byte[] file = ParquetFixture.of(String.join("; ", fields) + ";")
                .write(row -> row.append("Op", "U").append("id", 7L).append("text", "a"));

        List<ChangeRecord> read = read(file, 1);

        assertThat(read).singleElement().satisfies(change -> {
            assertThat(change.recordedOperation()).contains(Operation.UPDATE);
            assertThat(cells(change)).containsExactly(7L, "a", null);
        });
    }

    @Test
    void fileWithoutRowsIsEmpty() {
        byte[] file = write(List.of(), CompressionCodecName.GZIP, WriterVersion.PARQUET_1_0, true, 100, 100);

        assertThat(read(file, 10)).isEmpty();
    }

    static Stream<Arguments> brokenFiles() {
        byte[] sound = write(
                rows(new Random(1), 20), CompressionCodecName.UNCOMPRESSED, WriterVersion.PARQUET_1_0, true, 100, 100);
        byte[] encrypted = sound.clone();
        System.arraycopy(
                "PARE".getBytes(java.nio.charset.StandardCharsets.US_ASCII), 0, encrypted, sound.length - 4, 4);
        return Stream.of(
                Arguments.of("nothing", new byte[0], "it has 0 bytes, too few for a Parquet file"),
                Arguments.of(
                        "only PAR1",
                        "PAR1".getBytes(java.nio.charset.StandardCharsets.US_ASCII),
                        "it has 4 bytes, too few"),
                Arguments.of(
                        "text",
                        "Op,id\nI,1\nI,2\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII),
                        "it does not begin and end with PAR1"),
                Arguments.of("half", Arrays.copyOf(sound, sound.length / 2), "it does not begin and end with PAR1"),
                Arguments.of("encrypted", encrypted, "its footer is encrypted"),
                Arguments.of(
                        "long footer",
                        footerLength(sound, sound.length),
                        "its footer claims " + sound.length + " bytes"),
                Arguments.of("negative footer", footerLength(sound, -5), "its footer claims -5 bytes"),
                Arguments.of("short footer", footerLength(sound, 17), "its footer cannot be decoded"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("brokenFiles")
    void brokenFileIsNamedWithItsReason(String name, byte[] content, String reason) {
        org.assertj.core.api.Assertions.assertThatThrownBy(() -> read(content, 10))
                .as(name)
                .isInstanceOf(RawFileException.class)
                .hasMessageStartingWith("Cannot read '" + KEY + "'")
                .hasMessageContaining(reason);
    }

    static IntStream mutationRounds() {
        return IntStream.range(0, 8);
    }

    /** 8 x 80 damaged files. A damaged value may read as another value; nothing but a typed exception may come out otherwise. */
    @ParameterizedTest(name = "round {0}")
    @MethodSource("mutationRounds")
    void damagedFileGivesRowsOrATypedException(int round) {
        CompressionCodecName codec = round % 2 == 0 ? CompressionCodecName.UNCOMPRESSED : CompressionCodecName.ZSTD;
        WriterVersion version = round % 4 < 2 ? WriterVersion.PARQUET_1_0 : WriterVersion.PARQUET_2_0;
        byte[] sound = write(rows(new Random(round), 60), codec, version, round < 4, 25, 10);
        int refused = 0;

        for (long seed : LongStream.range(0, 80).toArray()) {
            byte[] damaged = damage(sound, new Random(round * 1000L + seed));
            try {
                for (ChangeRecord change : read(damaged, 16)) {
                    cells(change);
                }
            } catch (RawFileException e) {
                refused++;
                assertThat(e).hasMessageContaining(KEY);
            } catch (RuntimeException | Error e) {
                throw new AssertionError("round " + round + " seed " + seed, e);
            }
        }

        assertThat(refused).isGreaterThan(10);
    }

    private static byte[] damage(byte[] sound, Random random) {
        if (random.nextInt(8) == 0) {
            return Arrays.copyOf(sound, random.nextInt(sound.length));
        }

        byte[] damaged = sound.clone();
        boolean inFooter = random.nextBoolean();
        int footer = java.nio.ByteBuffer.wrap(sound)
                .order(java.nio.ByteOrder.LITTLE_ENDIAN)
                .getInt(sound.length - 8);
        int from = inFooter ? sound.length - 8 - footer : 0;
        int to = inFooter ? sound.length : sound.length - 8 - footer;
        for (int i = 0; i < 1 + random.nextInt(4); i++) {
            damaged[from + random.nextInt(to - from)] = (byte) (random.nextInt(4) == 0 ? 0xFF : random.nextInt(256));
        }

        return damaged;
    }

    private static byte[] footerLength(byte[] sound, int length) {
        byte[] changed = sound.clone();
        java.nio.ByteBuffer.wrap(changed)
                .order(java.nio.ByteOrder.LITTLE_ENDIAN)
                .putInt(sound.length - 8, length);
        return changed;
    }

    private static List<Expected> rows(Random random, int count) {
        int distinct = 4 + random.nextInt(2000);
        List<Expected> rows = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            rows.add(Expected.random(random, distinct));
        }

        return rows;
    }

    private static byte[] write(
            List<Expected> rows,
            CompressionCodecName codec,
            WriterVersion version,
            boolean dictionary,
            int groupRows,
            int pageRows) {
        return ParquetFixture.of(FIELDS)
                .with(builder -> builder.withCompressionCodec(codec)
                        .withWriterVersion(version)
                        .withDictionaryEncoding(dictionary)
                        .withRowGroupRowCountLimit(groupRows)
                        .withPageRowCountLimit(pageRows)
                        // DMS writes no checksums, so damage must show in the pages themselves.
                        .withPageWriteChecksumEnabled(false))
                .write(rows.stream().<ParquetFixture.Row>map(row -> row::fill).toList());
    }

    private static List<ChangeRecord> read(byte[] file, int batchRows) {
        FileStore store = new FileStore();
        ObjectStat stat = store.add(KEY, file, FLUSHED);
        RawFile.Cdc raw = new RawFile.Cdc(TABLE, stat, RawFormat.PARQUET, FLUSHED);
        List<ChangeRecord> records = new ArrayList<>();
        ChangeReader reader = ChangeReader.create(
                store, TABLE, RowShape.plain(), ChangeReadOptions.defaults().withBatchRows(batchRows));
        try (ChangeCursor cursor = reader.open(raw, PLACE)) {
            for (var batch = cursor.next(); batch.isPresent(); batch = cursor.next()) {
                assertThat(batch.get().size()).isBetween(1, batchRows);
                batch.get().forEach(records::add);
            }
        }

        return records;
    }

    private static List<@Nullable Object> cells(ChangeRecord change) {
        List<@Nullable Object> cells = new ArrayList<>();
        RowImage image = change.image();
        for (int i = 0; i < image.columns().size(); i++) {
            cells.add(image.state(i) == CellState.NULL ? null : image.value(i));
        }

        return cells;
    }
}
