package io.convergence.pipeline;

import io.convergence.Finding;
import io.convergence.Metrics;
import io.convergence.Metrics.Meter;
import io.convergence.Metrics.Tags;
import io.convergence.TableId;
import io.convergence.merge.MergeCounts;
import io.convergence.pipeline.WorkEvent.Step;
import java.time.Duration;
import java.time.Instant;
import jdk.jfr.FlightRecorder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts and times the work on one table, for metrics and for JDK Flight Recorder. Thread-safe. */
final class Watch {
    private static final Logger LOG = LoggerFactory.getLogger(Watch.class);

    private final Metrics metrics;
    private final TableId table;

    Watch(Metrics metrics, TableId table) {
        this.metrics = metrics;
        this.table = table;
    }

    /** A step that has begun. What it has not told to be {@link #done} when it is closed has failed. Not thread-safe. */
    final class Watched implements AutoCloseable {
        private final Step step;
        private final @Nullable WorkEvent event;
        private final long began;
        private String state = TableState.FAILED.name();
        private long files;
        private long rows;
        private long bytes;

        private Watched(Step step) {
            this.step = step;
            // Where nobody records, events would only load their hundred classes.
            this.event = FlightRecorder.isInitialized() ? step.event() : null;
            this.began = nanos();
            if (event != null) {
                event.begin();
            }
        }

        Watched files(long count) {
            files = count;
            return this;
        }

        Watched rows(long count) {
            rows = count;
            return this;
        }

        Watched bytes(long count) {
            bytes = count;
            return this;
        }

        void done() {
            done("DONE");
        }

        void done(String how) {
            state = how;
        }

        @Override
        public void close() {
            if (event != null) {
                event.table = table.toString();
                event.state = state;
                event.files = files;
                event.rows = rows;
                event.bytes = bytes;
                event.commit();
            }
            tell(() -> {
                metrics.time(
                        Meter.DURATION,
                        new Tags(table, step.label(), state),
                        Duration.ofNanos(Math.max(0, metrics.nanos() - began)));
                Tags tags = new Tags(table, step.label(), "");
                if (step == Step.RUN || step == Step.COMPACT) {
                    metrics.count(Meter.RUNS, new Tags(table, step.label(), state), 1);
                }
                if (step != Step.RUN) {
                    count(Meter.FILES, tags, files);
                    count(Meter.ROWS, tags, rows);
                    count(Meter.BYTES, tags, bytes);
                }
            });
        }
    }

    Watched begin(Step step) {
        return new Watched(step);
    }

    /** What a merge came to. */
    void result(TableResult result, Instant now) {
        tell(() -> {
            result.counts().ifPresent(counts -> counts.toMap().forEach(this::changes));
            for (Finding finding : result.findings()) {
                metrics.count(Meter.FINDINGS, new Tags(table, Step.RUN.label(), finding.code()), 1);
            }
            Tags tags = new Tags(table, Step.RUN.label(), "");
            if (result.rows() >= 0) {
                metrics.gauge(Meter.TABLE_ROWS, tags, result.rows());
            }
            result.completeThrough()
                    .ifPresent(until -> metrics.gauge(
                            Meter.TABLE_BEHIND,
                            tags,
                            Duration.between(until, now).toMillis() / 1_000.0));
        });
    }

    private void changes(MergeCounts.What what, long amount) {
        count(Meter.CHANGES, new Tags(table, Step.MERGE.label(), what.name()), amount);
    }

    /** Requests that a step is known to make. */
    void requests(Step step, long amount) {
        tell(() -> count(Meter.REQUESTS, new Tags(table, step.label(), ""), amount));
    }

    private void count(Meter counter, Tags tags, long amount) {
        if (amount > 0) {
            metrics.count(counter, tags, amount);
        }
    }

    private long nanos() {
        try {
            return metrics.nanos();
        } catch (RuntimeException e) {
            LOG.warn("The clock of metrics of table {} failed", table, e);
            return 0;
        }
    }

    /** A table must not fail, least of all after its commit, because somebody cannot count it. */
    private void tell(Runnable telling) {
        try {
            telling.run();
        } catch (RuntimeException e) {
            LOG.warn("Metrics of table {} were not taken", table, e);
        }
    }
}
