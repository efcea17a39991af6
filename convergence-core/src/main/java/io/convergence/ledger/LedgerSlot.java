package io.convergence.ledger;

import static java.util.Objects.requireNonNull;

import java.time.Instant;

/**
 * One slot of a log.
 *
 * @param committed when it was created, by the store's clock to the second
 */
public record LedgerSlot(long number, Instant committed, LedgerEntry entry) {
    public LedgerSlot {
        requireNonNull(committed, "committed");
        requireNonNull(entry, "entry");
    }
}
