package io.convergence.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convergence.TableId;
import io.convergence.change.ChangeBatch;
import io.convergence.change.ChangeCursor;
import io.convergence.change.ChangeRecord;
import io.convergence.change.ColumnVector;
import io.convergence.change.Operation;
import io.convergence.change.ReadCounts;
import io.convergence.schema.Column;
import io.convergence.store.internal.ReadAhead;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class BatchesAheadTest {
    private final ExecutorService thread = Executors.newSingleThreadExecutor();

    @AfterEach
    void stop() {
        thread.shutdownNow();
    }

    /** Batches 0 to 9, then none, or a failure in the place of one of them. */
    private static final class Numbers implements ChangeCursor {
        private final AtomicInteger readers = new AtomicInteger();
        private final AtomicInteger read = new AtomicInteger();
        private final int failing;

        Numbers(int failing) {
            this.failing = failing;
        }

        @Override
        public List<Column> columns() {
            return List.of();
        }

        @Override
        public Optional<ChangeBatch> next() {
            assertThat(readers.incrementAndGet()).as("threads that read").isEqualTo(1);
            try {
                int number = read.getAndIncrement();
                if (number == failing) {
                    throw new IllegalStateException("batch " + number);
                }
                return number < 10 ? Optional.of(new Numbered(number)) : Optional.empty();
            } finally {
                readers.decrementAndGet();
            }
        }

        @Override
        public ReadCounts counts() {
            return ReadCounts.NONE;
        }

        @Override
        public void close() {
            assertThat(readers).hasValue(0);
        }
    }

    private record Numbered(int size) implements ChangeBatch {
        @Override
        public TableId table() {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<Column> columns() {
            return List.of();
        }

        @Override
        public List<Column> beforeColumns() {
            return List.of();
        }

        @Override
        public ColumnVector column(int index) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Operation operation(int row) {
            throw new UnsupportedOperationException();
        }

        @Override
        public ChangeRecord row(int index) {
            throw new UnsupportedOperationException();
        }
    }

    private static List<Integer> drained(ChangeCursor cursor, Executor executor) {
        List<Integer> numbers = new ArrayList<>();
        try (var batches = new BatchesAhead(cursor, new ReadAhead(executor, 2))) {
            for (Optional<ChangeBatch> batch = batches.next(); batch.isPresent(); batch = batches.next()) {
                numbers.add(batch.get().size());
            }
        }
        return numbers;
    }

    @Test
    void batchesComeInTheirOrderWhoeverReadsThem() {
        List<Integer> all = List.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);

        assertThat(drained(new Numbers(-1), thread)).isEqualTo(all);
        assertThat(drained(new Numbers(-1), Runnable::run)).isEqualTo(all);
        assertThat(drained(new Numbers(-1), busy -> {})).isEqualTo(all);
        assertThat(drained(new Numbers(-1), shut -> {
                    throw new RejectedExecutionException("shut down");
                }))
                .isEqualTo(all);
    }

    @Test
    void theNextBatchIsReadWhileOneIsTaken() throws Exception {
        var read = new CountDownLatch(1);
        var cursor = new Numbers(-1);
        try (var batches = new BatchesAhead(
                cursor,
                new ReadAhead(
                        task -> thread.execute(() -> {
                            task.run();
                            read.countDown();
                        }),
                        2))) {
            batches.next();
            assertThat(read.await(30, TimeUnit.SECONDS)).isTrue();
            assertThat(cursor.read).hasValue(2);
        }
    }

    @Test
    void aFailureComesInTheTurnOfItsBatch() {
        var cursor = new Numbers(2);
        try (var batches = new BatchesAhead(cursor, new ReadAhead(thread, 2))) {
            batches.next();
            batches.next();

            assertThatThrownBy(batches::next)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("batch 2");
        }
    }

    @Test
    void nobodyReadsFromACursorThatIsClosed() {
        var cursor = new Numbers(1);
        var batches = new BatchesAhead(cursor, new ReadAhead(thread, 2));
        batches.next();

        batches.close();
        cursor.close();

        assertThat(cursor.read).hasValue(2);
    }
}
