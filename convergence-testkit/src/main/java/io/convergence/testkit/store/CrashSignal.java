package io.convergence.testkit.store;

/**
 * The process dies here. An error, so that no handler of exceptions survives it; a test catches it at the top, drops all
 * objects of the dead process and starts new ones on the same store.
 */
public final class CrashSignal extends Error {
    private static final long serialVersionUID = 1L;

    public CrashSignal(String message) {
        super(message);
    }
}
