package io.convergence.ledger;

import io.convergence.TableId;

/**
 * Lets the many processes that are simulated in one parse each text of their table's log once, which is most of what they
 * cost. What they read, in which order, and what they believe of it stays their own. Thread-safe.
 */
public final class SharedTexts {
    private final ParsedTexts texts;

    public SharedTexts(TableId table) {
        this.texts = new ParsedTexts(table);
    }

    /** A log that was just opened. */
    public Ledger share(Ledger ledger) {
        return ledger.withTexts(texts);
    }
}
