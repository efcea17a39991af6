package io.convergence.pipeline;

import static java.util.Objects.requireNonNull;

import io.convergence.TableId;
import io.convergence.ledger.Ledger;
import io.convergence.ledger.LedgerEntry;
import io.convergence.ledger.LedgerSnapshot;

/**
 * What a declaration would change; its text is the dry run. Nothing is written before {@link #execute}. Immutable;
 * thread-safe.
 */
public final class DeclarationPlan {
    private final Ledger ledger;
    private final LedgerEntry.Declared entry;
    private final TableStatus before;
    private final TableStatus after;

    DeclarationPlan(Ledger ledger, LedgerEntry.Declared entry, TableStatus before, TableStatus after) {
        this.ledger = requireNonNull(ledger, "ledger");
        this.entry = requireNonNull(entry, "entry");
        this.before = requireNonNull(before, "before");
        this.after = requireNonNull(after, "after");
    }

    public TableId table() {
        return before.table();
    }

    /** As it would stand in the log. */
    public LedgerEntry.Declared entry() {
        return entry;
    }

    public TableStatus before() {
        return before;
    }

    /** How the table would stand with it, before the next merge. */
    public TableStatus after() {
        return after;
    }

    /**
     * Commits it. The next merge acts on it.
     *
     * @throws io.convergence.ledger.CommitConflictException if another writer committed since the plan was made; plan again
     * @throws io.convergence.ledger.CommitStateUnknownException if the outcome of the commit is open
     */
    public LedgerSnapshot execute() {
        return ledger.commit(entry);
    }

    @Override
    public String toString() {
        return "declaration of " + table() + " at slot " + before.snapshot().slot() + ": "
                + entry.what().label() + " " + entry.text() + "\n"
                + (entry.resolves().isEmpty() ? "" : "  ends the suspicions of slots " + entry.resolves() + "\n")
                + "before, " + before + "after, " + after;
    }
}
