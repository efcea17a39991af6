package io.convergence.compact;

import io.convergence.ConvergenceException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** The runs of a plan's tasks on an executor. For one thread, which waits for all of them whatever happens. */
final class TaskRuns {
    private record Running(CompactionTask task, CompletableFuture<@Nullable TaskResult> future) {}

    private final TaskExecution execution;
    private final List<Running> running = new ArrayList<>();
    private final List<TaskFailure> failures = new ArrayList<>();
    private final AtomicBoolean stopped = new AtomicBoolean();
    private @Nullable Throwable rejection;

    TaskRuns(TaskExecution execution) {
        this.execution = execution;
    }

    /** Hands a task to the executor, unless a failure has stopped all. */
    void add(CompactionTask task, TaskRun run) {
        if (stopped.get()) {
            return;
        }

        try {
            running.add(new Running(task, CompletableFuture.supplyAsync(() -> result(run), execution.executor())));
        } catch (RejectedExecutionException e) {
            stopped.set(true);
            rejection = e;
        }
    }

    /** Null if a failure of another task kept it from beginning. */
    private @Nullable TaskResult result(TaskRun run) {
        if (stopped.get()) {
            return null;
        }

        boolean done = false;
        try {
            TaskResult result = run.run();
            done = true;
            return result;
        } catch (ConvergenceException e) {
            done = execution.onFailure() == TaskExecution.OnFailure.GO_ON;
            throw e;
        } finally {
            if (!done) {
                stopped.set(true);
            }
        }
    }

    /** Waits for all. Throws what ended the execution; then nothing of any task may be committed. */
    List<TaskResult> await() {
        List<TaskResult> results = new ArrayList<>();
        Throwable end = rejection;
        for (Running one : running) {
            try {
                TaskResult result = one.future().join();
                if (result != null) {
                    results.add(result);
                }
            } catch (CompletionException e) {
                Throwable cause = e.getCause() == null ? e : e.getCause();
                boolean given = execution.onFailure() == TaskExecution.OnFailure.GO_ON;
                if (given && cause instanceof ConvergenceException known) {
                    failures.add(new TaskFailure(one.task(), known));
                } else if (end == null) {
                    end = cause;
                } else if (end != cause) {
                    end.addSuppressed(cause);
                }
            }
        }

        if (end instanceof RuntimeException failure) {
            throw failure;
        }
        if (end instanceof Error error) {
            throw error;
        }
        return results;
    }

    /** Tasks that were given up while the others went on. */
    List<TaskFailure> failures() {
        return List.copyOf(failures);
    }
}
