package io.convergence.ledger;

import static java.util.Objects.requireNonNull;

import io.convergence.TableId;
import io.convergence.store.Capability;
import io.convergence.store.ObjectStat;
import io.convergence.store.ObjectStore;
import io.convergence.store.PreconditionFailedException;
import io.convergence.store.StoreException;
import io.convergence.store.StoreUnavailableException;
import io.convergence.store.StoredObject;
import io.convergence.store.WriteCondition;
import io.convergence.store.WriteConflictException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * One table's log: numbered slots, each created once by put-if-absent and never deleted, so that all writers agree on
 * one history. A commit is planned on a {@link #snapshot} and takes the next slot or none. Thread-safe; any number of
 * processes may use the same log.
 */
public final class Ledger {
    /** How often a commit whose outcome is open is tried again at its slot before giving up. */
    public static final int DEFAULT_ATTEMPTS = 5;

    private final ObjectStore store;
    private final TableId table;
    private final LedgerKeys keys;
    private final RandomGenerator random;
    private final Backoff backoff;

    /** What to do before trying a slot again. */
    @FunctionalInterface
    public interface Backoff {
        /** @param attempt 1 before the second try */
        void pause(int attempt);

        /** 50 ms, doubled at each attempt. An interrupt ends the pause and stays set. */
        static Backoff exponential() {
            return attempt -> {
                try {
                    Thread.sleep(50L << Math.min(attempt, 6));
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            };
        }

        static Backoff none() {
            return attempt -> {};
        }
    }

    private Ledger(ObjectStore store, String controlPrefix, TableId table, RandomGenerator random, Backoff backoff) {
        this.store = requireNonNull(store, "store");
        this.table = requireNonNull(table, "table");
        this.keys = new LedgerKeys(requireNonNull(controlPrefix, "controlPrefix"), table);
        this.random = requireNonNull(random, "random");
        this.backoff = requireNonNull(backoff, "backoff");
        if (!store.capabilities().contains(Capability.PUT_IF_ABSENT)) {
            throw new IllegalArgumentException(
                    "Cannot keep a ledger in " + store.description()
                            + ": it does not create an object only if it is absent. Use a store with Capability.PUT_IF_ABSENT.");
        }
    }

    /**
     * The log of a table; it need not exist yet.
     *
     * @param controlPrefix outside the folder DMS writes to (rule L4) and outside every table's location
     * @param random source of transaction ids; it must differ between processes
     */
    public static Ledger open(
            ObjectStore store, String controlPrefix, TableId table, RandomGenerator random, Backoff backoff) {
        return new Ledger(store, controlPrefix, table, random, backoff);
    }

    public TableId table() {
        return table;
    }

    /** Where the slots are. */
    public String logPrefix() {
        return keys.log();
    }

    /** The table's folder below any prefix of Convergence's own, with a slash at its end; no two tables share one. */
    public String tableFolder() {
        return keys.tableFolder();
    }

    /** A new random id for a commit: 128 bits in hexadecimal. */
    public String newTransaction() {
        byte[] bytes = new byte[16];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    /**
     * What the log says now.
     *
     * @throws LedgerException if a slot is missing or unreadable
     */
    public LedgerSnapshot snapshot() {
        return LedgerSnapshot.fold(table, entries());
    }

    /** All slots from 0, in order. */
    public List<LedgerEntry> entries() {
        List<LedgerEntry> entries = new ArrayList<>();
        try (Stream<ObjectStat> objects = store.listAll(keys.log())) {
            objects.forEach(object -> {
                OptionalLong number = keys.number(object.key());
                if (number.isEmpty()) {
                    return;
                }
                if (number.getAsLong() != entries.size()) {
                    throw new LedgerException(
                            "Cannot read the log of table " + table + ": slot " + entries.size()
                                    + " is missing before '" + object.key()
                                    + "'. Slots are never deleted by Convergence; restore '" + keys.slot(entries.size())
                                    + "'.",
                            null);
                }
                LedgerEntry entry = read(object.key())
                        .orElseThrow(() -> new LedgerException(
                                "Cannot read ledger slot '" + object.key()
                                        + "': it vanished while the log was read. Restore it.",
                                null));
                if (entry.base() + 1 != entries.size()) {
                    throw new LedgerException(
                            "Cannot read ledger slot '" + object.key() + "': it was planned on slot " + entry.base()
                                    + ", so it belongs to slot " + (entry.base() + 1)
                                    + ". Somebody copied or renamed it; restore the log as Convergence wrote it.",
                            null);
                }
                entries.add(entry);
            });
        }

        return List.copyOf(entries);
    }

    /**
     * Puts the entry into the slot after its base.
     *
     * @return the snapshot with the entry in it
     * @throws CommitConflictException if another writer has that slot: nothing of the entry took effect
     * @throws CommitStateUnknownException if it cannot be found out whether the entry took effect; delete nothing
     */
    public LedgerSnapshot commit(LedgerEntry entry) {
        if (entry.base() < LedgerSnapshot.NONE) {
            throw new IllegalArgumentException("Cannot commit on slot " + entry.base() + " of table " + table
                    + ": plan on a snapshot of its ledger.");
        }

        long slot = entry.base() + 1;
        String key = keys.slot(slot);
        byte[] body = LedgerJson.write(entry).getBytes(StandardCharsets.UTF_8);
        for (int attempt = 1; ; attempt++) {
            try {
                store.put(key, body, WriteCondition.ifAbsent());
                return snapshotAt(slot);
            } catch (PreconditionFailedException taken) {
                LedgerEntry winner = winner(key, entry, slot, taken);
                if (winner.transaction().equals(entry.transaction())) {
                    return snapshotAt(slot);
                }
                throw new CommitConflictException(table, slot, describe(winner));
            } catch (WriteConflictException racing) {
                retryOrGiveUp(attempt, entry, slot, racing);
            } catch (StoreUnavailableException unknown) {
                retryOrGiveUp(attempt, entry, slot, unknown);
            }
        }
    }

    /** A slot that refuses to be created exists, but the answer about it may still fail. */
    private LedgerEntry winner(String key, LedgerEntry entry, long slot, PreconditionFailedException taken) {
        for (int attempt = 1; ; attempt++) {
            try {
                return read(key)
                        .orElseThrow(() -> new CommitStateUnknownException(table, slot, entry.transaction(), taken));
            } catch (StoreUnavailableException e) {
                retryOrGiveUp(attempt, entry, slot, e);
            }
        }
    }

    /** The commit stands; what cannot be read now is no reason to call it unknown. */
    private LedgerSnapshot snapshotAt(long slot) {
        for (int attempt = 1; ; attempt++) {
            try {
                return LedgerSnapshot.fold(table, entries().subList(0, Math.toIntExact(slot + 1)));
            } catch (StoreUnavailableException e) {
                if (attempt >= DEFAULT_ATTEMPTS) {
                    throw e;
                }
                backoff.pause(attempt);
            }
        }
    }

    private void retryOrGiveUp(int attempt, LedgerEntry entry, long slot, StoreException cause) {
        if (attempt >= DEFAULT_ATTEMPTS || Thread.currentThread().isInterrupted()) {
            throw new CommitStateUnknownException(table, slot, entry.transaction(), cause);
        }

        backoff.pause(attempt);
    }

    private Optional<LedgerEntry> read(String key) {
        return store.get(key).map(StoredObject::text).map(text -> LedgerJson.read(key, text));
    }

    private static String describe(LedgerEntry winner) {
        String kind = winner instanceof LedgerEntry.Merge
                ? "a merge"
                : winner instanceof LedgerEntry.Compaction ? "a compaction" : "a clean-up";
        return kind + " (" + winner.transaction() + ")";
    }
}
