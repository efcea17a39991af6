package io.convergence.testkit.ledger.simulation;

/** An invariant does not hold. */
final class Violation extends AssertionError {
    private static final long serialVersionUID = 1L;

    Violation(Invariant invariant, String message) {
        super(invariant + ": " + message);
    }
}
