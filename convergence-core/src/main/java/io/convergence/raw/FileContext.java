package io.convergence.raw;

import static java.util.Objects.requireNonNull;

import java.time.Instant;

/**
 * Where a raw file stands in its table's history; the part of a change's position that the file itself does not hold.
 *
 * @param generation the load generation, named by the last-modified time of its first LOAD file; {@link #NO_LOAD} for a
 *     table that has no load (a CDC-only task)
 * @param run for CDC files: the instant of the first known file between two restarts of the change counter; for LOAD files {@link #NO_LOAD}
 */
public record FileContext(Instant generation, Instant run) {
    public static final Instant NO_LOAD = Instant.EPOCH;

    public FileContext {
        requireNonNull(generation, "generation");
        requireNonNull(run, "run");
    }
}
