package io.convergence.compact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convergence.DataSize;
import io.convergence.store.ObjectStat;
import io.convergence.store.ObjectStore;
import io.convergence.store.internal.pages.ColumnPages;
import io.convergence.store.internal.pages.PageCodecs;
import io.convergence.store.internal.pages.PageLimits;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.IntStream;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.page.DataPage;
import org.apache.parquet.column.page.DataPageV1;
import org.apache.parquet.column.page.PageReader;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What stitching writes is, read by parquet-java, what it read, cell by cell and in order. */
class StitchedOutputTest {
    private static final long SEED = Long.getLong("convergence.seed", 20_261_126L);

    private static final MessageType ALL_TYPES = MessageTypeParser.parseMessageType("""
            message all {
              optional boolean flag;
              optional boolean flag_none;
              optional int32 int_few;
              optional int32 int_many;
              required int32 int_required;
              optional int32 unsigned_many (INTEGER(32,false));
              optional int64 long_few;
              optional int64 long_many;
              optional int64 long_sorted;
              required int64 time_sorted (TIMESTAMP(MICROS,true));
              optional float float_many;
              optional double double_few;
              optional double double_many;
              optional int96 int96_many;
              optional fixed_len_byte_array(7) price_many (DECIMAL(15,2));
              optional fixed_len_byte_array(4) price_few (DECIMAL(9,2));
              optional fixed_len_byte_array(16) wide_many (DECIMAL(38,4));
              optional fixed_len_byte_array(5) bytes_many;
              optional binary decimal_many (DECIMAL(18,2));
              optional binary text_few (STRING);
              optional binary text_many (STRING);
              required binary text_sorted (STRING);
              optional binary text_none (STRING);
            }""");

    static IntStream rounds() {
        return IntStream.range(0, 24);
    }

    @ParameterizedTest
    @MethodSource("rounds")
    void rowsComeOutAsTheyWentIn(int round) throws IOException {
        var random = new SplittableRandom(SEED + round);
        var files = new RandomParquet(SEED + round);
        List<ObjectStat> inputs = new ArrayList<>();
        int rows = 1 + random.nextInt(round % 3 == 0 ? 9_000 : 700);
        for (int i = 0; i < 1 + random.nextInt(6); i++) {
            inputs.add(files.file("raw/" + i, ALL_TYPES, 1 + random.nextInt(rows), files.codec()));
        }
        var options = CompactionOptions.builder()
                .rowGroupRows(random.nextBoolean() ? 1_000_000 : 1 + random.nextInt(2 * rows))
                .rowGroupSize(DataSize.ofMegabytes(1))
                .build();

        ObjectStat output = stitch(files.store(), "out/one", inputs, options, ColumnWorkers.none());

        assertThat(cells(files.store(), List.of(output)))
                .as("seed %d", SEED + round)
                .isEqualTo(cells(files.store(), inputs));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void threadsDoNotChangeWhatIsWritten(int round) throws IOException {
        var files = new RandomParquet(SEED - round);
        List<ObjectStat> inputs = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            inputs.add(files.file("raw/" + i, ALL_TYPES, 500, files.codec()));
        }
        var options = CompactionOptions.builder().rowGroupRows(900).build();
        ExecutorService threads = Executors.newFixedThreadPool(3);

        ObjectStat alone = stitch(files.store(), "out/alone", inputs, options, ColumnWorkers.none());
        ObjectStat helped = stitch(files.store(), "out/helped", inputs, options, new ColumnWorkers(threads, 3));
        threads.shutdown();

        assertThat(helped.etag()).as("seed %d", SEED - round).isEqualTo(alone.etag());
    }

    @Test
    void pagesOfNullsAloneArePlainAndDecideNothingForOthers() throws IOException {
        var files = new RandomParquet(SEED);
        MessageType with = MessageTypeParser.parseMessageType("message with { optional int64 long_sorted; }");
        MessageType without = MessageTypeParser.parseMessageType("message without { optional int32 int_many; }");
        List<ObjectStat> inputs = List.of(
                files.file("raw/0", without, 20_000, CompressionCodecName.SNAPPY),
                files.file("raw/1", with, 20_000, CompressionCodecName.SNAPPY),
                files.file("raw/2", without, 20_000, CompressionCodecName.SNAPPY),
                files.file("raw/3", with, 20_000, CompressionCodecName.SNAPPY));

        ObjectStat output =
                stitch(files.store(), "out/one", inputs, CompactionOptions.defaults(), ColumnWorkers.none());

        assertThat(encodings(files.store(), output, "long_sorted"))
                .containsExactly(
                        Encoding.PLAIN, Encoding.DELTA_BINARY_PACKED, Encoding.PLAIN, Encoding.DELTA_BINARY_PACKED);
        assertThat(chunk(files.store(), output, "long_sorted").getCodec()).isEqualTo(CompressionCodecName.ZSTD);
    }

    @Test
    void idsThatDoNotCompressLeaveTheirDictionaryCompressed() throws IOException {
        var files = new RandomParquet(SEED);
        List<ObjectStat> inputs = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            // 2,000 names in random order: eleven bits of noise each, and a dictionary that compresses well.
            inputs.add(files.texts("raw/" + i, 20_000, 2_000, 100));
        }

        ObjectStat output =
                stitch(files.store(), "out/one", inputs, CompactionOptions.defaults(), ColumnWorkers.none());

        ColumnChunkMetaData chunk = chunk(files.store(), output, "text_many");
        assertThat(chunk.getEncodings()).contains(Encoding.RLE_DICTIONARY);
        assertThat(chunk.getCodec()).isEqualTo(CompressionCodecName.ZSTD);
        assertThat(cells(files.store(), List.of(output))).isEqualTo(cells(files.store(), inputs));
    }

    @Test
    void longTextsBehindFewIdsAreCutIntoPages() throws IOException {
        var files = new RandomParquet(SEED);
        // 60 texts are more than a merged dictionary takes, and 600 of them 24 MB.
        List<ObjectStat> inputs = List.of(files.texts("raw/0", 600, 60, 40_000), files.texts("raw/1", 600, 60, 40_000));

        ObjectStat output =
                stitch(files.store(), "out/one", inputs, CompactionOptions.defaults(), ColumnWorkers.none());

        assertThat(pageSizes(files.store(), output, "text_many"))
                .hasSizeGreaterThan(20)
                .allSatisfy(size -> assertThat(size).isLessThan(2 << 20));
        assertThat(cells(files.store(), List.of(output))).isEqualTo(cells(files.store(), inputs));
    }

    private static ColumnChunkMetaData chunk(ObjectStore store, ObjectStat file, String column) throws IOException {
        try (OpenSource source = OpenSource.open(store, file);
                ParquetFileReader reader = ParquetFileReader.open(
                        source.input(),
                        ParquetReadOptions.builder(new PlainParquetConfiguration())
                                .build())) {
            return reader.getFooter().getBlocks().get(0).getColumns().stream()
                    .filter(chunk -> chunk.getPath().toDotString().equals(column))
                    .findFirst()
                    .orElseThrow();
        }
    }

    /** In bytes, not compressed. */
    private static List<Integer> pageSizes(ObjectStore store, ObjectStat file, String column) throws IOException {
        List<Integer> sizes = new ArrayList<>();
        try (OpenSource source = OpenSource.open(store, file);
                ParquetFileReader reader = ParquetFileReader.open(
                        source.input(),
                        ParquetReadOptions.builder(new PlainParquetConfiguration())
                                .build())) {
            PageReader pages = reader.readNextRowGroup()
                    .getPageReader(source.schema().getColumnDescription(new String[] {column}));
            for (DataPage page = pages.readPage(); page != null; page = pages.readPage()) {
                sizes.add(page.getUncompressedSize());
            }
        }

        return sizes;
    }

    /** Of the pages of a column's first chunk. */
    private static List<Encoding> encodings(ObjectStore store, ObjectStat file, String column) throws IOException {
        List<Encoding> encodings = new ArrayList<>();
        try (OpenSource source = OpenSource.open(store, file);
                ParquetFileReader reader = ParquetFileReader.open(
                        source.input(),
                        ParquetReadOptions.builder(new PlainParquetConfiguration())
                                .build())) {
            PageReader pages = reader.readNextRowGroup()
                    .getPageReader(source.schema().getColumnDescription(new String[] {column}));
            for (DataPage page = pages.readPage(); page != null; page = pages.readPage()) {
                encodings.add(((DataPageV1) page).getValueEncoding());
            }
        }

        return encodings;
    }

    @Test
    void anExecutorThatTakesNothingOrNeverBeginsChangesNothingAndHoldsNothing() throws IOException {
        var files = new RandomParquet(SEED);
        List<ObjectStat> inputs = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            inputs.add(files.file("raw/" + i, ALL_TYPES, 500, files.codec()));
        }
        var options = CompactionOptions.builder().rowGroupRows(900).build();
        Executor refusing = work -> {
            throw new RejectedExecutionException("full");
        };
        List<Runnable> waiting = new ArrayList<>();

        ObjectStat alone = stitch(files.store(), "out/alone", inputs, options, ColumnWorkers.none());
        ObjectStat refused = stitch(files.store(), "out/refused", inputs, options, new ColumnWorkers(refusing, 2));
        ObjectStat busy = stitch(files.store(), "out/busy", inputs, options, new ColumnWorkers(waiting::add, 2));

        assertThat(List.of(refused.etag(), busy.etag())).containsOnly(alone.etag());
        assertThat(waiting)
                .hasSizeGreaterThan(2)
                .allSatisfy(work -> assertThat(work).hasFieldOrPropertyWithValue("group", null));
        waiting.forEach(Runnable::run);
    }

    @Test
    void aDamagedPageEndsTheOutputAndIsNamed() throws IOException {
        var files = new RandomParquet(SEED);
        ObjectStat sound = files.file("raw/sound", ALL_TYPES, 300, CompressionCodecName.GZIP);
        byte[] bytes = files.store().read(sound, 0, (int) sound.size());
        try (OpenSource source = OpenSource.open(files.store(), sound)) {
            ColumnChunkMetaData chunk =
                    source.footer().groups().get(0).getColumns().get(0);
            bytes[(int) (chunk.getStartingPos() + chunk.getTotalSize() - 1)] ^= 1;
        }
        ObjectStat broken = files.put("raw/broken", bytes);

        assertThatThrownBy(() -> stitch(
                        files.store(),
                        "out/none",
                        List.of(sound, broken),
                        CompactionOptions.defaults(),
                        ColumnWorkers.none()))
                .isInstanceOf(CompactionException.class)
                .hasMessageContaining(
                        "Cannot compact 'raw/broken': column 'flag' cannot be decoded: a page has the checksum");
        assertThat(files.store().head("out/none")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6})
    void indexesTellOfThePagesThatAreThere(int round) throws IOException {
        var files = new RandomParquet(SEED + 100 * round);
        List<ObjectStat> inputs = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            inputs.add(files.file("raw/" + i, ALL_TYPES, 100 + 400 * round, files.codec()));
        }
        var options = CompactionOptions.builder().rowGroupRows(1_000).build();

        ObjectStat output = stitch(files.store(), "out/one", inputs, options, ColumnWorkers.none());

        int checked = 0;
        byte[] bytes = files.store().read(output, 0, (int) output.size());
        try (OpenSource source = OpenSource.open(files.store(), output);
                ParquetFileReader reader = ParquetFileReader.open(
                        source.input(),
                        ParquetReadOptions.builder(new PlainParquetConfiguration())
                                .build());
                PageCodecs codecs = new PageCodecs()) {
            for (BlockMetaData block : reader.getFooter().getBlocks()) {
                for (ColumnChunkMetaData chunk : block.getColumns()) {
                    var pages = new ColumnPages(
                            source.schema().getColumnDescription(chunk.getPath().toArray()),
                            codecs,
                            PageLimits.defaults());
                    pages.open(bytes, (int) chunk.getStartingPos(), chunk, "");
                    checked += IndexedPages.check(bytes, chunk, reader, pages);
                }
            }
        }
        assertThat(checked).as("pages with bounds").isGreaterThan(20);
    }

    private static ObjectStat stitch(
            ObjectStore store, String key, List<ObjectStat> inputs, CompactionOptions options, ColumnWorkers workers) {
        try (CompactedOutput output = StitchedOutput.maker(workers).open(store, key, columns(), options)) {
            for (ObjectStat input : inputs) {
                try (OpenSource source = OpenSource.open(store, input)) {
                    output.append(source);
                }
            }

            CompactedOutput.Finished finished = output.finish(checks -> Map.of());
            assertThat(finished.checks().columns())
                    .allSatisfy(column ->
                            assertThat(column.written()).as(column.name()).isEqualTo(column.read()));
            return finished.stat();
        }
    }

    private static ColumnUnion columns() {
        return ColumnUnion.none().only(List.of(ALL_TYPES));
    }

    /** Counts and an ordered checksum of each column's cells, as parquet-java reads them. */
    private static List<String> cells(ObjectStore store, List<ObjectStat> files) {
        ColumnTally[] tallies = ReencodedOutput.tallies(columns());
        for (ObjectStat file : files) {
            try (OpenSource source = OpenSource.open(store, file);
                    FileRows rows = source.cells(columns().feeds(source.schema()))) {
                while (rows.next()) {
                    rows.take(tallies, null);
                }
            }
        }

        return IntStream.range(0, tallies.length)
                .mapToObj(i -> columns().names().get(i) + ": " + tallies[i])
                .toList();
    }
}
