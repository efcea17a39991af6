package io.convergence.raw;

import static java.util.Objects.requireNonNull;

import java.time.Instant;

/**
 * Where a raw file stands in its table's history; the part of a change's position that the file itself does not hold.
 *
 * @param generation the load generation, named by the last-modified time of its first LOAD file; {@link #NO_LOAD} for a
 *     table that has no load (a CDC-only task)
 * @param run for CDC files: the instant of the first known file between two restarts of the change counter; for LOAD files {@link #NO_LOAD}
 * @param order how its changes stand in the run; {@link RunOrder#OWN} unless it is declared
 */
public record FileContext(Instant generation, Instant run, RunOrder order) {
    public static final Instant NO_LOAD = Instant.EPOCH;

    public FileContext {
        requireNonNull(generation, "generation");
        requireNonNull(run, "run");
        requireNonNull(order, "order");
    }

    /** Without a declared order. */
    public FileContext(Instant generation, Instant run) {
        this(generation, run, RunOrder.OWN);
    }
}
