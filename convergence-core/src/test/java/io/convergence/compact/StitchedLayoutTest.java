package io.convergence.compact;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergence.DataSize;
import io.convergence.store.ObjectStat;
import io.convergence.store.ObjectStore;
import io.convergence.store.internal.pages.ColumnPages;
import io.convergence.store.internal.pages.PageCodecs;
import io.convergence.store.internal.pages.PageHeader;
import io.convergence.store.internal.pages.PageLimits;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.junit.jupiter.api.Test;

/** How outputs are laid out: row groups, dictionaries and pages are those that queries want, not those of the sources. */
class StitchedLayoutTest {
    private static final long SEED = Long.getLong("convergence.seed", 20_261_126L);
    private static final MessageType TYPE = MessageTypeParser.parseMessageType("""
            message some {
              optional binary text_few (STRING);
              optional int64 long_few;
              optional int64 long_many;
              optional binary text_many (STRING);
            }""");

    private record Page(Encoding encoding, int rows, boolean ofDictionary) {}

    @Test
    void manySmallRowGroupsBecomeFewOfTheRowsAskedFor() throws IOException {
        var files = new RandomParquet(SEED);
        List<ObjectStat> inputs = inputs(files, 60, 100);

        ObjectStat output = stitch(
                files.store(),
                inputs,
                CompactionOptions.builder().rowGroupRows(1_000).build(),
                ColumnWorkers.none(),
                StitchingParts.SOUND);

        assertThat(rowsOfGroups(files.store(), output)).containsExactly(1_000L, 1_000L, 1_000L, 1_000L, 1_000L, 1_000L);
    }

    @Test
    void manySmallRowGroupsBecomeFewOfTheSizeAskedFor() throws IOException {
        var files = new RandomParquet(SEED + 1);
        List<ObjectStat> inputs = inputs(files, 60, 200);
        long stored = 0;
        long largest = 0;
        for (ObjectStat input : inputs) {
            for (BlockMetaData block : groups(files.store(), input)) {
                long bytes = block.getColumns().stream()
                        .mapToLong(ColumnChunkMetaData::getTotalSize)
                        .sum();
                stored += bytes;
                largest = Math.max(largest, bytes);
            }
        }
        long wanted = stored / 5;

        ObjectStat output = stitch(
                files.store(),
                inputs,
                CompactionOptions.builder()
                        .rowGroupSize(DataSize.ofBytes(wanted))
                        .build(),
                ColumnWorkers.none(),
                StitchingParts.SOUND);

        assertThat(largest).isLessThan(wanted / 4);
        assertThat(rowsOfGroups(files.store(), output)).hasSizeBetween(5, (int) (stored / (wanted - largest)) + 1);
    }

    @Test
    void columnsOfFewValuesGetADictionaryWhateverTheSourcesHave() throws IOException {
        boolean fromPlain = false;
        for (int round = 0; round < 8; round++) {
            var files = new RandomParquet(SEED + round);
            List<ObjectStat> inputs = inputs(files, 5, 400);
            for (ObjectStat input : inputs) {
                fromPlain |= pages(files.store(), input, 1).stream().noneMatch(Page::ofDictionary);
            }

            ObjectStat output = stitch(files.store(), inputs);

            for (int column = 0; column < 2; column++) {
                assertThat(pages(files.store(), output, column))
                        .as("seed %d, column %d", SEED + round, column)
                        .first()
                        .satisfies(page -> assertThat(page.ofDictionary()).isTrue());
                assertThat(pages(files.store(), output, column).stream().skip(1))
                        .extracting(Page::encoding)
                        .containsOnly(Encoding.RLE_DICTIONARY);
            }
        }

        assertThat(fromPlain).as("sources without a dictionary").isTrue();
    }

    @Test
    void dictionariesOfManyValuesAreGatheredIntoPagesWithout() throws IOException {
        int gathered = 0;
        for (int round = 0; round < 8; round++) {
            var files = new RandomParquet(SEED + round);
            List<ObjectStat> inputs = inputs(files, 5, 400);
            boolean had = false;
            for (ObjectStat input : inputs) {
                had |= pages(files.store(), input, 3).stream().anyMatch(Page::ofDictionary);
            }

            ObjectStat output = stitch(files.store(), inputs);

            assertThat(pages(files.store(), output, 3))
                    .as("seed %d", SEED + round)
                    .isNotEmpty()
                    .noneMatch(Page::ofDictionary);
            gathered += had ? 1 : 0;
        }

        assertThat(gathered).as("outputs of sources with dictionaries").isPositive();
    }

    @Test
    void tinyPagesArePutTogether() throws IOException {
        int tiny = 0;
        for (int round = 0; round < 8; round++) {
            var files = new RandomParquet(SEED + round);
            List<ObjectStat> inputs = inputs(files, 20, 100);
            for (ObjectStat input : inputs) {
                tiny += (int) pages(files.store(), input, 2).stream()
                        .filter(page -> !page.ofDictionary() && page.rows() < 100)
                        .count();
            }

            ObjectStat output = stitch(files.store(), inputs);

            for (int column = 0; column < 4; column++) {
                assertThat(pages(files.store(), output, column).stream().filter(page -> !page.ofDictionary()))
                        .as("seed %d, column %d", SEED + round, column)
                        .extracting(Page::rows)
                        .containsExactly(2_000);
            }
        }

        assertThat(tiny).as("pages of fewer rows than a file has").isGreaterThan(20);
    }

    @Test
    void columnsOfOneRowGroupAreStitchedByMoreThanOneThread() throws IOException {
        var files = new RandomParquet(SEED);
        List<ObjectStat> inputs = inputs(files, 4, 300);
        Set<Thread> threads = ConcurrentHashMap.newKeySet();
        var two = new CountDownLatch(2);
        // Whoever has stitched a column waits for another to do so: a thread alone would wait in vain.
        StitchingParts meeting = new StitchingParts() {
            @Override
            public List<StitchedPage> handedOver(List<StitchedPage> pages) {
                if (threads.add(Thread.currentThread())) {
                    two.countDown();
                }
                try {
                    assertThat(two.await(30, TimeUnit.SECONDS))
                            .as("a second thread")
                            .isTrue();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
                return pages;
            }
        };
        ExecutorService executor = Executors.newFixedThreadPool(2);
        try {
            ObjectStat output = stitch(
                    files.store(), inputs, CompactionOptions.defaults(), new ColumnWorkers(executor, 2), meeting);

            assertThat(rowsOfGroups(files.store(), output)).containsExactly(1_200L);
            assertThat(threads).hasSizeGreaterThan(1);
        } finally {
            executor.shutdownNow();
        }
    }

    private static List<ObjectStat> inputs(RandomParquet files, int count, int rows) throws IOException {
        List<ObjectStat> inputs = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            inputs.add(files.file("raw/" + i, TYPE, rows, CompressionCodecName.SNAPPY));
        }

        return inputs;
    }

    private static ObjectStat stitch(ObjectStore store, List<ObjectStat> inputs) {
        return stitch(store, inputs, CompactionOptions.defaults(), ColumnWorkers.none(), StitchingParts.SOUND);
    }

    private static ObjectStat stitch(
            ObjectStore store,
            List<ObjectStat> inputs,
            CompactionOptions options,
            ColumnWorkers workers,
            StitchingParts parts) {
        ColumnUnion columns = ColumnUnion.none().only(List.of(TYPE));
        try (CompactedOutput output = StitchedOutput.maker(workers, parts).open(store, "out/one", columns, options)) {
            for (ObjectStat input : inputs) {
                try (OpenSource source = OpenSource.open(store, input)) {
                    output.append(source);
                }
            }
            return output.finish(checks -> Map.of()).stat();
        }
    }

    private static List<BlockMetaData> groups(ObjectStore store, ObjectStat file) {
        try (OpenSource source = OpenSource.open(store, file)) {
            return source.footer().groups();
        }
    }

    private static List<Long> rowsOfGroups(ObjectStore store, ObjectStat file) {
        return groups(store, file).stream().map(BlockMetaData::getRowCount).toList();
    }

    /** Of a column in all row groups; a dictionary page, if there is one, stands before those of its chunk. */
    private static List<Page> pages(ObjectStore store, ObjectStat file, int column) throws IOException {
        List<Page> found = new ArrayList<>();
        byte[] bytes = store.read(file, 0, (int) file.size());
        try (OpenSource source = OpenSource.open(store, file);
                PageCodecs codecs = new PageCodecs()) {
            for (BlockMetaData block : source.footer().groups()) {
                ColumnChunkMetaData chunk = block.getColumns().get(column);
                var pages = new ColumnPages(source.schema().getColumns().get(column), codecs, PageLimits.defaults());
                pages.open(bytes, (int) chunk.getStartingPos(), chunk, "");
                boolean first = true;
                while (pages.next()) {
                    if (first && pages.hasDictionary()) {
                        found.add(new Page(Encoding.PLAIN, 0, true));
                    }
                    first = false;
                    PageHeader header = pages.page();
                    found.add(new Page(header.encoding(), header.values(), false));
                }
            }
        }

        return found;
    }
}
