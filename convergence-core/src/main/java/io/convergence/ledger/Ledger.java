package io.convergence.ledger;

import static java.util.Objects.requireNonNull;

import io.convergence.TableId;
import io.convergence.store.Capability;
import io.convergence.store.ETag;
import io.convergence.store.GuardedObjectStore;
import io.convergence.store.ListPage;
import io.convergence.store.ListRequest;
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

/**
 * One table's log: numbered slots, each created once by put-if-absent and never deleted, so that all writers agree on
 * one history. A commit is planned on a {@link #snapshot} and takes the next slot or none. Thread-safe; any number of
 * processes may use the same log.
 */
public final class Ledger {
    /** How often a commit whose outcome is open is tried again at its slot before giving up. */
    public static final int DEFAULT_ATTEMPTS = 5;

    private final GuardedObjectStore store;
    private final TableId table;
    private final LedgerKeys keys;
    private final RandomGenerator random;
    private final Backoff backoff;

    /** The first slots of the log as read before: a slot never changes, so only later ones are asked for. */
    private volatile List<Slot> known = List.of();

    /** What to do before trying a slot again. */
    @FunctionalInterface
    public interface Backoff {
        /** @param attempt 1 before the second try */
        void pause(int attempt);

        /** 50 ms, doubled at each attempt up to 3.2 s. An interrupt ends the pause and stays set. */
        static Backoff exponential() {
            return attempt -> {
                try {
                    Thread.sleep(50L << Math.min(attempt - 1, 6));
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            };
        }

        static Backoff none() {
            return attempt -> {};
        }
    }

    /** @param etag of the object it was read from */
    private record Slot(LedgerEntry entry, ETag etag) {}

    private Ledger(ObjectStore store, String controlPrefix, TableId table, RandomGenerator random, Backoff backoff) {
        this.table = requireNonNull(table, "table");
        this.keys = new LedgerKeys(requireNonNull(controlPrefix, "controlPrefix"), table);
        this.store = GuardedObjectStore.of(store, keys.control());
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
     * <p>Before its first commit it tries whether the store honours put-if-absent, see {@link GuardedObjectStore}; a store
     * that was given with its guard is tried once for all who share it.
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

    /** The store, guarded as this ledger's own is: by the same guard if it is the same store. */
    public GuardedObjectStore guarded(ObjectStore other) {
        return store.guards(other) ? store : GuardedObjectStore.of(other, keys.control());
    }

    /** A new random id for a commit: 128 bits in hexadecimal. */
    public String newTransaction() {
        byte[] bytes = new byte[16];
        synchronized (random) {
            random.nextBytes(bytes);
        }
        return HexFormat.of().formatHex(bytes);
    }

    /**
     * What the log says now: one LIST, and one GET for each slot this object has not read yet.
     *
     * @throws LedgerException if a slot is missing or unreadable
     */
    public LedgerSnapshot snapshot() {
        return LedgerSnapshot.fold(table, entries());
    }

    /**
     * All slots from 0, in order.
     *
     * @throws LedgerException if a slot is missing or unreadable
     */
    public List<LedgerEntry> entries() {
        return slots().stream().map(Slot::entry).toList();
    }

    /**
     * Puts the entry into the slot after its base. A slot that answers 409, or not at all, is tried again with the same
     * content; never a later one.
     *
     * @return the snapshot with the entry in it
     * @throws CommitConflictException if another writer has that slot: nothing of the entry took effect
     * @throws CommitStateUnknownException if it cannot be found out whether the entry took effect; delete nothing
     * @throws io.convergence.store.UnsafeStoreException if the store ignores conditions of writes: nothing was written but
     *     the probe's object
     * @throws StoreException if the store refused every try: nothing of the entry took effect
     * @throws LedgerException if the log cannot be read: nothing of the entry took effect
     * @throws IllegalArgumentException if the log does not reach the entry's base, or the entry contradicts the log:
     *     nothing of the entry took effect
     */
    public LedgerSnapshot commit(LedgerEntry entry) {
        List<Slot> before = slotsThrough(entry.base());
        LedgerSnapshot after =
                LedgerSnapshot.extended(table, before.stream().map(Slot::entry).toList(), entry);
        var commit = new Commit(entry, LedgerJson.write(entry));
        ETag etag = commit.run();
        var slots = new ArrayList<>(before);
        slots.add(new Slot(entry, etag));
        remember(slots);
        return after;
    }

    /** One entry on its way into its slot. */
    private final class Commit {
        private final LedgerEntry entry;
        private final long slot;
        private final String key;
        private final String text;
        /** Whether a try got no answer, so that it may have taken effect. */
        private boolean open;

        Commit(LedgerEntry entry, String text) {
            this.entry = entry;
            this.slot = entry.base() + 1;
            this.key = keys.slot(slot);
            this.text = text;
        }

        ETag run() {
            verifyStore();
            byte[] body = text.getBytes(StandardCharsets.UTF_8);
            for (int attempt = 1; ; attempt++) {
                try {
                    return store.put(key, body, WriteCondition.ifAbsent()).etag();
                } catch (PreconditionFailedException taken) {
                    return own(taken);
                } catch (WriteConflictException racing) {
                    pauseOrGiveUp(attempt, racing);
                } catch (StoreUnavailableException unanswered) {
                    open = true;
                    pauseOrGiveUp(attempt, unanswered);
                } catch (StoreException refused) {
                    throw failure(refused);
                }
            }
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
        private ETag own(PreconditionFailedException taken) {
            open = true;
            StoredObject object = readBack().orElseThrow(() -> failure(taken));
            if (object.text().equals(text)) {
                return object.stat().etag();
            }

            throw new CommitConflictException(table, slot, describe(parse(object, slot)));
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
            if (attempt >= DEFAULT_ATTEMPTS || Thread.currentThread().isInterrupted()) {
                throw failure(cause);
            }

            backoff.pause(attempt);
        }

        private RuntimeException failure(StoreException cause) {
            return open ? new CommitStateUnknownException(table, slot, entry.transaction(), cause) : cause;
        }
    }

    /** The slots from 0 to {@code base}. */
    private List<Slot> slotsThrough(long base) {
        List<Slot> slots = known.size() > base ? known : slots();
        if (base < LedgerSnapshot.NONE || base >= slots.size()) {
            throw new IllegalArgumentException("Cannot commit to the log of table " + table + " after slot " + base
                    + ": the log has " + slots.size() + " slots. Plan on a snapshot of this ledger.");
        }

        return slots.subList(0, Math.toIntExact(base + 1));
    }

    private List<Slot> slots() {
        List<Slot> start = known;
        List<Slot> slots = readOn(start);
        if (slots.isEmpty() && !start.isEmpty()) {
            // What was read before is no longer what is stored: someone replaced the log. Only the store is right.
            known = List.of();
            slots = readOn(List.of());
        }

        remember(slots);
        return slots;
    }

    private void remember(List<Slot> slots) {
        synchronized (this) {
            if (slots.size() > known.size()) {
                known = List.copyOf(slots);
            }
        }
    }

    /** The given slots and those after them; none if the last of the given ones is no longer what the store has. */
    private List<Slot> readOn(List<Slot> start) {
        List<Slot> slots = new ArrayList<>(start);
        boolean verified = start.isEmpty();
        ListRequest request = ListRequest.of(keys.log());
        if (start.size() > 1) {
            request = request.after(keys.slot(start.size() - 2L));
        }
        while (true) {
            ListPage page = store.list(request);
            for (ObjectStat object : page.objects()) {
                OptionalLong number = keys.number(object.key());
                if (number.isEmpty()) {
                    continue;
                }
                if (!verified) {
                    verified = number.getAsLong() == start.size() - 1L
                            && object.etag().equals(start.get(start.size() - 1).etag());
                    if (!verified) {
                        return List.of();
                    }
                } else {
                    slots.add(read(object, number.getAsLong(), slots.size()));
                }
            }
            if (page.next().isEmpty()) {
                return verified ? slots : List.of();
            }

            request = request.after(page.next().get());
        }
    }

    private Slot read(ObjectStat object, long number, long expected) {
        if (number != expected) {
            throw new LedgerException(
                    "Cannot read the log of table " + table + ": slot " + expected + " is missing before '"
                            + object.key() + "'. Slots are never deleted by Convergence; restore '"
                            + keys.slot(expected) + "'.",
                    null);
        }
        if (object.size() > LedgerJson.MAX_BYTES) {
            throw LedgerJson.broken(
                    object.key(),
                    "it has " + object.size() + " bytes, more than the " + LedgerJson.MAX_BYTES + " a slot may have",
                    null);
        }

        StoredObject content = store.get(object.key())
                .orElseThrow(() -> LedgerJson.broken(object.key(), "it vanished while the log was read", null));
        return new Slot(parse(content, number), content.stat().etag());
    }

    private static LedgerEntry parse(StoredObject object, long number) {
        String key = object.stat().key();
        LedgerEntry entry = LedgerJson.read(key, object.text());
        if (entry.base() + 1 != number) {
            throw LedgerJson.broken(
                    key,
                    "it was planned on slot " + entry.base() + ", so it belongs to slot " + (entry.base() + 1),
                    null);
        }

        return entry;
    }

    private static String describe(LedgerEntry winner) {
        String kind = winner instanceof LedgerEntry.Merge
                ? "a merge"
                : winner instanceof LedgerEntry.Compaction ? "a compaction" : "a clean-up";
        return kind + " (" + winner.transaction() + ")";
    }
}
