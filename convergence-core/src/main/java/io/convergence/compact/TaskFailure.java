package io.convergence.compact;

import static java.util.Objects.requireNonNull;

import io.convergence.ConvergenceException;

/** A task that was given up while others went on; nothing of it was committed and its files stay as they are. */
public record TaskFailure(CompactionTask task, ConvergenceException cause) {
    public TaskFailure {
        requireNonNull(task, "task");
        requireNonNull(cause, "cause");
    }

    @Override
    public String toString() {
        return task + ": " + cause.getMessage();
    }
}
