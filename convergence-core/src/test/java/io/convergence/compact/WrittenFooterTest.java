package io.convergence.compact;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergence.DataSize;
import io.convergence.TableId;
import io.convergence.change.Provenance;
import io.convergence.change.SourceSpan;
import io.convergence.ledger.LedgerEntry;
import io.convergence.ledger.RawSource;
import io.convergence.raw.FileEvidence;
import io.convergence.raw.RawFormat;
import io.convergence.store.ObjectStat;
import io.convergence.store.ObjectStore;
import io.convergence.store.internal.ReadAhead;
import io.convergence.store.internal.ReadAheadStore;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What the footer of an output says, read from the output as it lies in the store. */
class WrittenFooterTest {
    private static final Instant TIME = Instant.parse("2026-01-01T00:00:00Z");
    private static final MessageType TYPE = MessageTypeParser.parseMessageType(
            "message one { optional int64 long_many; optional binary text_few (STRING); optional int64 long_none; }");

    private final RandomParquet files = new RandomParquet(5);
    private final List<OutputChecks> checks = new ArrayList<>();

    @Test
    @DisplayName(
            "S18: an output tells key, ETag, time, rows and positions of its raw files, the policy, and its checksums")
    void anOutputTellsItsSourcesPolicyAndChecksums() throws IOException {
        List<CompactionSource> sources = List.of(raw(0, 30), raw(1, 50), raw(2, 20));
        var options = CompactionOptions.builder()
                .targetSize(DataSize.ofMegabytes(64))
                .rowGroupSize(DataSize.ofMegabytes(3))
                .rowGroupRows(77)
                .build();

        LedgerEntry.CompactedFile output = run(sources, options).outputs().get(0);

        Map<String, String> entries;
        try (OpenSource opened = OpenSource.open(files.store(), output.file().stat())) {
            entries = opened.footer().entries();
        }
        List<SourceSpan> spans =
                Provenance.parse(entries.get(Provenance.FOOTER_KEY)).spans();
        assertThat(spans).hasSize(3);
        long row = 0;
        for (int i = 0; i < 3; i++) {
            RawSource source = sources.get(i).origins().get(0);
            ObjectStat stored = files.store().head(source.key()).orElseThrow();
            SourceSpan span = spans.get(i);
            assertThat(span.key()).isEqualTo("raw/" + i);
            assertThat(span.etag()).isEqualTo(stored.etag());
            assertThat(span.lastModified()).isEqualTo(stored.lastModified());
            assertThat(span.size()).isEqualTo(stored.size());
            assertThat(span.firstRow()).isEqualTo(row);
            assertThat(span.rows()).isEqualTo(source.evidence().rows());
            assertThat(span.evidence().first()).contains(sequence(i, 0));
            assertThat(span.evidence().last()).contains(sequence(i, 9));
            assertThat(span.evidence().smallest()).contains(TIME.plusSeconds(i));
            assertThat(span.evidence().largest()).contains(TIME.plusSeconds(i + 1));
            assertThat(span.columns()).containsExactly("long_many", "text_few", "long_none");
            row += span.rows();
        }
        OutputFooter footer = OutputFooter.parse(entries.get(OutputFooter.KEY)).orElseThrow();
        assertThat(footer.targetSize()).isEqualTo(DataSize.ofMegabytes(64));
        assertThat(footer.rowGroupSize()).isEqualTo(DataSize.ofMegabytes(3));
        assertThat(footer.rowGroupRows()).isEqualTo(77);
        assertThat(footer.rows()).isEqualTo(100);
        assertThat(footer.columns()).hasSize(3).last().satisfies(column -> {
            assertThat(column.nulls()).isEqualTo(100);
            assertThat(column.values()).isZero();
        });
        List<OutputChecks.Column> checked = checks.get(0).columns();
        for (int i = 0; i < 3; i++) {
            OutputFooter.Column column = footer.columns().get(i);
            assertThat(column.name()).isEqualTo(checked.get(i).name());
            assertThat(column.values() + column.nulls()).isEqualTo(100);
            assertThat(column.checksum())
                    .isEqualTo(checked.get(i).written())
                    .isEqualTo(checked.get(i).read());
        }
        assertThat(footer.columns().stream().map(OutputFooter.Column::checksum)).doesNotHaveDuplicates();
    }

    private CompactionSource raw(int number, int rows) throws IOException {
        ObjectStat stat = files.file("raw/" + number, TYPE, rows, CompressionCodecName.GZIP);
        var evidence = new FileEvidence(
                rows, sequence(number, 0), sequence(number, 9), TIME.plusSeconds(number), TIME.plusSeconds(number + 1));
        return new CompactionSource.Raw(RawSource.of(stat, evidence), RawFormat.PARQUET);
    }

    private static String sequence(int number, int counter) {
        return "2026010100000000" + "000000000000000000" + number + counter;
    }

    /** Notes what the writer tells. */
    private record Noting(CompactedOutput output, List<OutputChecks> checks) implements CompactedOutput {
        @Override
        public void append(OpenSource source) {
            output.append(source);
        }

        @Override
        public long bytes() {
            return output.bytes();
        }

        @Override
        public Finished finish(Footer footer) {
            Finished finished = output.finish(footer);
            checks.add(finished.checks());
            return finished;
        }

        @Override
        public void close() {
            output.close();
        }
    }

    private TaskResult run(List<CompactionSource> sources, CompactionOptions options) {
        ObjectStore store = files.store();
        var task = new CompactionTask(TableId.of("public", "orders"), -1, 0, CompactionPlan.Kind.CDC, sources, options);
        var opener = new FileOpener(
                new ReadAheadStore(store, List.of(), ReadAhead.none()),
                store,
                task,
                new CsvConversion(store, task.table(), null));
        CompactedOutput.Maker maker = (to, key, columns, given) ->
                new Noting(StitchedOutput.maker(ColumnWorkers.none()).open(to, key, columns, given), checks);
        return new TaskRun(task, opener, store, "out/", maker, CompactionListener.none()).run();
    }
}
