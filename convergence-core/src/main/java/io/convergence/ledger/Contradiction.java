package io.convergence.ledger;

/** Entries that cannot all be true. */
final class Contradiction extends Exception {
    private static final long serialVersionUID = 1L;

    Contradiction(String message) {
        super(message);
    }
}
