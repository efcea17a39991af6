package io.convergence.raw;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a table's load besides its files. Immutable.
 *
 * @param declaredStart the load start somebody declared without naming the load; null for none
 * @param statedStart {@code FullLoadStartTime} of DMS's table statistics; null if not known
 * @param loadTimestamps what the timestamp column of LOAD rows holds
 * @param tasks whether one task writes both load and changes
 * @param tail how far back, before the newest change of a run, what DMS writes again after a restart may reach (rule S3)
 * @param orders what was declared of runs, each named by the instant of its first file (rule S2)
 * @param declared what was declared of single loads
 * @param knownStarts when loads that were published so far began, each by its generation: a start given for whatever load is passed
 *     over if it is not later than that of an earlier load
 * @param batchInterval {@code CdcMaxBatchInterval} of the task: files further apart than twice as long have a stop between them; null
 *     if not known
 */
public record TimelineOptions(
        @Nullable Instant declaredStart,
        @Nullable Instant statedStart,
        LoadTimestamps loadTimestamps,
        Tasks tasks,
        Duration tail,
        Map<Instant, DeclaredOrder> orders,
        DeclaredLoads declared,
        Map<Instant, Instant> knownStarts,
        @Nullable Duration batchInterval) {
    /** A day: longer than a task is usually left stopped with changes it has written and not confirmed. */
    public static final Duration DEFAULT_TAIL = Duration.ofHours(24);

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
        if (requireNonNull(tail, "tail").isNegative() || tail.isZero()) {
            throw new IllegalArgumentException(
                    "Cannot look for replays in the last " + tail + " of changes: give more.");
        }
        orders = Map.copyOf(orders);
        requireNonNull(declared, "declared");
        knownStarts = Collections.unmodifiableMap(new TreeMap<>(knownStarts));
        if (batchInterval != null && batchInterval.isNegative()) {
            throw new IllegalArgumentException("Cannot write batches every " + batchInterval + ": it is negative.");
        }
    }

    /** Nothing declared, arrival times in LOAD rows, one task. */
    public static TimelineOptions defaults() {
        return new TimelineOptions(
                null,
                null,
                LoadTimestamps.ARRIVAL,
                Tasks.SINGLE,
                DEFAULT_TAIL,
                Map.of(),
                DeclaredLoads.none(),
                Map.of(),
                null);
    }

    public TimelineOptions withDeclaredLoadStart(Instant start) {
        return new TimelineOptions(
                requireNonNull(start, "start"),
                statedStart,
                loadTimestamps,
                tasks,
                tail,
                orders,
                declared,
                knownStarts,
                batchInterval);
    }

    public TimelineOptions withFullLoadStartTime(Instant start) {
        return new TimelineOptions(
                declaredStart,
                requireNonNull(start, "start"),
                loadTimestamps,
                tasks,
                tail,
                orders,
                declared,
                knownStarts,
                batchInterval);
    }

    public TimelineOptions withLoadTimestamps(LoadTimestamps timestamps) {
        return new TimelineOptions(
                declaredStart, statedStart, timestamps, tasks, tail, orders, declared, knownStarts, batchInterval);
    }

    public TimelineOptions withTasks(Tasks separation) {
        return new TimelineOptions(
                declaredStart,
                statedStart,
                loadTimestamps,
                separation,
                tail,
                orders,
                declared,
                knownStarts,
                batchInterval);
    }

    public TimelineOptions withTail(Duration longest) {
        return new TimelineOptions(
                declaredStart,
                statedStart,
                loadTimestamps,
                tasks,
                longest,
                orders,
                declared,
                knownStarts,
                batchInterval);
    }

    /** @param run the instant of its first file, as {@link TableTimeline#runs} and findings name it */
    public TimelineOptions withOrder(Instant run, DeclaredOrder order) {
        Map<Instant, DeclaredOrder> more = new TreeMap<>(orders);
        more.put(requireNonNull(run, "run"), requireNonNull(order, "order"));
        return withOrders(more);
    }

    TimelineOptions withOrders(Map<Instant, DeclaredOrder> all) {
        return new TimelineOptions(
                declaredStart, statedStart, loadTimestamps, tasks, tail, all, declared, knownStarts, batchInterval);
    }

    public TimelineOptions withDeclared(DeclaredLoads loads) {
        return new TimelineOptions(
                declaredStart, statedStart, loadTimestamps, tasks, tail, orders, loads, knownStarts, batchInterval);
    }

    public TimelineOptions withKnownStarts(Map<Instant, Instant> known) {
        return new TimelineOptions(
                declaredStart, statedStart, loadTimestamps, tasks, tail, orders, declared, known, batchInterval);
    }

    public TimelineOptions withBatchInterval(Duration longest) {
        return new TimelineOptions(
                declaredStart,
                statedStart,
                loadTimestamps,
                tasks,
                tail,
                orders,
                declared,
                knownStarts,
                requireNonNull(longest, "longest"));
    }

    public Optional<Instant> declaredLoadStart() {
        return Optional.ofNullable(declaredStart);
    }

    public Optional<Instant> fullLoadStartTime() {
        return Optional.ofNullable(statedStart);
    }
}
