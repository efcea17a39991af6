package io.convergence.pipeline;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Function;

/**
 * How many files are read at the same time, and by whom. Immutable and thread-safe as the executor is.
 *
 * @param files how many at most are being read, or were read and wait for their turn
 */
record ReadAhead(Executor executor, int files) {
    ReadAhead {
        requireNonNull(executor, "executor");
        if (files < 1) {
            throw new IllegalArgumentException("Cannot read " + files + " files at a time: 1 is the least.");
        }
    }

    /** One file after the other, by the thread that needs them. */
    static ReadAhead none() {
        return new ReadAhead(Runnable::run, 1);
    }

    /** What {@code read} gives for each item, in their order, whichever is ready first; {@code read} must be thread-safe. */
    <T, R> Upcoming<R> each(List<T> items, Function<T, R> read) {
        return new Upcoming<>(
                items.stream()
                        .map(item -> new Upcoming.Task<>(() -> read.apply(item)))
                        .iterator(),
                executor,
                files);
    }
}
