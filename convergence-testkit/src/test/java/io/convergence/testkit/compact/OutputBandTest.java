package io.convergence.testkit.compact;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergence.DataSize;
import io.convergence.compact.CompactionListener;
import io.convergence.compact.CompactionOptions;
import io.convergence.compact.CompactionPlan;
import io.convergence.compact.CompactionTask;
import io.convergence.compact.Compactor;
import io.convergence.compact.TaskResult;
import io.convergence.ledger.Ledger;
import io.convergence.ledger.LedgerFile;
import io.convergence.ledger.RawSource;
import io.convergence.raw.FileEvidence;
import io.convergence.raw.RawFile;
import io.convergence.raw.RawFormat;
import io.convergence.raw.TableTimeline;
import io.convergence.raw.TimelineFile;
import io.convergence.raw.TimelineOptions;
import io.convergence.store.InMemoryObjectStore;
import io.convergence.store.ObjectStat;
import io.convergence.store.WriteCondition;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Sizes of written outputs, with the band scaled down to a thousandth. {@code -Dconvergence.seed=} takes the first seed. */
class OutputBandTest {
    private static final long SEED = Long.getLong("convergence.seed", 20_260_301L);
    private static final int RUNS = 200;
    private static final int POOL = 120;
    private static final Instant START = Instant.parse("2026-03-01T00:00:00Z");
    private static final DataSize SMALLEST = DataSize.ofKilobytes(128);
    private static final DataSize LARGEST = DataSize.ofKilobytes(512);
    private static final CompactionOptions OPTIONS = CompactionOptions.builder()
            .settled()
            .targetSize(DataSize.ofKilobytes(256))
            .rowGroupSize(DataSize.ofKilobytes(32))
            .build();
    private static final MessageType TYPE = MessageTypeParser.parseMessageType(
            "message schema { optional binary Op (UTF8); required int64 id; optional binary note (UTF8); }");
    private static final List<CompressionCodecName> CODECS = List.of(
            CompressionCodecName.GZIP,
            CompressionCodecName.SNAPPY,
            CompressionCodecName.ZSTD,
            CompressionCodecName.UNCOMPRESSED);

    /** A raw file's content. */
    private record Content(byte[] bytes, int rows) {}

    /** Files from those whose texts compress to almost nothing up to those that do not compress. */
    private static List<Content> pool(Random random) {
        List<Content> pool = new ArrayList<>();
        for (int i = 0; i < POOL; i++) {
            pool.add(content(random, i / (double) POOL));
        }

        return pool;
    }

    private static Content content(Random random, double entropy) {
        int rows = 20 + random.nextInt(300);
        var bytes = new ByteArrayOutputStream();
        try (ParquetWriter<Group> writer = ExampleParquetWriter.builder(new RandomFiles.Memory(bytes))
                .withConf(new PlainParquetConfiguration())
                .withType(TYPE)
                .withCompressionCodec(CODECS.get(random.nextInt(CODECS.size())))
                .withDictionaryEncoding(random.nextBoolean())
                .build()) {
            for (int row = 0; row < rows; row++) {
                Group group = new SimpleGroup(TYPE);
                group.add("Op", row % 3 == 0 ? "I" : "U");
                group.add("id", random.nextLong());
                StringBuilder note = new StringBuilder();
                while (note.length() < 120) {
                    note.append(random.nextDouble() < entropy ? (char) (33 + random.nextInt(90)) : 'x');
                }
                group.add("note", note.toString());
                writer.write(group);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }

        return new Content(bytes.toByteArray(), rows);
    }

    /** A table whose files change their codec and how well they compress as time goes by. */
    private static TableTimeline timeline(InMemoryObjectStore store, List<Content> pool, Random random) {
        List<TimelineFile> files = new ArrayList<>();
        int count = 2 + random.nextInt(80);
        int step = 1 + random.nextInt(12);
        int at = random.nextInt(POOL);
        for (int i = 0; i < count; i++) {
            at = Math.floorMod(at + random.nextInt(2 * step + 1) - step, POOL);
            Content content = pool.get(at);
            ObjectStat stat = store.put(TestTable.RAW + i + ".parquet", content.bytes(), WriteCondition.none());
            Instant flushed = START.plusSeconds(60L * i);
            files.add(new TimelineFile(
                    new RawFile.Cdc(TestTable.ID, stat, RawFormat.PARQUET, flushed),
                    FileEvidence.ofRows(content.rows())));
        }

        return timeline(files);
    }

    @Test
    void whatIsWrittenLandsInTheBandWheneverTheInputSuffices() {
        List<Content> pool = pool(new Random(SEED));
        int sufficient = 0;
        int several = 0;
        int insufficient = 0;
        for (long seed = SEED; seed < SEED + RUNS; seed++) {
            var random = new Random(seed);
            var store = new InMemoryObjectStore(() -> START.plusSeconds(1_000_000));
            TableTimeline timeline = timeline(store, pool, random);
            Ledger ledger = Ledger.open(store, "control/", TestTable.ID, random, Ledger.Backoff.none());
            Compactor compactor = Compactor.create(store, store, ledger, "compacted/", OPTIONS, random);
            CompactionPlan plan = compactor.plan(timeline, ledger.snapshot());

            for (CompactionTask task : plan.tasks()) {
                TaskResult result = compactor.run(task, CompactionListener.none());

                List<Long> sizes = result.outputs().stream()
                        .map(output -> output.file().size())
                        .toList();
                if (sizes.stream().mapToLong(Long::longValue).sum() < SMALLEST.bytes()) {
                    insufficient++;
                    assertThat(sizes).as("-Dconvergence.seed=%d", seed).hasSize(1);
                } else {
                    sufficient++;
                    several += sizes.size() > 1 ? 1 : 0;
                    assertThat(sizes)
                            .as(
                                    "-Dconvergence.seed=%d, %d files",
                                    seed, task.sources().size())
                            .allSatisfy(size -> assertThat(size).isBetween(SMALLEST.bytes(), LARGEST.bytes()));
                }
            }
        }

        assertThat(sufficient).isGreaterThan(RUNS / 2);
        assertThat(several).isGreaterThan(RUNS / 5);
        assertThat(insufficient).isPositive();
    }

    @Test
    @DisplayName(
            "S18: a compacted file below the band is joined with its neighbours, in order, and replaced by the commit")
    void whatWasTooSmallIsJoinedWithWhatComesNext() {
        var random = new Random(SEED);
        var store = new InMemoryObjectStore(() -> START.plusSeconds(1_000_000));
        Content content = content(random, 1);
        while (content.bytes().length < 15_000 || content.bytes().length > 60_000) {
            content = content(random, 1);
        }
        int few = (int) (SMALLEST.bytes() / 2 / content.bytes().length);
        int many = (int) (SMALLEST.bytes() * 3 / 2 / content.bytes().length);
        Ledger ledger = Ledger.open(store, "control/", TestTable.ID, random, Ledger.Backoff.none());
        Compactor compactor = Compactor.create(store, store, ledger, "compacted/", OPTIONS, random);
        List<TimelineFile> files = new ArrayList<>();
        addFiles(files, store, content, few);
        compactor.execute(compactor.plan(timeline(files), ledger.snapshot()), CompactionListener.none());
        LedgerFile small = ledger.snapshot().compacted().get(0).file();
        addFiles(files, store, content, many);

        CompactionPlan plan = compactor.plan(timeline(files), ledger.snapshot());
        compactor.execute(plan, CompactionListener.none());

        assertThat(small.size()).isLessThan(SMALLEST.bytes());
        assertThat(plan.groups())
                .singleElement()
                .satisfies(group -> assertThat(group.files().get(0).key()).isEqualTo(small.key()));
        assertThat(ledger.snapshot().compacted()).singleElement().satisfies(joined -> {
            assertThat(joined.file().size()).isBetween(SMALLEST.bytes(), LARGEST.bytes());
            assertThat(joined.file().rows())
                    .isEqualTo((long) (few + many) * files.get(0).evidence().rows());
            assertThat(joined.sources())
                    .extracting(RawSource::key)
                    .isEqualTo(files.stream().map(file -> file.file().key()).toList());
        });
        assertThat(compactor.plan(timeline(files), ledger.snapshot()).isEmpty()).isTrue();
    }

    private static void addFiles(List<TimelineFile> files, InMemoryObjectStore store, Content content, int count) {
        for (int i = 0; i < count; i++) {
            ObjectStat stat =
                    store.put(TestTable.RAW + files.size() + ".parquet", content.bytes(), WriteCondition.none());
            files.add(new TimelineFile(
                    new RawFile.Cdc(TestTable.ID, stat, RawFormat.PARQUET, START.plusSeconds(60L * files.size())),
                    FileEvidence.ofRows(content.rows())));
        }
    }

    private static TableTimeline timeline(List<TimelineFile> files) {
        return TableTimeline.of(TestTable.ID, files, TimelineOptions.defaults());
    }
}
