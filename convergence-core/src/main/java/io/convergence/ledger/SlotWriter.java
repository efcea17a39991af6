package io.convergence.ledger;

import io.convergence.TableId;
import io.convergence.store.ETag;
import io.convergence.store.GuardedObjectStore;
import io.convergence.store.PreconditionFailedException;
import io.convergence.store.StoreException;
import io.convergence.store.StoreUnavailableException;
import io.convergence.store.StoredObject;
import io.convergence.store.WriteCondition;
import io.convergence.store.WriteConflictException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * One entry on its way into its slot. A slot exists for good once it is created, so every doubt about an answer is ended
 * by reading it. Not thread-safe.
 */
final class SlotWriter {
    private final GuardedObjectStore store;
    private final TableId table;
    private final Ledger.Backoff backoff;
    private final LedgerEntry entry;
    private final long slot;
    private final String key;
    private final String text;
    /** Whether a try got no answer, or raced, so that one may have taken effect. */
    private boolean open;

    SlotWriter(
            GuardedObjectStore store,
            LedgerKeys keys,
            TableId table,
            Ledger.Backoff backoff,
            LedgerEntry entry,
            String text) {
        this.store = store;
        this.table = table;
        this.backoff = backoff;
        this.entry = entry;
        this.slot = entry.base() + 1;
        this.key = keys.slot(slot);
        this.text = text;
    }

    /** @return the slot as it stands: the text may be that of an earlier try by the same transaction */
    Tails.SlotText run() {
        verifyStore();
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        for (int attempt = 1; ; attempt++) {
            try {
                ETag etag = store.put(key, body, WriteCondition.ifAbsent()).etag();
                return new Tails.SlotText(slot, etag, text);
            } catch (PreconditionFailedException taken) {
                return own(taken);
            } catch (WriteConflictException racing) {
                // What races with it may be its own first try: a client repeats one whose answer is late.
                open = true;
                if (isLast(attempt)) {
                    return lookOnce(racing);
                }
                backoff.pause(attempt);
            } catch (StoreUnavailableException unanswered) {
                open = true;
                if (isLast(attempt)) {
                    return lookOnce(unanswered);
                }
                backoff.pause(attempt);
            } catch (StoreException refused) {
                return lookOnce(refused);
            }
        }
    }

    /** After the last try: if one may have arrived, what the slot says ends the doubt, unless it is absent or silent. */
    private Tails.SlotText lookOnce(StoreException cause) {
        if (!open) {
            throw cause;
        }

        Optional<StoredObject> object;
        try {
            object = store.get(key);
        } catch (StoreException silent) {
            cause.addSuppressed(silent);
            throw failure(cause);
        }
        return mine(object.orElseThrow(() -> failure(cause)));
    }

    private void verifyStore() {
        for (int attempt = 1; ; attempt++) {
            try {
                store.verify();
                return;
            } catch (WriteConflictException | StoreUnavailableException again) {
                pauseOrGiveUp(attempt, again);
            }
        }
    }

    /** The slot exists: a try of ours whose answer was lost, or another writer's commit. */
    private Tails.SlotText own(PreconditionFailedException taken) {
        open = true;
        return mine(readBack().orElseThrow(() -> failure(taken)));
    }

    private Tails.SlotText mine(StoredObject object) {
        LedgerEntry winner = LogReader.parse(key, object.text(), slot).entry();
        // What was listed may be told differently by a later try; the entry is the same.
        if (winner.equals(entry)) {
            return new Tails.SlotText(slot, object.stat().etag(), object.text());
        }

        throw new CommitConflictException(table, slot, describe(winner));
    }

    private static String describe(LedgerEntry winner) {
        String kind;
        if (winner instanceof LedgerEntry.Merge) {
            kind = "a merge";
        } else if (winner instanceof LedgerEntry.Compaction) {
            kind = "a compaction";
        } else if (winner instanceof LedgerEntry.Fence) {
            kind = "a clean-up";
        } else if (winner instanceof LedgerEntry.Suspect) {
            kind = "a suspicion";
        } else if (winner instanceof LedgerEntry.Stopped) {
            kind = "a merge that stopped";
        } else if (winner instanceof LedgerEntry.Declared) {
            kind = "a declaration";
        } else {
            kind = winner instanceof LedgerEntry.Undo ? "an undo" : "a retirement";
        }
        return kind + " (" + winner.transaction() + ")";
    }

    private Optional<StoredObject> readBack() {
        for (int attempt = 1; ; attempt++) {
            try {
                return store.get(key);
            } catch (StoreUnavailableException unanswered) {
                pauseOrGiveUp(attempt, unanswered);
            } catch (StoreException refused) {
                throw failure(refused);
            }
        }
    }

    private void pauseOrGiveUp(int attempt, StoreException cause) {
        if (isLast(attempt)) {
            throw failure(cause);
        }

        backoff.pause(attempt);
    }

    private static boolean isLast(int attempt) {
        return attempt >= Ledger.DEFAULT_ATTEMPTS || Thread.currentThread().isInterrupted();
    }

    private RuntimeException failure(StoreException cause) {
        return open ? new CommitStateUnknownException(table, slot, entry.transaction(), cause) : cause;
    }
}
