package io.convergence.testkit.ledger.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Runs processes one at a time and draws from a seed who makes the next request. The process that gives up its turn picks
 * the next one itself, so that going on with the same one costs nothing.
 */
final class Scheduler {
    /** More than any schedule needs; who makes more requests does not end. */
    private static final int MOST_STEPS = 20_000;

    private final RandomGenerator random;
    private final Policy policy;
    private final List<Turn> live = new ArrayList<>();
    private final CountDownLatch over = new CountDownLatch(1);
    private int steps;
    private @Nullable Throwable failure;

    /** How the next process is drawn. */
    private enum Policy {
        /** Everyone alike. */
        UNIFORM,
        /** Mostly the one that has the turn. */
        BURSTS,
        /** Always the first in an order; now and then the one that has the turn becomes the last. */
        PRIORITIES
    }

    /** One process. */
    final class Turn {
        private final String name;
        private final Carrier carrier;
        private int asleepUntil;

        private Turn(String name, Runnable process) {
            this.name = name;
            this.carrier = Carrier.of(() -> live(process));
        }

        private void live(Runnable process) {
            try {
                if (failure == null) {
                    process.run();
                }
            } catch (Stopped told) {
                // Another process failed, which ends the schedule.
            } catch (Throwable e) {
                if (failure == null) {
                    failure = e;
                }
            }
            live.remove(this);
            carrier.release();
            if (live.isEmpty()) {
                over.countDown();
            } else {
                next(this).carrier.giveTurn();
            }
        }

        /** Lets others make their requests first; returns when it is this one's turn again. */
        void pass() {
            if (failure != null) {
                throw new Stopped();
            }

            if (++steps > MOST_STEPS) {
                throw new AssertionError("the schedule does not end: " + MOST_STEPS + " requests were made");
            }
            Turn next = next(this);
            if (next != this) {
                next.carrier.giveTurn();
                carrier.awaitTurn();
                if (failure != null) {
                    throw new Stopped();
                }
            }
        }

        /** Sleeps through the next so many requests of others, or until the others have ended or sleep longer. */
        void sleep(int requests) {
            asleepUntil = steps + requests;
            pass();
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /** Ends a process without any effect, after another one failed. */
    private static final class Stopped extends Error {
        private static final long serialVersionUID = 1L;

        Stopped() {
            super("the schedule ended", null, false, false);
        }
    }

    Scheduler(RandomGenerator random) {
        this.random = random;
        this.policy = Policy.values()[random.nextInt(Policy.values().length)];
    }

    Turn add(String name, Consumer<Turn> process) {
        var holder = new Turn[1];
        holder[0] = new Turn(name, () -> process.accept(holder[0]));
        live.add(random.nextInt(live.size() + 1), holder[0]);
        return holder[0];
    }

    /** Until all processes have ended. @return what the first that failed threw */
    @Nullable
    Throwable run() throws InterruptedException {
        if (!live.isEmpty()) {
            next(live.get(0)).carrier.giveTurn();
            over.await();
        }
        return failure;
    }

    private Turn next(Turn current) {
        List<Turn> awake =
                live.stream().filter(turn -> turn.asleepUntil <= steps).toList();
        if (awake.isEmpty()) {
            Turn first = live.get(0);
            for (Turn turn : live) {
                if (turn.asleepUntil < first.asleepUntil) {
                    first = turn;
                }
            }
            first.asleepUntil = 0;
            return first;
        }
        if (awake.size() == 1) {
            return awake.get(0);
        }

        return switch (policy) {
            case UNIFORM -> awake.get(random.nextInt(awake.size()));
            case BURSTS ->
                random.nextInt(6) > 0 && awake.contains(current) ? current : awake.get(random.nextInt(awake.size()));
            case PRIORITIES -> {
                if (random.nextInt(12) == 0 && live.remove(current)) {
                    live.add(current);
                    yield live.stream().filter(awake::contains).findFirst().orElseThrow();
                }
                yield awake.get(0);
            }
        };
    }
}
