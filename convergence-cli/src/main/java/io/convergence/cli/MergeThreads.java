package io.convergence.cli;

import io.convergence.curated.MergeWorkers;
import io.convergence.pipeline.MergeOptions;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import picocli.CommandLine.Option;

/** How many threads a merge has. */
final class MergeThreads {
    @Option(
            names = "--threads",
            paramLabel = "N",
            description = {
                "Threads that share the columns of the files being written (default: 1).",
                "What is written does not depend on it."
            })
    private int threads = 1;

    /** Threads in use. */
    record Started(ExecutorService pool, int helpers) implements AutoCloseable {
        MergeOptions helping(MergeOptions merge) {
            return helpers == 0 ? merge : merge.workers(new MergeWorkers(pool, helpers));
        }

        @Override
        public void close() {
            pool.shutdown();
        }
    }

    void check() {
        if (threads < 1) {
            throw new UsageException("Cannot merge with --threads " + threads + ": give at least 1.");
        }
    }

    /** The pool makes its threads when there is something to do. */
    Started start() {
        return new Started(Executors.newFixedThreadPool(Math.max(1, threads - 1)), threads - 1);
    }
}
