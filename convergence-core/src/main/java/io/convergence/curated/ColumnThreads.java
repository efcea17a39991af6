package io.convergence.curated;

import io.convergence.store.internal.pages.PageCodecs;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Shares the columns of a row group between the thread that merges and helpers, and keeps the codecs that each of them needs. What is done
 * does not depend on who does it, nor on the order. Used by one thread.
 */
final class ColumnThreads implements AutoCloseable {
    private final MergeWorkers workers;
    private final PageCodecs own;
    private final Supplier<PageCodecs> more;
    private final LongSupplier nanoTime;
    private final List<PageCodecs> idle = new ArrayList<>();
    /** Nanoseconds that each column has taken so far: written by who works on it, read when all have finished. */
    private long[] spent = {};

    private boolean closed;

    /** @param own codecs of the thread that merges, which closes them */
    ColumnThreads(MergeWorkers workers, PageCodecs own) {
        this(workers, own, PageCodecs::new, System::nanoTime);
    }

    /**
     * @param more opens codecs of a helper
     * @param nanoTime the clock that tells how long columns take
     */
    ColumnThreads(MergeWorkers workers, PageCodecs own, Supplier<PageCodecs> more, LongSupplier nanoTime) {
        this.workers = workers;
        this.own = own;
        this.more = more;
        this.nanoTime = nanoTime;
    }

    boolean any() {
        return workers.count() > 0;
    }

    /** What is done with one column; only one thread at a time has to do with it. */
    interface Task {
        void run(int column, PageCodecs codecs);
    }

    /** Begins, if there are helpers; {@link Work#finish} must follow before columns are used otherwise. */
    Work begin(int columns, Task task) {
        if (spent.length != columns) {
            spent = new long[columns];
        }
        var work = new Work(longestFirst(spent), spent, task);
        for (int i = 0; i < workers.count(); i++) {
            try {
                workers.executor().execute(work::help);
            } catch (RejectedExecutionException e) {
                // The merging thread does without.
                break;
            } catch (RuntimeException | Error e) {
                // Helpers that have begun must not outlive what they write into.
                work.stop();
                throw e;
            }
        }
        return work;
    }

    /** Texts may take longer than all other columns together: who begins with them last leaves the others without work. */
    private static int[] longestFirst(long[] spent) {
        int[] order = new int[spent.length];
        for (int i = 0; i < order.length; i++) {
            int at = i;
            while (at > 0 && spent[order[at - 1]] < spent[i]) {
                order[at] = order[at - 1];
                at--;
            }
            order[at] = i;
        }
        return order;
    }

    private synchronized PageCodecs borrow() {
        return idle.isEmpty() ? more.get() : idle.remove(idle.size() - 1);
    }

    /** A helper may give them back after all is closed. */
    private synchronized void giveBack(PageCodecs codecs) {
        if (closed) {
            codecs.close();
        } else {
            idle.add(codecs);
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        idle.forEach(PageCodecs::close);
        idle.clear();
    }

    /** One task for each of some columns. */
    final class Work {
        private final int[] order;
        private final long[] nanos;
        private final AtomicInteger next = new AtomicInteger();
        private final CountDownLatch left;
        /** A helper may wait in a busy executor long after all is done, and must not hold what it is about. */
        private volatile @Nullable Task task;

        private volatile @Nullable Throwable failure;

        private Work(int[] order, long[] nanos, Task task) {
            this.order = order;
            this.nanos = nanos;
            this.left = new CountDownLatch(order.length);
            this.task = task;
        }

        private void help() {
            Task open = task;
            if (open == null || next.get() >= order.length) {
                return;
            }
            // Before a column is taken: one that is taken must be done, or all would wait for it.
            PageCodecs codecs = borrow();
            try {
                work(open, next.getAndIncrement(), codecs);
            } finally {
                giveBack(codecs);
            }
        }

        private void work(Task open, int first, PageCodecs codecs) {
            for (int i = first; i < order.length; i = next.getAndIncrement()) {
                int column = order[i];
                long start = nanoTime.getAsLong();
                try {
                    open.run(column, codecs);
                } catch (RuntimeException | Error e) {
                    failure = e;
                } finally {
                    nanos[column] += nanoTime.getAsLong() - start;
                    left.countDown();
                }
            }
        }

        /** Does what no helper has begun, and waits for what one has. Fails as any of the tasks did. */
        void finish() {
            Task open = task;
            if (open != null) {
                work(open, next.getAndIncrement(), own);
            }
            await();
            task = null;
            Throwable cause = failure;
            if (cause instanceof Error error) {
                throw error;
            }
            if (cause instanceof RuntimeException exception) {
                throw exception;
            }
        }

        /** Waits for what helpers have begun; the rest is not done. */
        void stop() {
            int begun = next.getAndSet(order.length);
            for (int i = begun; i < order.length; i++) {
                left.countDown();
            }
            await();
            task = null;
        }

        private void await() {
            boolean interrupted = false;
            while (true) {
                try {
                    left.await();
                    break;
                } catch (InterruptedException e) {
                    // What helpers write into cannot be left before they are done.
                    interrupted = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
