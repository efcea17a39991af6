package io.convergence.compact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convergence.TableId;
import io.convergence.change.Provenance;
import io.convergence.change.SourceSpan;
import io.convergence.ledger.LedgerEntry;
import io.convergence.ledger.RawSource;
import io.convergence.raw.FileEvidence;
import io.convergence.raw.RawFormat;
import io.convergence.schema.Column;
import io.convergence.schema.DataType;
import io.convergence.store.ETag;
import io.convergence.store.ObjectStat;
import io.convergence.store.internal.ReadAhead;
import io.convergence.store.internal.ReadAheadStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** No output's footer says more of the origin of its rows than its readers take. */
class OriginBytesTest {
    private static final long SEED = Long.getLong("convergence.seed", 20_261_126L);
    private static final Instant TIME = Instant.parse("2026-01-01T00:00:00.123456Z");
    private static final MessageType TYPE = MessageTypeParser.parseMessageType("message one { optional int64 id; }");

    @Test
    void whatIsExpectedIsNeverLessThanWhatIsWrittenAndNotMuchMore() {
        for (int round = 0; round < 30; round++) {
            var random = new SplittableRandom(SEED + round);
            List<SourceSpan> spans = new ArrayList<>();
            var bytes = new OriginBytes();
            long row = 0;
            for (int i = 0; i < 400; i++) {
                SourceSpan span = span(random, i, row);
                long before = bytes.with(List.of(span));
                bytes.add(span);
                assertThat(bytes.bytes()).isEqualTo(before);
                row += span.rows();
                spans.add(span);
            }

            int written = new Provenance(spans).toJson().getBytes(StandardCharsets.UTF_8).length;

            assertThat(bytes.bytes()).as("seed %d", SEED + round).isBetween((long) written, written * 2L);
        }
    }

    private static SourceSpan span(SplittableRandom random, int number, long row) {
        boolean bare = random.nextInt(3) == 0;
        String[] keys = {"raw/ordinary-", "raw/ä€", "raw/\"quoted\"\\", "raw/" + (char) 1 + (char) 2};
        FileEvidence evidence = bare
                ? FileEvidence.ofRows(random.nextInt(1000))
                : new FileEvidence(
                        1 + random.nextInt(1 << 30),
                        "20260101000000000000000000000000".concat(String.valueOf(100 + random.nextInt(900))),
                        "20260101000000000000000000000000".concat(String.valueOf(100 + random.nextInt(900))),
                        TIME.plusNanos(1000),
                        TIME.plusNanos(2000));
        // Mostly the same columns, which stand once: what each file adds must not hide behind them.
        int columns = random.nextInt(50) == 0 ? 1 + random.nextInt(20) : 4;
        List<String> names =
                IntStream.range(0, columns).mapToObj(i -> "columnä_" + i).toList();
        List<Column> types = names.stream()
                .map(name -> new Column(name, DataType.parse("numeric(38,10)"), true))
                .toList();
        return new SourceSpan(
                keys[random.nextInt(keys.length)] + number,
                new ETag("d41d8cd98f00b204e9800998ecf8427e-" + random.nextInt(10_000)),
                TIME.plusNanos(1),
                Long.MAX_VALUE - random.nextInt(100),
                evidence,
                names,
                bare ? List.of() : types,
                row);
    }

    @Test
    @DisplayName("S18: what a reader would refuse is not finished")
    void whatTheReaderRefusesTheWriterRefuses() {
        String head = "{\"version\":1,\"columnLists\":[],\"sources\":[]";
        String longest = head + " ".repeat(Provenance.LONGEST_JSON - head.length() - 1) + "}";
        String longer = head + " ".repeat(Provenance.LONGEST_JSON + 100_000) + "}";

        assertThat(OriginBytes.demandReadable("out/one", longest)).isSameAs(longest);
        assertThat(Provenance.parse(longest).spans()).isEmpty();
        assertThatThrownBy(() -> OriginBytes.demandReadable("out/one", longest + " "))
                .isInstanceOf(CompactionException.class)
                .hasMessageStartingWith("Cannot commit compacted file 'out/one': its footer would tell the origin of");
        assertThatThrownBy(() -> Provenance.parse(longer)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    @DisplayName("S18: an output ends before the origin of its rows is more than a reader takes, however small it is")
    void outputsEndBeforeTheirOriginsAreTooLong() throws IOException {
        int most = 3_000;
        var files = new RandomParquet(SEED);
        List<CompactionSource> sources = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            ObjectStat stat = files.file("raw/" + i, TYPE, 3, CompressionCodecName.SNAPPY);
            sources.add(new CompactionSource.Raw(RawSource.of(stat, FileEvidence.ofRows(3)), RawFormat.PARQUET));
        }
        var options = CompactionOptions.builder().mostOriginBytes(most).build();

        TaskResult result = run(files, sources, options);

        assertThat(result.outputs()).hasSizeBetween(6, 20);
        assertThat(result.outputs().stream()
                        .flatMap(file -> file.sources().stream())
                        .map(RawSource::key))
                .containsExactlyElementsOf(
                        sources.stream().map(CompactionSource::key).toList());
        for (LedgerEntry.CompactedFile output : result.outputs()) {
            try (OpenSource opened =
                    OpenSource.open(files.store(), output.file().stat())) {
                String json = opened.footer().entries().get(Provenance.FOOTER_KEY);
                assertThat(json.length()).isLessThanOrEqualTo(most);
                assertThat(Provenance.parse(json).spans()).hasSizeGreaterThan(1).hasSameSizeAs(output.sources());
            }
        }
    }

    private static TaskResult run(RandomParquet files, List<CompactionSource> sources, CompactionOptions options) {
        var task = new CompactionTask(TableId.of("public", "orders"), -1, 0, CompactionPlan.Kind.CDC, sources, options);
        var opener = new FileOpener(
                new ReadAheadStore(files.store(), List.of(), ReadAhead.none()),
                files.store(),
                task,
                new CsvConversion(files.store(), task.table(), null));
        return new TaskRun(
                        task,
                        opener,
                        files.store(),
                        "out/",
                        StitchedOutput.maker(ColumnWorkers.none()),
                        CompactionListener.none())
                .run();
    }
}
