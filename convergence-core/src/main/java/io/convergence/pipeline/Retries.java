package io.convergence.pipeline;

import io.convergence.ledger.CommitConflictException;
import java.time.Duration;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Does work anew when another writer commits first, after a pause of random length that grows, so that writers which
 * met once do not meet again at each try. Thread-safe.
 */
record Retries(Sleeper sleeper, RandomGenerator random) {
    static final int ATTEMPTS = 8;

    private static final long FIRST_MILLIS = 100;
    private static final long LONGEST_MILLIS = 5_000;

    /** @throws CommitConflictException of the last attempt */
    <T> T run(Supplier<T> work) {
        for (int attempt = 1; ; attempt++) {
            try {
                return work.get();
            } catch (CommitConflictException e) {
                if (attempt == ATTEMPTS) {
                    throw e;
                }
                sleeper.sleep(pause(attempt));
            }
        }
    }

    /** Between half of and one and a half times what is doubled at each attempt. */
    private Duration pause(int attempt) {
        long millis = Math.min(FIRST_MILLIS << (attempt - 1), LONGEST_MILLIS);
        synchronized (random) {
            return Duration.ofMillis(millis / 2 + random.nextLong(millis + 1));
        }
    }
}
