package io.convergence.compact;

import io.convergence.ConvergenceException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The runs of a plan's tasks, by the caller and by threads of an executor, whoever is free. The caller waits only for tasks
 * that another thread has begun; so it gets to its end on whatever thread it is.
 */
final class TaskRuns {
    private static final class Running {
        private final CompactionTask task;
        private final CompletableFuture<@Nullable TaskResult> future = new CompletableFuture<>();
        private @Nullable TaskRun run;

        Running(CompactionTask task, TaskRun run) {
            this.task = task;
            this.run = run;
        }

        /** By the one thread that has claimed it. */
        TaskRun take() {
            TaskRun taken = run;
            run = null;
            if (taken == null) {
                throw new IllegalStateException("Cannot run task " + task.number() + " twice.");
            }

            return taken;
        }
    }

    private final TaskExecution execution;
    private final List<Running> running = new ArrayList<>();
    private final List<TaskFailure> failures = new ArrayList<>();
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicBoolean stopped = new AtomicBoolean();

    TaskRuns(TaskExecution execution) {
        this.execution = execution;
    }

    void add(CompactionTask task, TaskRun run) {
        running.add(new Running(task, run));
    }

    /** Runs tasks until none is left to begin. A helper that comes late finds none. */
    private void work() {
        for (int i = next.getAndIncrement(); i < running.size(); i = next.getAndIncrement()) {
            Running one = running.get(i);
            try {
                one.future.complete(result(one.take()));
            } catch (RuntimeException | Error e) {
                one.future.completeExceptionally(e);
            }
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

    /** Returns when all have ended. Throws what ended the execution; then nothing of any task may be committed. */
    List<TaskResult> await() {
        Throwable end = null;
        int helpers = Math.min(execution.tasksAtOnce(), running.size()) - 1;
        try {
            for (int i = 0; i < helpers; i++) {
                execution.executor().execute(this::work);
            }
        } catch (RejectedExecutionException e) {
            stopped.set(true);
            end = e;
        }
        work();
        return results(end);
    }

    private List<TaskResult> results(@Nullable Throwable rejection) {
        List<TaskResult> results = new ArrayList<>();
        Throwable end = rejection;
        for (Running one : running) {
            try {
                TaskResult result = one.future.join();
                if (result != null) {
                    results.add(result);
                }
            } catch (CompletionException e) {
                Throwable cause = e.getCause() == null ? e : e.getCause();
                boolean given = execution.onFailure() == TaskExecution.OnFailure.GO_ON;
                if (given && cause instanceof ConvergenceException known) {
                    failures.add(new TaskFailure(one.task, known));
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
