package io.convergence.testkit.contract;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;

/** Runs one action in several threads that all start at once. */
final class Race {
    private Race() {}

    /** Each racer's result in the order of their numbers, from 0; the first failure is thrown. */
    static <T> List<T> of(int racers, IntFunction<T> action) {
        ExecutorService threads = Executors.newFixedThreadPool(racers);
        var ready = new CountDownLatch(racers);
        try {
            var running = new ArrayList<Future<T>>();
            for (int i = 0; i < racers; i++) {
                int racer = i;
                running.add(threads.submit(() -> {
                    ready.countDown();
                    ready.await();
                    return action.apply(racer);
                }));
            }

            var results = new ArrayList<T>();
            for (Future<T> result : running) {
                results.add(result.get());
            }

            return results;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Cannot finish the race: interrupted.", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException(
                    "Cannot finish the race: a racer failed with " + e.getCause() + ".", e.getCause());
        } finally {
            threads.shutdownNow();
        }
    }
}
