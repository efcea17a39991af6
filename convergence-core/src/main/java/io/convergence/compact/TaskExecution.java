package io.convergence.compact;

import static java.util.Objects.requireNonNull;

import java.util.concurrent.Executor;

/**
 * Where the tasks of a plan are executed, and what one that fails means for the others. Memory is needed for as many tasks
 * as the executor runs at once. Immutable.
 */
public record TaskExecution(Executor executor, OnFailure onFailure) {
    public TaskExecution {
        requireNonNull(executor, "executor");
        requireNonNull(onFailure, "onFailure");
    }

    /** What happens to the other tasks when one cannot copy its files or its files have changed. */
    public enum OnFailure {
        /** No further task begins, and nothing is committed. */
        STOP,
        /** They go on, and what they wrote is committed; the result says what failed. */
        GO_ON
    }

    /** One after the other on the caller's thread; the first failure ends the execution. */
    public static TaskExecution defaults() {
        return new TaskExecution(Runnable::run, OnFailure.STOP);
    }

    public TaskExecution withExecutor(Executor runner) {
        return new TaskExecution(runner, onFailure);
    }

    public TaskExecution withOnFailure(OnFailure handling) {
        return new TaskExecution(executor, handling);
    }
}
