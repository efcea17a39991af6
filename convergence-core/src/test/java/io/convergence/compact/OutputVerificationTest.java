package io.convergence.compact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convergence.TableId;
import io.convergence.ledger.RawSource;
import io.convergence.raw.FileEvidence;
import io.convergence.raw.RawFormat;
import io.convergence.store.InMemoryObjectStore;
import io.convergence.store.ObjectStat;
import io.convergence.store.ObjectStore;
import io.convergence.store.WriteCondition;
import io.convergence.store.internal.ReadAhead;
import io.convergence.store.internal.ReadAheadStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a writer must get right before a commit may refer to what it wrote. */
class OutputVerificationTest {
    private static final MessageType TYPE =
            MessageTypeParser.parseMessageType("message schema { required int64 id; optional binary name (UTF8); }");

    private final InMemoryObjectStore store = new InMemoryObjectStore(() -> Instant.parse("2026-03-01T00:00:00Z"));

    private int runs;

    private CompactionSource.Raw put(String key, List<String> names) {
        var output = new MemoryOutput();
        try (ParquetWriter<Group> writer = ExampleParquetWriter.builder(output)
                .withConf(new PlainParquetConfiguration())
                .withType(TYPE)
                .build()) {
            for (int i = 0; i < names.size(); i++) {
                Group row = new SimpleGroup(TYPE);
                row.add("id", (long) i);
                if (!names.get(i).isEmpty()) {
                    row.add("name", names.get(i));
                }
                writer.write(row);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        ObjectStat stat = store.put(key, output.content(), WriteCondition.none());
        return new CompactionSource.Raw(RawSource.of(stat, FileEvidence.ofRows(names.size())), RawFormat.PARQUET);
    }

    /** A writer that gets everything right, and then tells of it, or does it, as a broken one would. */
    private record Broken(
            CompactedOutput output, ObjectStore store, UnaryOperator<OutputChecks> told, boolean dropsLastFile)
            implements CompactedOutput {
        @Override
        public void append(OpenSource source) {
            if (!(dropsLastFile && source.key().endsWith("last"))) {
                output.append(source);
            }
        }

        @Override
        public long bytes() {
            return output.bytes();
        }

        @Override
        public Finished finish(Footer footer) {
            Finished finished = output.finish(checks -> footer.entries(told.apply(checks)));
            return new Finished(finished.stat(), told.apply(finished.checks()));
        }

        @Override
        public void close() {
            output.close();
        }
    }

    private static OutputChecks told(long nullNames) {
        return new OutputChecks(
                4,
                List.of(
                        new OutputChecks.Column("id", 4, 0, 7, 7),
                        new OutputChecks.Column("name", 4 - nullNames, nullNames, 7, 7)),
                true);
    }

    private TaskResult run(CompactedOutput.Maker maker, CompactionOptions options) {
        List<CompactionSource> sources =
                List.of(put("raw/first", List.of("a", "", "b")), put("raw/last", List.of("c")));
        var task = new CompactionTask(TableId.of("public", "orders"), -1, 0, CompactionPlan.Kind.CDC, sources, options);
        var opener = new FileOpener(
                new ReadAheadStore(store, List.of(), ReadAhead.none()),
                store,
                task,
                new CsvConversion(store, task.table(), null));
        return new TaskRun(task, opener, store, "out/" + runs++ + "/", maker, CompactionListener.none()).run();
    }

    private static OutputChecks with(OutputChecks checks, int column, OutputChecks.Column changed) {
        List<OutputChecks.Column> columns = new ArrayList<>(checks.columns());
        columns.set(column, changed);
        return new OutputChecks(checks.rows(), columns, true);
    }

    static Stream<Arguments> lies() {
        return Stream.of(
                Arguments.of("it has 3 rows, its files have 4 together", (UnaryOperator<OutputChecks>)
                        checks -> new OutputChecks(3, checks.columns(), true)),
                Arguments.of("its columns are not those of its files together", (UnaryOperator<OutputChecks>)
                        checks -> new OutputChecks(4, checks.columns().subList(0, 1), true)),
                Arguments.of("column 'name' has 2 values and 1 nulls in 4 rows", (UnaryOperator<OutputChecks>)
                        checks -> with(checks, 1, new OutputChecks.Column("name", 2, 1, 7, 7))),
                Arguments.of("column 'id' was read with checksum 7 and written with 8", (UnaryOperator<OutputChecks>)
                        checks -> with(checks, 0, new OutputChecks.Column("id", 4, 0, 7, 8))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("lies")
    @DisplayName("L7: an output whose writer counted another number than its files have is refused without reading it")
    void whatDoesNotAddUpIsRefused(String why, UnaryOperator<OutputChecks> told) {
        CompactedOutput.Maker maker = (to, key, columns, options) ->
                new Broken(ReencodedOutput.open(to, key, columns, options), to, told, false);

        assertThatThrownBy(() -> run(maker, CompactionOptions.defaults()))
                .isInstanceOf(CompactionException.class)
                .hasMessage(
                        "Cannot commit compacted file 'out/0/part-00000.parquet': " + why
                                + ". Nothing was committed and the raw files stay as they are; compact again, and report it if it happens twice.");
    }

    @Test
    void whatAddsUpIsTaken() {
        TaskResult result = run(ReencodedOutput::open, CompactionOptions.defaults());

        assertThat(result.rows()).isEqualTo(4);
    }

    /** A writer that drops the rows of the last file and says that all is well. */
    private static CompactedOutput.Maker dropping(long nullNames) {
        return (to, key, columns, options) ->
                new Broken(ReencodedOutput.open(to, key, columns, options), to, checks -> told(nullNames), true);
    }

    @Test
    @DisplayName("S18: VERIFY_ROWS finds rows that are missing although the writer says that all is well")
    void verifyRowsTrustsNoCount() {
        CompactionOptions options = CompactionOptions.builder()
                .verification(CompactionOptions.Verification.VERIFY_ROWS)
                .build();

        assertThatThrownBy(() -> run(dropping(1), options))
                .isInstanceOf(CompactionException.class)
                .hasMessageContaining("it ends before the rows of 'raw/last' do");
    }

    @Test
    @DisplayName("L7: where footers count other nulls than the writer, rows are compared, as either may be wrong")
    void otherNullsThanTheFootersTellLetRowsBeCompared() {
        CompactedOutput.Maker honest = (to, key, columns, options) ->
                new Broken(ReencodedOutput.open(to, key, columns, options), to, checks -> told(3), false);

        assertThat(run(honest, CompactionOptions.defaults()).rows()).isEqualTo(4);
        assertThatThrownBy(() -> run(dropping(3), CompactionOptions.defaults()))
                .isInstanceOf(CompactionException.class)
                .hasMessageContaining("it ends before the rows of 'raw/last' do");
    }
}
