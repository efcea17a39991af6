package io.convergence.compact;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * Threads that stitch columns beside the one that writes the output.
 *
 * @param count how many; 0 if the writing thread does all itself
 */
record ColumnWorkers(Executor executor, int count) {
    static ColumnWorkers none() {
        return new ColumnWorkers(Runnable::run, 0);
    }

    boolean any() {
        return count > 0;
    }

    /** If the executor is busy with other things, they come late and find nothing to do. */
    void help(StitchedGroup group) {
        for (int i = 0; i < count; i++) {
            try {
                executor.execute(group.helper());
            } catch (RejectedExecutionException e) {
                // The writing thread does without.
                return;
            }
        }
    }
}
