package io.convergence.store.internal;

import static java.util.Objects.requireNonNull;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Results in order, of which some are computed ahead by an executor. What the executor has not begun when its turn comes, the
 * caller computes, so it cannot wait for an executor that is busy with the caller itself. Failures come in the order of the results
 * too: the first one that is seen is the first there is. Not thread-safe.
 */
public final class Upcoming<R> implements AutoCloseable {
    private final Iterator<Task<R>> tasks;
    private final Executor executor;
    private final int most;
    private final long mostBytes;
    private final Deque<Task<R>> begun = new ArrayDeque<>();
    private @Nullable Task<R> following;
    private long begunBytes;

    Upcoming(Iterator<Task<R>> tasks, Executor executor, int most, long mostBytes) {
        this.tasks = tasks;
        this.executor = executor;
        this.most = most;
        this.mostBytes = mostBytes;
    }

    /**
     * The next result.
     *
     * @throws java.util.NoSuchElementException if there is none
     */
    public R next() {
        begin();
        Task<R> task;
        if (begun.isEmpty()) {
            task = following == null ? tasks.next() : following;
            following = null;
        } else {
            task = begun.remove();
            begunBytes -= task.bytes();
        }
        task.run();
        return task.result();
    }

    /** With one at a time the turn of each is now. */
    private void begin() {
        while (most > 1 && begun.size() < most && (following != null || tasks.hasNext())) {
            Task<R> task = following == null ? tasks.next() : following;
            following = task;
            if (begunBytes + task.bytes() > mostBytes) {
                return;
            }

            following = null;
            begun.add(task);
            begunBytes += task.bytes();
            try {
                executor.execute(task);
            } catch (RejectedExecutionException e) {
                // Its turn will come.
                return;
            }
        }
    }

    /** Nothing is computed any more after this. */
    @Override
    public void close() {
        begun.forEach(Task::abandon);
        begun.clear();
    }

    /** One result; of all threads that run it the first computes it. */
    static final class Task<R> implements Runnable {
        private final Supplier<R> work;
        private final long bytes;
        private final AtomicBoolean taken = new AtomicBoolean();
        private final CountDownLatch ended = new CountDownLatch(1);
        private @Nullable R result;
        private @Nullable Throwable failure;

        Task(Supplier<R> work, long bytes) {
            this.work = work;
            this.bytes = bytes;
        }

        long bytes() {
            return bytes;
        }

        @Override
        public void run() {
            if (!taken.compareAndSet(false, true)) {
                return;
            }

            try {
                result = work.get();
            } catch (RuntimeException | Error e) {
                failure = e;
            } finally {
                ended.countDown();
            }
        }

        /** Ask once: a task that waits in a busy executor, though it is done, holds nothing. */
        R result() {
            await();
            if (failure instanceof Error error) {
                throw error;
            }
            if (failure instanceof RuntimeException exception) {
                throw exception;
            }

            R value = requireNonNull(result, "result");
            result = null;
            return value;
        }

        void abandon() {
            if (!taken.compareAndSet(false, true)) {
                await();
                result = null;
            }
        }

        private void await() {
            boolean interrupted = false;
            while (true) {
                try {
                    ended.await();
                    break;
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
