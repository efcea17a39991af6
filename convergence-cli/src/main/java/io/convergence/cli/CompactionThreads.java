package io.convergence.cli;

import io.convergence.compact.TaskExecution;
import io.convergence.pipeline.Convergence;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import picocli.CommandLine.Option;

/** How many threads {@code compact} uses. */
final class CompactionThreads {
    /** Fetched while others are compacted; each takes its time with S3 and no processor. */
    private static final int FILES_AHEAD = 4;

    /** Beyond this the thread that writes and the one that reads have all the work. */
    private static final int MOST_BY_DEFAULT = 8;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = {
                "Threads that share the columns of the files being written (default: one for each processor, at most 8).",
                "1: no thread but the main one, and files are not fetched ahead."
            })
    private int threads = Math.min(MOST_BY_DEFAULT, Runtime.getRuntime().availableProcessors());

    @Option(
            names = "--tasks",
            paramLabel = "N",
            description = "Tasks of a table that run at the same time (default: 1); each needs memory for a row group.")
    private int tasks = 1;

    /** Threads in use. */
    record Started(ExecutorService workers, ExecutorService readers, int threads, int tasks) implements AutoCloseable {
        TaskExecution execution() {
            boolean alone = threads == 1 && tasks == 1;
            TaskExecution execution =
                    alone ? TaskExecution.defaults() : TaskExecution.defaults().withExecutor(workers);
            return execution.withColumnWorkers(threads - 1).withTasksAtOnce(tasks);
        }

        void readAhead(Convergence.Builder lake) {
            if (threads > 1) {
                lake.readAhead(readers, FILES_AHEAD);
            }
        }

        @Override
        public void close() {
            workers.shutdown();
            readers.shutdown();
        }
    }

    void check() {
        if (threads < 1) {
            throw new UsageException("Cannot compact with --threads " + threads + ": give at least 1.");
        }
        if (tasks < 1) {
            throw new UsageException("Cannot compact with --tasks " + tasks + ": give at least 1.");
        }
    }

    /** Pools make their threads when there is something to do. */
    Started start() {
        return new Started(
                Executors.newFixedThreadPool(Math.max(1, Math.max(threads, tasks) - 1)),
                Executors.newFixedThreadPool(FILES_AHEAD),
                threads,
                tasks);
    }
}
