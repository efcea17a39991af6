package io.convergence.raw;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a table's load besides its files. Immutable.
 *
 * @param declaredStart the load start somebody declared, whatever the load; null for none
 * @param statedStart {@code FullLoadStartTime} of DMS's table statistics; null if not known
 * @param loadTimestamps what the timestamp column of LOAD rows holds
 * @param tasks whether one task writes both load and changes
 * @param declared what was declared of single loads
 */
public record TimelineOptions(
        @Nullable Instant declaredStart,
        @Nullable Instant statedStart,
        LoadTimestamps loadTimestamps,
        Tasks tasks,
        DeclaredLoads declared) {
    /** What the timestamp column of LOAD rows holds. */
    public enum LoadTimestamps {
        /** The arrival time of each row: {@code UseTaskStartTimeForFullLoadTimestamp} = false, DMS's default. */
        ARRIVAL,
        /** The start of the task, which tells nothing of this table's load. */
        TASK_START
    }

    /** Which tasks write a table's files. */
    public enum Tasks {
        /** One task loads and then replicates. */
        SINGLE,
        /** One task loads and another replicates, at its own time: times of storage cannot relate the two. */
        SEPARATE
    }

    public TimelineOptions {
        requireNonNull(loadTimestamps, "loadTimestamps");
        requireNonNull(tasks, "tasks");
        requireNonNull(declared, "declared");
    }

    /** Nothing declared, arrival times in LOAD rows, one task. */
    public static TimelineOptions defaults() {
        return new TimelineOptions(null, null, LoadTimestamps.ARRIVAL, Tasks.SINGLE, DeclaredLoads.none());
    }

    public TimelineOptions withDeclaredLoadStart(Instant start) {
        return new TimelineOptions(requireNonNull(start, "start"), statedStart, loadTimestamps, tasks, declared);
    }

    public TimelineOptions withFullLoadStartTime(Instant start) {
        return new TimelineOptions(declaredStart, requireNonNull(start, "start"), loadTimestamps, tasks, declared);
    }

    public TimelineOptions withLoadTimestamps(LoadTimestamps timestamps) {
        return new TimelineOptions(declaredStart, statedStart, timestamps, tasks, declared);
    }

    public TimelineOptions withTasks(Tasks separation) {
        return new TimelineOptions(declaredStart, statedStart, loadTimestamps, separation, declared);
    }

    public TimelineOptions withDeclared(DeclaredLoads loads) {
        return new TimelineOptions(declaredStart, statedStart, loadTimestamps, tasks, loads);
    }

    public Optional<Instant> declaredLoadStart() {
        return Optional.ofNullable(declaredStart);
    }

    public Optional<Instant> fullLoadStartTime() {
        return Optional.ofNullable(statedStart);
    }
}
