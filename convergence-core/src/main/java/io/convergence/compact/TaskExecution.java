package io.convergence.compact;

import static java.util.Objects.requireNonNull;

import java.util.concurrent.Executor;

/**
 * Where the tasks of a plan are executed, and what one that fails means for the others. Memory is needed for as many tasks
 * as run at once. Immutable.
 *
 * @param executor runs tasks beside the caller, who executes tasks, too, and waits only for those that have begun; so it may
 *     be one of the executor's own threads, even its only one
 * @param columnWorkers how many threads of the executor help each task with the columns of its output, if they are free;
 *     0 if a task is one thread's work. With helpers a task holds up to three row groups instead of one, if the heap has
 *     room for sixteen
 * @param tasksAtOnce how many tasks run at the same time at most, the caller's own among them; at least 1
 */
public record TaskExecution(Executor executor, OnFailure onFailure, int columnWorkers, int tasksAtOnce) {
    public TaskExecution {
        requireNonNull(executor, "executor");
        requireNonNull(onFailure, "onFailure");
        if (columnWorkers < 0) {
            throw new IllegalArgumentException("Cannot help tasks with " + columnWorkers + " threads: give 0 or more.");
        }
        if (tasksAtOnce < 1) {
            throw new IllegalArgumentException("Cannot run " + tasksAtOnce + " tasks at once: give at least 1.");
        }
    }

    /**
     * What happens to the other tasks when one cannot copy its files. If raw files changed or vanished, nothing is committed in
     * either case (rule L4).
     */
    public enum OnFailure {
        /** No further task begins, and nothing is committed. */
        STOP,
        /** They go on, and what they wrote is committed; the result says what failed. */
        GO_ON
    }

    /** One after the other on the caller's thread; the first failure ends the execution. */
    public static TaskExecution defaults() {
        return new TaskExecution(Runnable::run, OnFailure.STOP, 0, Integer.MAX_VALUE);
    }

    public TaskExecution withExecutor(Executor runner) {
        return new TaskExecution(runner, onFailure, columnWorkers, tasksAtOnce);
    }

    public TaskExecution withOnFailure(OnFailure handling) {
        return new TaskExecution(executor, handling, columnWorkers, tasksAtOnce);
    }

    public TaskExecution withColumnWorkers(int count) {
        return new TaskExecution(executor, onFailure, count, tasksAtOnce);
    }

    public TaskExecution withTasksAtOnce(int count) {
        return new TaskExecution(executor, onFailure, columnWorkers, count);
    }
}
