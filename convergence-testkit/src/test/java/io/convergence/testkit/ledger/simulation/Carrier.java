package io.convergence.testkit.ledger.simulation;

import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.locks.LockSupport;

/**
 * A thread that is used again by one schedule after another: starting a thread costs more than a whole schedule's
 * requests.
 */
final class Carrier {
    private static final ConcurrentLinkedDeque<Carrier> IDLE = new ConcurrentLinkedDeque<>();

    private static final long LOOK_AGAIN_NANOS = 1_000_000_000;

    private final Thread thread;
    /** Written before {@link #turn}, by whoever has the turn. */
    private Runnable task = () -> {};

    private volatile boolean turn;

    private Carrier() {
        thread = new Thread(this::serve, "simulated process");
        thread.setDaemon(true);
        thread.start();
    }

    /** An idle carrier; the task begins when it is given its first turn. */
    static Carrier of(Runnable task) {
        Carrier idle = IDLE.pollFirst();
        Carrier carrier = idle != null ? idle : new Carrier();
        carrier.task = task;
        return carrier;
    }

    /** Back to those that idle; its task must do nothing more than hand over the turn. */
    void release() {
        IDLE.addFirst(this);
    }

    void giveTurn() {
        turn = true;
        LockSupport.unpark(thread);
    }

    /** On this carrier's own thread only. */
    void awaitTurn() {
        while (!turn) {
            // Not for ever: on a machine that was halted a wake-up was seen to be lost.
            LockSupport.parkNanos(this, LOOK_AGAIN_NANOS);
        }
        turn = false;
    }

    private void serve() {
        while (true) {
            awaitTurn();
            task.run();
        }
    }
}
