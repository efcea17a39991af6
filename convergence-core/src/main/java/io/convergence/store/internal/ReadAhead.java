package io.convergence.store.internal;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/**
 * How many files are read at the same time, and by whom. Immutable and thread-safe as the executor is.
 *
 * @param files how many at most are being read, or were read and wait for their turn
 */
public record ReadAhead(Executor executor, int files) {
    public ReadAhead {
        requireNonNull(executor, "executor");
        if (files < 1) {
            throw new IllegalArgumentException("Cannot read " + files + " files at a time: 1 is the least.");
        }
    }

    /** One file after the other, by the thread that needs them. */
    public static ReadAhead none() {
        return new ReadAhead(Runnable::run, 1);
    }

    /** Whether anything is read before its turn. */
    public boolean reads() {
        return files > 1;
    }

    /** What {@code read} gives for each item, in their order, whichever is ready first; {@code read} must be thread-safe. */
    public <T, R> Upcoming<R> each(List<T> items, Function<T, R> read) {
        return each(items, read, item -> 0, 0);
    }

    /**
     * As {@link #each(List, Function)}, with a limit to what is held of items before their turn.
     *
     * @param most of the sum of their sizes; one item larger than that waits for its turn
     */
    public <T, R> Upcoming<R> each(List<T> items, Function<T, R> read, ToLongFunction<T> size, long most) {
        return new Upcoming<>(
                items.stream()
                        .map(item -> new Upcoming.Task<>(() -> read.apply(item), size.applyAsLong(item)))
                        .iterator(),
                executor,
                files,
                most);
    }
}
