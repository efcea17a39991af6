package io.convergence.pipeline;

import static io.convergence.pipeline.LandingSite.LAYOUT;
import static io.convergence.pipeline.LandingSite.ORDERS;
import static io.convergence.pipeline.LandingSite.SHAPE;
import static io.convergence.pipeline.LandingSite.at;
import static io.convergence.pipeline.LandingSite.csvChanges;
import static io.convergence.pipeline.LandingSite.csvLoad;
import static io.convergence.pipeline.LandingSite.delete;
import static io.convergence.pipeline.LandingSite.insert;
import static io.convergence.pipeline.LandingSite.loaded;
import static io.convergence.pipeline.LandingSite.move;
import static io.convergence.pipeline.LandingSite.update;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.convergence.Finding;
import io.convergence.Metrics;
import io.convergence.Severity;
import io.convergence.compact.CompactionOptions;
import io.convergence.raw.RawFormat;
import io.convergence.schema.Column;
import io.convergence.schema.DataType;
import io.convergence.schema.TableSchema;
import io.convergence.target.CsvForm;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What metrics, JDK Flight Recorder and the log hear of a merge; and that no row is in any of it. */
class ObservedWorkTest {
    private static final List<String> EVENTS =
            List.of("Survey", "Read", "Merge", "Write", "Commit", "Compaction", "CompactionTask", "Run");

    /** In no number, time or name that Convergence itself makes. */
    private static final long KEY = 7_307_330_703_370_733L;

    private static final String CELL = "kittiwake";

    @TempDir
    private Path folder;

    private final LandingSite site = new LandingSite();
    private final Numbers numbers = new Numbers();

    /** Remembers everything, and lets each look at the clock take a second. */
    private static final class Numbers implements Metrics {
        private final Map<String, Double> sums = new LinkedHashMap<>();
        private final List<String> all = new ArrayList<>();
        private long seconds;

        private void take(Meter meter, Tags tags, double value) {
            String name = meter.label() + " " + tags.step() + (tags.outcome().isEmpty() ? "" : " " + tags.outcome());
            sums.merge(name, value, Double::sum);
            all.add(tags.table() + " " + name + " " + value);
        }

        @Override
        public void count(Meter counter, Tags tags, long amount) {
            assertThat(counter.kind()).isEqualTo(Kind.COUNTER);
            assertThat(amount).isPositive();
            take(counter, tags, amount);
        }

        @Override
        public void time(Meter timer, Tags tags, Duration duration) {
            assertThat(timer.kind()).isEqualTo(Kind.TIMER);
            take(timer, tags, duration.toSeconds());
        }

        @Override
        public void gauge(Meter gauge, Tags tags, double value) {
            assertThat(gauge.kind()).isEqualTo(Kind.GAUGE);
            take(gauge, tags, value);
        }

        @Override
        public long nanos() {
            return ++seconds * 1_000_000_000L;
        }
    }

    private record Recorded<T>(T result, List<RecordedEvent> events, String log) {
        List<RecordedEvent> events(String name) {
            return events.stream()
                    .filter(event -> event.getEventType().getName().equals("io.convergence." + name))
                    .toList();
        }

        RecordedEvent event(String name) {
            List<RecordedEvent> of = events(name);
            assertThat(of).as(name).hasSize(1);
            return of.get(0);
        }
    }

    private <T> Recorded<T> record(Callable<T> work) throws Exception {
        PrintStream err = System.err;
        var log = new ByteArrayOutputStream();
        Path file = folder.resolve("events.jfr");
        try (var recording = new Recording();
                var stream = new PrintStream(log, true, UTF_8)) {
            EVENTS.forEach(name -> recording.enable("io.convergence." + name).withoutThreshold());
            recording.start();
            System.setErr(stream);
            T result = work.call();
            System.setErr(err);
            recording.stop();
            recording.dump(file);
            return new Recorded<>(result, RecordingFile.readAllEvents(file), log.toString(UTF_8));
        } finally {
            System.setErr(err);
        }
    }

    private void deliver() {
        site.settings(builder -> builder.metrics(numbers));
        site.load(0, 1, loaded(-2, KEY, CELL), loaded(-1, 2, "two"));
        site.changes(60, update(10, KEY, CELL + "s"), insert(20, 3, CELL));
        site.changes(120, move(70, KEY, KEY + 1, CELL), delete(80, 2));
        site.later();
    }

    @Test
    void metricsTellWhatAMergeDidAndHowLongItsStepsTook() {
        deliver();

        TableResult result = site.merge();

        assertThat(result.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(numbers.sums)
                .containsEntry("convergence.runs run PUBLISHED", 1.0)
                .containsEntry("convergence.duration survey DONE", 1.0)
                .containsEntry("convergence.duration read DONE", 1.0)
                // Buckets are written while they are merged.
                .containsEntry("convergence.duration merge DONE", 3.0)
                .containsEntry("convergence.duration write DONE", 1.0)
                .containsEntry("convergence.duration commit DONE", 1.0)
                .containsEntry("convergence.files survey", 3.0)
                .containsEntry("convergence.files read", 3.0)
                .containsEntry("convergence.rows read", 6.0)
                .containsEntry("convergence.rows write", 2.0)
                .containsEntry("convergence.changes merge RECEIVED", 6.0)
                .containsEntry("convergence.table.rows run", 2.0)
                .containsEntry("convergence.table.behind run", 3639.999)
                .containsKeys(
                        "convergence.duration run PUBLISHED", "convergence.bytes read", "convergence.bytes write");
        assertThat(numbers.sums.get("convergence.duration run PUBLISHED"))
                .as("it spans its steps")
                .isGreaterThanOrEqualTo(10);
    }

    @Test
    void metricsTellRequestsAndFilesOfACompaction() {
        deliver();

        site.lake().table(ORDERS).compact(CompactionOptions.builder().settled().build(), ProgressListener.none());

        assertThat(numbers.sums)
                .containsEntry("convergence.runs compact COMPACTED", 1.0)
                .containsEntry("convergence.files compact", 2.0)
                .containsEntry("convergence.rows compact", 4.0)
                .containsKey("convergence.requests compact");
    }

    @Test
    void aRunThatFailsIsCountedAsFailed() {
        deliver();
        site.put(5000, LAYOUT.cdcKey(ORDERS, at(5000), RawFormat.PARQUET), "PAR1 no file".getBytes(UTF_8));

        TableResult result = site.later().merge();

        assertThat(result.state()).isEqualTo(TableState.FAILED);
        assertThat(numbers.sums)
                .containsEntry("convergence.runs run FAILED", 1.0)
                .containsEntry("convergence.duration survey FAILED", 1.0);
    }

    /** Above all after the commit. */
    @Test
    void metricsThatThrowDoNotStopATable() {
        deliver();
        site.settings(builder -> builder.metrics(new Metrics() {
            @Override
            public void count(Meter counter, Tags tags, long amount) {
                throw new IllegalStateException("no connection");
            }

            @Override
            public void time(Meter timer, Tags tags, Duration duration) {
                throw new IllegalStateException("no connection");
            }

            @Override
            public void gauge(Meter gauge, Tags tags, double value) {
                throw new IllegalStateException("no connection");
            }

            @Override
            public long nanos() {
                throw new IllegalStateException("no clock");
            }
        }));

        assertThat(site.merge().state()).isEqualTo(TableState.PUBLISHED);
    }

    @Test
    void flightRecorderHearsOfEachStepAndNoRowIsInWhatAnybodyHears() throws Exception {
        deliver();

        Recorded<TableResult> merge = record(() -> {
            site.lake()
                    .table(ORDERS)
                    .compact(CompactionOptions.builder().settled().build(), ProgressListener.none());
            return site.merge();
        });

        assertThat(merge.result().state()).isEqualTo(TableState.PUBLISHED);
        RecordedEvent read = merge.event("Read");
        assertThat(read.getString("table")).isEqualTo("public.orders");
        assertThat(read.getLong("files")).isEqualTo(2);
        assertThat(read.getLong("rows")).isEqualTo(6);
        assertThat(read.getLong("bytes")).isPositive();
        assertThat(read.getString("state")).isEqualTo("DONE");
        assertThat(merge.event("Merge").getLong("rows")).isEqualTo(6);
        assertThat(merge.event("Write").getLong("rows")).isEqualTo(2);
        assertThat(merge.event("Commit").getString("state")).isEqualTo("DONE");
        assertThat(merge.event("Compaction").getLong("files")).isEqualTo(2);
        assertThat(merge.event("CompactionTask").getLong("rows")).isEqualTo(4);
        assertThat(merge.event("Run").getString("state")).isEqualTo("PUBLISHED");
        assertThat(merge.events("Survey")).hasSizeGreaterThanOrEqualTo(2);
        requireNoRow(merge.log(), merge.result(), merge.events());
    }

    /** A table that stops is told at more length, and a row that cannot be read is what one would like to see. */
    @Test
    void noRowIsInWhatAnybodyHearsOfATableThatStops() throws Exception {
        site.settings(builder -> builder.metrics(numbers));
        site.load(0, 1, loaded(-2, KEY, CELL), loaded(-1, KEY, CELL + "s"));
        site.later();
        Recorded<TableResult> disputed = record(site::merge);

        assertThat(disputed.result().state()).isEqualTo(TableState.DISPUTED);
        requireNoRow(disputed.log(), disputed.result(), disputed.events());
    }

    @Test
    void noRowIsInTheLogOfATableWhoseCellsCannotBeRead() throws Exception {
        site.settings(builder -> builder.metrics(numbers));
        site.shape(SHAPE.withSchema(new TableSchema(
                        ORDERS,
                        List.of(
                                Column.required("id", DataType.parse("int8")),
                                Column.nullable("name", DataType.parse("int4"))),
                        List.of("id")))
                .withCsv(CsvForm.of(form -> {})));
        site.put(
                0,
                LAYOUT.loadKey(ORDERS, 1, RawFormat.CSV),
                csvLoad(loaded(-2, KEY, CELL)).getBytes(UTF_8));
        site.put(
                60,
                LAYOUT.cdcKey(ORDERS, at(60), RawFormat.CSV),
                csvChanges(update(10, KEY, CELL)).getBytes(UTF_8));
        site.later();
        Recorded<TableResult> failed = record(site::merge);

        assertThat(failed.result().state()).isEqualTo(TableState.FAILED);
        assertThat(failed.log()).contains("public.orders");
        requireNoRow(failed.log(), failed.result(), failed.events());
    }

    /** A value that no published type holds is met when it is written, long after it was read. */
    @Test
    void noRowIsInTheLogOfATableWhoseCellsCannotBeWritten() throws Exception {
        String told = "7654321";
        site.settings(builder -> builder.metrics(numbers));
        site.shape(SHAPE.withSchema(new TableSchema(
                        ORDERS,
                        List.of(
                                Column.required("id", DataType.parse("int8")),
                                Column.nullable("name", DataType.parse("datetime(7)"))),
                        List.of("id")))
                .withCsv(CsvForm.of(form -> {})));
        site.put(
                0,
                LAYOUT.loadKey(ORDERS, 1, RawFormat.CSV),
                csvLoad(loaded(-2, KEY, "2026-02-03 04:05:06." + told)).getBytes(UTF_8));
        site.later();
        Recorded<TableResult> failed = record(site::merge);

        assertThat(failed.result().state()).isEqualTo(TableState.FAILED);
        assertThat(failed.log()).contains("public.orders").doesNotContain(told);
        assertThat(failed.result().findings().toString())
                .contains("column 'name'")
                .doesNotContain(told);
        requireNoRow(failed.log(), failed.result(), failed.events());
    }

    /** Whoever must find the row is told its key in the result, and nowhere else. */
    @Test
    void aDisputedKeyIsNamedInTheFindingAndNotInWhatIsHeardOrKept() throws Exception {
        site.settings(builder -> builder.metrics(numbers));
        site.load(0, 1, loaded(-2, KEY, CELL), loaded(-1, KEY + 1, CELL));
        site.changes(60, move(10, KEY, KEY + 1, CELL), move(10, KEY + 1, KEY, "fits no row"));
        site.later();
        Recorded<TableResult> disputed = record(site::merge);

        assertThat(disputed.result().findings().toString()).contains(String.valueOf(KEY + 1));
        requireNoRow(disputed.log(), disputed.result(), disputed.events());
        assertThat(site.lake().table(ORDERS).ledger().entries().toString())
                .contains("KEY_COLLISION")
                .doesNotContain(String.valueOf(KEY))
                .doesNotContain(String.valueOf(KEY + 1))
                .doesNotContain(CELL);
        assertThat(site.lake().table(ORDERS).show(MergeOptions.defaults()).toString())
                .contains("KEY_COLLISION")
                .doesNotContain(String.valueOf(KEY + 1));
    }

    private void requireNoRow(String log, TableResult result, List<RecordedEvent> events) throws IOException {
        List<String> heard = new ArrayList<>(numbers.all);
        heard.add(log);
        result.findings().stream()
                .filter(finding -> finding.severity() == Severity.INFO)
                .map(Finding::toString)
                .forEach(heard::add);
        assertThat(result.findings().toString()).doesNotContain(CELL);
        events.stream().map(RecordedEvent::toString).forEach(heard::add);
        for (String line : heard) {
            assertThat(line)
                    .doesNotContain(CELL)
                    .doesNotContain(String.valueOf(KEY))
                    .doesNotContain(String.valueOf(KEY + 1));
        }
        assertThat(numbers.all).as("something was heard").isNotEmpty();
        assertThat(events).as("something was recorded").isNotEmpty();
    }
}
