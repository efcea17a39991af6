package io.convergence.store.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convergence.store.InMemoryObjectStore;
import io.convergence.store.ObjectNotFoundException;
import io.convergence.store.ObjectStat;
import io.convergence.store.ObjectStore;
import io.convergence.store.PreconditionFailedException;
import io.convergence.store.WriteCondition;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Several threads read, and nothing but the time it takes tells so. */
@Timeout(60)
class ReadAheadTest {
    private final ExecutorService threads = Executors.newFixedThreadPool(4);

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static <R> List<R> all(Upcoming<R> upcoming, int count) {
        List<R> results = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            results.add(upcoming.next());
        }
        return results;
    }

    @Test
    void resultsComeInOrderThoughALaterOneIsReadyFirst() {
        var last = new CountDownLatch(1);

        List<String> results;
        try (Upcoming<String> upcoming = new ReadAhead(threads, 3).each(List.of(1, 2, 3), item -> {
            if (item == 3) {
                last.countDown();
            } else {
                await(last);
            }
            return "result " + item;
        })) {
            results = all(upcoming, 3);
            assertThatThrownBy(upcoming::next).isInstanceOf(NoSuchElementException.class);
        }

        assertThat(results).containsExactly("result 1", "result 2", "result 3");
    }

    @Test
    void noMoreAreGivenToTheExecutorThanAllowed() {
        List<Runnable> given = new ArrayList<>();

        List<Integer> sizes = new ArrayList<>();
        try (Upcoming<Integer> upcoming = new ReadAhead(given::add, 3).each(List.of(1, 2, 3, 4, 5), item -> item)) {
            for (int i = 0; i < 5; i++) {
                upcoming.next();
                sizes.add(given.size());
            }
        }

        assertThat(sizes).containsExactly(3, 4, 5, 5, 5);
    }

    @Test
    void anExecutorThatIsBusyIsNotWaitedFor() {
        Executor busy = work -> {};

        try (Upcoming<Integer> upcoming = new ReadAhead(busy, 2).each(List.of(1, 2, 3), item -> item * 10)) {
            assertThat(all(upcoming, 3)).containsExactly(10, 20, 30);
        }
    }

    /** A queue that nobody empties meanwhile must not keep the contents of every file. */
    @Test
    void whatWaitsInABusyExecutorHoldsNoResult() {
        List<Runnable> given = new ArrayList<>();

        try (Upcoming<byte[]> upcoming = new ReadAhead(given::add, 2).each(List.of(1, 2, 3), byte[]::new)) {
            assertThat(all(upcoming, 3)).extracting(bytes -> bytes.length).containsExactly(1, 2, 3);
        }

        assertThat(given).hasSize(3).allSatisfy(task -> assertThat(task).hasFieldOrPropertyWithValue("result", null));
    }

    @Test
    void whatAnExecutorRefusesTheCallerReads() {
        Executor refusing = work -> {
            throw new RejectedExecutionException();
        };

        try (Upcoming<Integer> upcoming = new ReadAhead(refusing, 2).each(List.of(1, 2, 3), item -> item * 10)) {
            assertThat(all(upcoming, 3)).containsExactly(10, 20, 30);
        }
    }

    @Test
    void theFirstFailureInOrderIsTheOneSeen() {
        var second = new CountDownLatch(1);

        try (Upcoming<Integer> upcoming = new ReadAhead(threads, 3).each(List.of(1, 2, 3), item -> {
            if (item == 3) {
                second.countDown();
                throw new IllegalStateException("third");
            }

            await(second);
            if (item == 2) {
                throw new IllegalStateException("second");
            }
            return item;
        })) {
            assertThat(upcoming.next()).isEqualTo(1);
            assertThatThrownBy(upcoming::next).hasMessage("second");
        }
    }

    @Test
    void afterCloseNothingIsRead() {
        List<Integer> read = Collections.synchronizedList(new ArrayList<>());
        List<Runnable> given = new ArrayList<>();
        Upcoming<Integer> upcoming = new ReadAhead(given::add, 4).each(List.of(1, 2, 3, 4), item -> {
            read.add(item);
            return item;
        });
        upcoming.next();

        upcoming.close();
        given.forEach(Runnable::run);

        assertThat(read).containsExactly(1);
    }

    @Test
    void closeWaitsForWhatIsBeingRead() {
        var begun = new CountDownLatch(1);
        var released = new CountDownLatch(1);
        List<Integer> ended = Collections.synchronizedList(new ArrayList<>());
        Upcoming<Integer> upcoming = new ReadAhead(threads, 2).each(List.of(1, 2), item -> {
            if (item == 2) {
                begun.countDown();
                await(released);
            }
            ended.add(item);
            return item;
        });
        upcoming.next();
        await(begun);

        threads.execute(released::countDown);
        upcoming.close();

        assertThat(ended).containsExactlyInAnyOrder(1, 2);
    }

    @Test
    void whatIsHeldHasALimitAndALargerItemWaitsForItsTurn() {
        List<Runnable> given = new ArrayList<>();

        List<Integer> sizes = new ArrayList<>();
        try (Upcoming<Integer> upcoming =
                new ReadAhead(given::add, 10).each(List.of(4, 4, 4, 20, 4), item -> item, item -> item, 8)) {
            for (int i = 0; i < 5; i++) {
                upcoming.next();
                sizes.add(given.size());
            }
        }

        // 4 and 4 at first; the third when one of them was taken; never the one of 20; the last one thereafter.
        assertThat(sizes).containsExactly(2, 3, 3, 3, 4);
    }

    /** Objects of a store with their contents 0, 1, 2 … */
    private static List<ObjectStat> objects(ObjectStore store, int count) {
        List<ObjectStat> objects = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            objects.add(store.put("key-" + i, new byte[] {(byte) i}, WriteCondition.none()));
        }
        return objects;
    }

    @Test
    void aStoreThatReadsAheadGivesEachObjectOnceFetched() {
        var store = new InMemoryObjectStore(() -> Instant.EPOCH);
        List<ObjectStat> objects = objects(store, 5);
        List<Runnable> given = new ArrayList<>();

        try (var ahead = new ReadAheadStore(store, objects, new ReadAhead(given::add, 3))) {
            assertThat(ahead.read(objects.get(0), 0, 1)).containsExactly(0);
            assertThat(given).hasSize(3);
            given.forEach(Runnable::run);
            store.delete("key-1");

            // It was fetched before; asked for again, it is gone.
            assertThat(ahead.read(objects.get(1), 0, 1)).containsExactly(1);
            assertThatThrownBy(() -> ahead.read(objects.get(1), 0, 1)).isInstanceOf(ObjectNotFoundException.class);
            assertThat(ahead.read(objects.get(4), 0, 1)).containsExactly(4);
            assertThat(ahead.read(objects.get(2), 0, 0)).isEmpty();
            assertThat(ahead.read(objects.get(2), 0, 1)).containsExactly(2);
        }
    }

    @Test
    void whatIsWrongWithAnObjectIsToldWhenItIsAskedFor() {
        var store = new InMemoryObjectStore(() -> Instant.EPOCH);
        List<ObjectStat> objects = objects(store, 3);
        store.put("key-1", new byte[] {9}, WriteCondition.none());

        try (var ahead = new ReadAheadStore(store, objects, new ReadAhead(Runnable::run, 3))) {
            assertThat(ahead.read(objects.get(0), 0, 1)).containsExactly(0);
            assertThatThrownBy(() -> ahead.read(objects.get(1), 0, 1))
                    .isInstanceOf(PreconditionFailedException.class)
                    .hasMessageContaining("key-1");
            assertThat(ahead.read(objects.get(2), 0, 1)).containsExactly(2);
        }
    }
}
