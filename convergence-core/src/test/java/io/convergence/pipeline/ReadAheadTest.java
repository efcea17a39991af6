package io.convergence.pipeline;

import static io.convergence.pipeline.LandingSite.ORDERS;
import static io.convergence.pipeline.LandingSite.at;
import static io.convergence.pipeline.LandingSite.insert;
import static io.convergence.pipeline.LandingSite.loaded;
import static io.convergence.pipeline.LandingSite.update;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.convergence.change.RawFileException;
import io.convergence.raw.RawFormat;
import java.nio.charset.StandardCharsets;
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

/** Files are read by several threads, and nothing but the time it takes tells so. */
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
    void lessThanOneFileIsRefused() {
        assertThatThrownBy(() -> Convergence.builder().readAhead(threads, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Cannot read 0 files at a time: 1 is the least.");
    }

    private static LandingSite site() {
        var site = new LandingSite();
        site.load(0, 1, loaded(-1, 1, "one"));
        for (int file = 1; file <= 30; file++) {
            site.changes(file * 10, insert(file * 10 - 5, file + 100, "new"), update(file * 10 - 4, 1, "name " + file));
        }
        return site;
    }

    @Test
    void aSurveyOfManyFilesAtATimeFindsWhatOneByOneFinds() {
        var site = site();
        Landing expected = site.lake().table(ORDERS).survey(ProgressListener.none());
        List<Long> told = new ArrayList<>();

        Landing found = site.settings(builder -> builder.readAhead(threads, 8))
                .lake()
                .table(ORDERS)
                .survey((table, step, done, total) -> told.add(done));

        assertThat(found.timeline().files())
                .isEqualTo(expected.timeline().files())
                .hasSize(31);
        assertThat(found.columns()).isEqualTo(expected.columns());
        assertThat(List.copyOf(found.columns().keySet()))
                .isEqualTo(List.copyOf(expected.columns().keySet()));
        assertThat(told).hasSize(31).isSorted().endsWith(31L);
    }

    @Test
    void aSurveyFailsAtTheFirstBrokenFileInOrder() {
        var site = site();
        byte[] broken = "this is no Parquet".getBytes(StandardCharsets.UTF_8);
        site.put(302, LandingSite.LAYOUT.cdcKey(ORDERS, at(302), RawFormat.PARQUET), broken);
        String first = site.put(55, LandingSite.LAYOUT.cdcKey(ORDERS, at(55), RawFormat.PARQUET), broken);
        Throwable expected = catchThrowable(() -> site.lake().table(ORDERS).survey(ProgressListener.none()));

        Throwable found = catchThrowable(() -> site.settings(builder -> builder.readAhead(threads, 16))
                .lake()
                .table(ORDERS)
                .survey(ProgressListener.none()));

        assertThat(found).isInstanceOf(RawFileException.class).hasMessage(expected.getMessage());
        assertThat(found.getMessage()).contains(first);
    }
}
