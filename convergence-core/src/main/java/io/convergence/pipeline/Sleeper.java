package io.convergence.pipeline;

import java.time.Duration;

/** Waits. A test gives one that does not, so that its runs take no time. Thread-safe. */
@FunctionalInterface
public interface Sleeper {
    /** An interrupt ends the wait and stays set. */
    void sleep(Duration time);

    /** Lets the calling thread sleep. */
    static Sleeper ofThread() {
        return time -> {
            try {
                Thread.sleep(time.toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        };
    }
}
