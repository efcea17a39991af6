package io.convergence;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * Takes what a pipeline counts and times of its own work, to be handed on to whatever collects metrics. Called on the
 * working threads, several at once, so it should return at once. What it throws is logged and does not end the work.
 *
 * <p>Names, kinds and units are those of {@link Meter}. No row, key or value of a row is ever given.
 */
public interface Metrics {
    /** What kind of number it is. */
    enum Kind {
        /** Amounts to be added up. */
        COUNTER,
        /** Durations, one for each time the work was done. */
        TIMER,
        /** The value of now. */
        GAUGE
    }

    /** All that is measured. */
    enum Meter {
        /** Merges and compactions of one table; the outcome is a {@code pipeline.TableState}, or COMPACTED, or FAILED. */
        RUNS("convergence.runs", Kind.COUNTER, "runs"),
        /** How long a step took; its outcome is DONE or FAILED, of a run that of {@link #RUNS}. */
        DURATION("convergence.duration", Kind.TIMER, "seconds"),
        /** Files read or written by a step. */
        FILES("convergence.files", Kind.COUNTER, "files"),
        /** Rows read or written by a step. */
        ROWS("convergence.rows", Kind.COUNTER, "rows"),
        /** Bytes of the files read or written by a step, as stored. */
        BYTES("convergence.bytes", Kind.COUNTER, "bytes"),
        /** Requests of a step to stores, where they are known beforehand: those of compactions. */
        REQUESTS("convergence.requests", Kind.COUNTER, "requests"),
        /** Changes of a merge by what became of them; the outcome is a {@code merge.MergeCounts.What}. */
        CHANGES("convergence.changes", Kind.COUNTER, "changes"),
        /** Findings of a merge; the outcome is the code. */
        FINDINGS("convergence.findings", Kind.COUNTER, "findings"),
        /** Rows of the published table. */
        TABLE_ROWS("convergence.table.rows", Kind.GAUGE, "rows"),
        /** How far, by the store's clock, the time is ahead of which the published table is complete. */
        TABLE_BEHIND("convergence.table.behind", Kind.GAUGE, "seconds");

        private final String label;
        private final Kind kind;
        private final String unit;

        Meter(String label, Kind kind, String unit) {
            this.label = label;
            this.kind = kind;
            this.unit = unit;
        }

        /** The metric's name. */
        public String label() {
            return label;
        }

        public Kind kind() {
            return kind;
        }

        public String unit() {
            return unit;
        }
    }

    /**
     * Whose work it was.
     *
     * @param step survey, read, merge, write, commit, compact, or run for all of them
     * @param outcome as the meter says; empty if it has none
     */
    record Tags(TableId table, String step, String outcome) {
        public Tags {
            requireNonNull(table, "table");
            requireNonNull(step, "step");
            requireNonNull(outcome, "outcome");
        }
    }

    /** Adds to a {@link Kind#COUNTER}; the amount is positive. */
    void count(Meter counter, Tags tags, long amount);

    /** One duration of a {@link Kind#TIMER}. */
    void time(Meter timer, Tags tags, Duration duration);

    /** The present value of a {@link Kind#GAUGE}. */
    void gauge(Meter gauge, Tags tags, double value);

    /** The clock by which steps are timed, in nanoseconds from any origin. */
    default long nanos() {
        return System.nanoTime();
    }

    /** Takes nothing. */
    static Metrics none() {
        return new Metrics() {
            @Override
            public void count(Meter counter, Tags tags, long amount) {}

            @Override
            public void time(Meter timer, Tags tags, Duration duration) {}

            @Override
            public void gauge(Meter gauge, Tags tags, double value) {}
        };
    }
}
