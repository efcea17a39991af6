package io.convergence.curated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convergence.TableId;
import io.convergence.change.ChangePosition;
import io.convergence.merge.LiveRow;
import io.convergence.merge.MergeKey;
import io.convergence.merge.RowCells;
import io.convergence.merge.RowLayout;
import io.convergence.schema.Column;
import io.convergence.schema.DataType;
import io.convergence.schema.TableSchema;
import io.convergence.store.InMemoryObjectStore;
import io.convergence.store.internal.pages.PageCodecs;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Helpers that fail, come too late or never come stop nobody, and none outlives what it writes into. */
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ColumnThreadsTest {
    private static final int COLUMNS = 5;

    private final PageCodecs own = new PageCodecs();
    private final Set<Integer> done = ConcurrentHashMap.newKeySet();

    @AfterEach
    void close() {
        own.close();
    }

    private ColumnThreads threads(int helpers, Executor executor, Supplier<PageCodecs> codecs) {
        return new ColumnThreads(new MergeWorkers(executor, helpers), own, codecs, System::nanoTime);
    }

    @Test
    void whereHelpersAreRefusedTheMergingThreadDoesAll() {
        Executor full = command -> {
            throw new RejectedExecutionException("full");
        };

        try (var threads = threads(2, full, PageCodecs::new)) {
            threads.begin(COLUMNS, (column, codecs) -> done.add(column)).finish();
        }

        assertThat(done).containsExactlyInAnyOrder(0, 1, 2, 3, 4);
    }

    /** One that took a column before it failed would be waited for without end. */
    @Test
    void aHelperThatFailsToOpenTakesNoColumn() {
        var failed = new AtomicInteger();
        Executor direct = command -> {
            try {
                command.run();
            } catch (IllegalStateException e) {
                failed.incrementAndGet();
            }
        };
        Supplier<PageCodecs> none = () -> {
            throw new IllegalStateException("no memory for codecs");
        };

        try (var threads = threads(2, direct, none)) {
            threads.begin(COLUMNS, (column, codecs) -> {
                        assertThat(codecs).isSameAs(own);
                        done.add(column);
                    })
                    .finish();
        }

        assertThat(failed).hasValue(2);
        assertThat(done).containsExactlyInAnyOrder(0, 1, 2, 3, 4);
    }

    @Test
    void ifAHelperFailsToStartThoseThatHaveBegunAreWaitedFor() throws InterruptedException {
        Thread merging = Thread.currentThread();
        var entered = new CountDownLatch(1);
        var begun = new AtomicInteger();
        var refused = new AtomicBoolean();
        Deque<Thread> started = new ArrayDeque<>();
        Executor one = command -> {
            if (!started.isEmpty()) {
                await(entered);
                refused.set(true);
                throw new IllegalStateException("no more threads");
            }
            started.add(new Thread(command));
            started.element().start();
        };
        ColumnThreads.Task task = (column, codecs) -> {
            begun.incrementAndGet();
            entered.countDown();
            // Goes on when it is waited for, or when nobody does.
            while (!(refused.get() && merging.getState() == Thread.State.WAITING) && done.isEmpty()) {
                Thread.onSpinWait();
            }
            done.add(column);
        };

        try (var threads = threads(2, one, PageCodecs::new)) {
            assertThatThrownBy(() -> threads.begin(COLUMNS, task)).hasMessage("no more threads");
            boolean waitedFor = !done.isEmpty();
            done.add(-1);
            started.element().join();

            assertThat(waitedFor).isTrue();
            assertThat(begun).as("columns begun").hasValue(1);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aFailureOfAHelperIsThatOfTheWorkAndNoColumnIsLeftOpen() {
        try (var threads = threads(1, Runnable::run, PageCodecs::new)) {
            ColumnThreads.Work work = threads.begin(COLUMNS, (column, codecs) -> {
                done.add(column);
                if (column == 2) {
                    throw new IllegalArgumentException("column 2");
                }
            });

            assertThatThrownBy(work::finish).hasMessage("column 2");
        }
        assertThat(done).containsExactlyInAnyOrder(0, 1, 2, 3, 4);
    }

    /** After a dispute: what a helper that comes late would read and write is closed by then. */
    @Test
    void aHelperThatComesAfterTheWriterIsAbandonedDoesNothing() {
        Deque<Runnable> waiting = new ArrayDeque<>();
        var opened = new AtomicInteger();
        Supplier<PageCodecs> counted = () -> {
            opened.incrementAndGet();
            return new PageCodecs();
        };
        var table = new TableSchema(
                TableId.of("public", "t"), List.of(Column.required("id", DataType.parse("int8"))), List.of("id"));
        RowLayout layout = RowLayout.of(table.columns());

        try (var threads = threads(1, waiting::add, counted);
                var writer = new BucketWriter(
                        new InMemoryObjectStore(Clock.systemUTC()),
                        new BucketWriter.Names("lake/t/", "lake/_state/t/"),
                        // So small that each row is begun at once.
                        new BucketWriter.Sizes(64, 1 << 20),
                        own,
                        threads,
                        table,
                        0,
                        new Places(),
                        null,
                        form -> {
                            throw new AssertionError("no change is written");
                        })) {
            for (long id = 1; id <= 3; id++) {
                writer.put(new LiveRow(
                        MergeKey.of(id),
                        new ChangePosition.Load(Instant.EPOCH, "", 1, id),
                        null,
                        null,
                        RowCells.of(layout, new Object[] {id})));
            }
            assertThat(waiting).hasSizeGreaterThanOrEqualTo(2);

            writer.abandon();
            waiting.forEach(Runnable::run);
        }

        assertThat(opened).as("helpers that opened codecs").hasValue(0);
    }
}
