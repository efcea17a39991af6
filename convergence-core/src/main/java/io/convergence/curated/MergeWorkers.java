package io.convergence.curated;

import static java.util.Objects.requireNonNull;

import java.util.concurrent.Executor;

/**
 * Threads that help a merge with the columns of the files it writes. What is written does not depend on them. Immutable.
 *
 * @param executor runs them; it is not shut down. One that is busy makes the merge slower, never wait: the merging thread does what nobody
 *     has begun
 * @param count how many at most, beside the merging thread; 0 for none
 */
public record MergeWorkers(Executor executor, int count) {
    public MergeWorkers {
        requireNonNull(executor, "executor");
        if (count < 0) {
            throw new IllegalArgumentException("Cannot help merges with " + count + " threads: give 0 or more.");
        }
    }

    /** The merging thread does all. */
    public static MergeWorkers none() {
        return new MergeWorkers(Runnable::run, 0);
    }
}
