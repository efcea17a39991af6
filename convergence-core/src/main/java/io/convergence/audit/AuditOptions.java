package io.convergence.audit;

import static java.util.Objects.requireNonNull;

import io.convergence.TableId;
import io.convergence.change.ChangeReadOptions;
import io.convergence.raw.RawLayout;
import io.convergence.raw.TimelineOptions;
import io.convergence.target.ReplicationSpec;
import io.convergence.target.RowShape;
import java.util.Optional;
import java.util.function.Function;

/** How much of a landing zone is read, and what is known of it beforehand. Immutable and thread-safe. */
public sealed interface AuditOptions permits AuditSettings {
    /** The default of {@link #rowFilesPerTable}. */
    int DEFAULT_ROW_FILES = 10;

    /** The default of {@link #rowsPerFile}. */
    long DEFAULT_ROWS_PER_FILE = 1_000_000;

    /** The default of {@link #footersPerTable}. */
    int DEFAULT_FOOTERS = 100_000;

    /** The default of {@link #boundariesPerTable}. */
    int DEFAULT_BOUNDARIES = 10;

    /** How keys are read; {@link RawLayout#detect()} if nobody says otherwise. */
    RawLayout layout();

    /** What is known of a table's columns; empty if nothing is, then they are recognised by what they hold. */
    Optional<RowShape> shape(TableId table);

    TimelineOptions timeline();

    /** Files of each table whose rows are read: half of them the oldest, half the newest. 0: none. */
    int rowFilesPerTable();

    /** Rows read of each of these files. */
    long rowsPerFile();

    /** Files of each table, the newest, whose footers are read; others are only counted. */
    int footersPerTable();

    /** Starts of runs of each table, the newest, where rows are compared to find replays (rule S3). */
    int boundariesPerTable();

    /** Limits for reading files. */
    ChangeReadOptions reading();

    static AuditOptions defaults() {
        return builder().build();
    }

    static Builder builder() {
        return new Builder();
    }

    /** Collects options. Not thread-safe. */
    final class Builder {
        private RawLayout layout = RawLayout.detect();
        private Function<TableId, Optional<RowShape>> shapes = table -> Optional.empty();
        private TimelineOptions timeline = TimelineOptions.defaults();
        private int rowFilesPerTable = DEFAULT_ROW_FILES;
        private long rowsPerFile = DEFAULT_ROWS_PER_FILE;
        private int footersPerTable = DEFAULT_FOOTERS;
        private int boundariesPerTable = DEFAULT_BOUNDARIES;
        private ChangeReadOptions reading = ChangeReadOptions.defaults();

        private Builder() {}

        public Builder layout(RawLayout keys) {
            this.layout = requireNonNull(keys, "keys");
            return this;
        }

        /** What the spec says of layout, columns and times of load. */
        public Builder spec(ReplicationSpec spec) {
            requireNonNull(spec, "spec");
            if (spec.settings().useTaskStartTimeForFullLoadTimestamp()) {
                timeline = timeline.withLoadTimestamps(TimelineOptions.LoadTimestamps.TASK_START);
            }
            return layout(RawLayout.of(spec.settings()))
                    .shapes(table -> spec.rowShape(table).or(() -> Optional.of(spec.rowShapeWithoutSchema())));
        }

        public Builder shapes(Function<TableId, Optional<RowShape>> byTable) {
            this.shapes = requireNonNull(byTable, "byTable");
            return this;
        }

        public Builder timeline(TimelineOptions known) {
            this.timeline = requireNonNull(known, "known");
            return this;
        }

        public Builder rowFilesPerTable(int files) {
            this.rowFilesPerTable = files;
            return this;
        }

        public Builder rowsPerFile(long rows) {
            this.rowsPerFile = rows;
            return this;
        }

        public Builder footersPerTable(int files) {
            this.footersPerTable = files;
            return this;
        }

        public Builder boundariesPerTable(int boundaries) {
            this.boundariesPerTable = boundaries;
            return this;
        }

        public Builder reading(ChangeReadOptions limits) {
            this.reading = requireNonNull(limits, "limits");
            return this;
        }

        /** Checks the numbers. @throws IllegalArgumentException if one is negative */
        public AuditOptions build() {
            return new AuditSettings(
                    layout,
                    shapes,
                    timeline,
                    rowFilesPerTable,
                    rowsPerFile,
                    footersPerTable,
                    boundariesPerTable,
                    reading);
        }
    }
}
