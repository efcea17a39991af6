package io.convergence.ledger;

import static java.util.Objects.requireNonNull;

import io.convergence.Finding;
import io.convergence.TableId;
import io.convergence.store.Capability;
import io.convergence.store.GuardedObjectStore;
import io.convergence.store.ListPage;
import io.convergence.store.ListRequest;
import io.convergence.store.ObjectStore;
import io.convergence.store.StoreException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.LongFunction;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One table's log: numbered slots, each created once by put-if-absent and never deleted, so that all writers agree on
 * one history. A commit is planned on a {@link #snapshot} and takes the next slot or none. Thread-safe; any number of
 * processes may use the same log.
 */
public final class Ledger {
    /** How often a commit whose outcome is open is tried again at its slot before giving up. */
    public static final int DEFAULT_ATTEMPTS = 5;

    /** Slots from one checkpoint to the next (rule L2). */
    public static final int CHECKPOINT_EVERY = 64;

    /**
     * How long, by the store's clock, a file that a commit replaced is kept for readers of older snapshots: longer than
     * Athena's longest query and its time in the queue.
     */
    public static final Duration GRACE = Duration.ofHours(24);

    private static final Logger LOG = LoggerFactory.getLogger(Ledger.class);

    private final GuardedObjectStore store;
    private final TableId table;
    private final LedgerKeys keys;
    private final RandomGenerator random;
    private final Backoff backoff;

    private final ParsedTexts parsed;
    private final Checkpoints checkpoints;
    private final Tails tails;
    private final LogReader reader;
    private final int checkpointEvery;
    private final int checkpointBytes;

    /** The log as read before: a slot never changes, so only later ones are asked for. Guarded by this. */
    private LogReader.@Nullable Reading known;

    /** The newest checkpoint that was found to be due and not there, or {@link LedgerSnapshot#NONE}. Guarded by this. */
    private long missing = LedgerSnapshot.NONE;

    /** What a commit tells the log of raw files that it does not know yet. Guarded by this. */
    private @Nullable RawFilesListed listing;

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

    private Ledger(
            ObjectStore store,
            LedgerKeys keys,
            TableId table,
            RandomGenerator random,
            Backoff backoff,
            ParsedTexts parsed,
            int checkpointEvery,
            int checkpointBytes) {
        this.table = table;
        this.keys = keys;
        this.store = GuardedObjectStore.of(store, keys.control());
        this.random = requireNonNull(random, "random");
        this.backoff = requireNonNull(backoff, "backoff");
        this.parsed = parsed;
        this.checkpoints = new Checkpoints(this.store, table, keys, parsed, checkpointBytes);
        this.tails = new Tails(this.store, keys, parsed);
        this.reader = new LogReader(this.store, table, keys, checkpoints, tails, parsed, checkpointEvery);
        this.checkpointEvery = checkpointEvery;
        this.checkpointBytes = checkpointBytes;
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
        var keys = new LedgerKeys(requireNonNull(controlPrefix, "controlPrefix"), requireNonNull(table, "table"));
        return new Ledger(
                store, keys, table, random, backoff, new ParsedTexts(table), CHECKPOINT_EVERY, LedgerJson.MAX_BYTES);
    }

    /**
     * The same log with a checkpoint every so many slots. Writers of one log should agree on it; if they do not, that
     * only costs time.
     *
     * @param slots 1 or more
     */
    public Ledger withCheckpointEvery(int slots) {
        if (slots < 1) {
            throw new IllegalArgumentException("Cannot write a checkpoint every " + slots + " slots: 1 is the least.");
        }

        return new Ledger(store, keys, table, random, backoff, parsed, slots, checkpointBytes);
    }

    /** The same log with checkpoints of at most so many bytes, unpacked. */
    Ledger withCheckpointsUpTo(int bytes) {
        return new Ledger(store, keys, table, random, backoff, parsed, checkpointEvery, bytes);
    }

    /**
     * The same log, which parses no text again that another has parsed; for many processes simulated in one.
     *
     * @param texts of the same table
     */
    Ledger withTexts(ParsedTexts texts) {
        if (!texts.table.equals(table)) {
            throw new IllegalArgumentException(
                    "Cannot read the log of table " + table + " with texts of table " + texts.table + ".");
        }

        return new Ledger(store, keys, table, random, backoff, texts, checkpointEvery, checkpointBytes);
    }

    /** The tables that have a log under the prefix: one LIST, one for each schema and one for each table, if they are few. */
    public static List<TableId> tables(ObjectStore store, String controlPrefix) {
        String control = new LedgerKeys(controlPrefix, TableId.of("any", "any")).control();
        List<TableId> tables = new ArrayList<>();
        for (String schema : folders(store, control)) {
            for (String table : folders(store, schema)) {
                LedgerKeys.table(table.substring(control.length()))
                        .filter(id -> !store.list(ListRequest.of(table + "log/").maxKeys(1))
                                .objects()
                                .isEmpty())
                        .ifPresent(tables::add);
            }
        }
        return tables;
    }

    private static List<String> folders(ObjectStore store, String prefix) {
        List<String> folders = new ArrayList<>();
        ListRequest request = ListRequest.of(prefix).delimiter("/");
        while (true) {
            ListPage page = store.list(request);
            folders.addAll(page.commonPrefixes());
            if (page.next().isEmpty()) {
                return folders;
            }

            request = request.after(page.next().get());
        }
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
     * Tells what a listing of raw files found. The next commits keep of it what the log does not know by then; nothing is
     * written for its own sake.
     *
     * @param found newer than what was told before
     */
    public synchronized void rawFilesListed(RawFilesListed found) {
        listing = requireNonNull(found, "found");
    }

    /**
     * What the log says now: one LIST, and one GET for each slot this object has not read yet, or two for all of them if
     * they are three or more. An object that has read nothing yet begins with the newest checkpoint that the slot after
     * it names, at one LIST and one GET more.
     *
     * @throws LedgerException if a slot is missing or unreadable
     */
    public LedgerSnapshot snapshot() {
        LogReader.Reading reading = read(Long.MAX_VALUE);
        Instant taken = requireNonNull(reading.taken(), "time of a listing");
        return new LedgerSnapshot(reading.state(), taken, reading.findings());
    }

    /**
     * What the log said at a slot. Files of it stay for as long as if it had been taken when the next slot was created (rule L6),
     * so that its {@linkplain LedgerSnapshot#expiry expiry} may be over.
     *
     * @throws IllegalArgumentException if the log does not reach it
     */
    public LedgerSnapshot snapshotAt(long slot) {
        Instant now = store.now();
        LogReader.Reading reading = at(slot);
        List<LogReader.Listed> next = reader.slots(slot + 1, slot + 1);
        Instant taken = next.isEmpty() ? now : next.get(0).stat().lastModified();
        return new LedgerSnapshot(reading.state(), taken, reading.findings());
    }

    /** What the log said at a slot, without a listing more for when that was. */
    LogState stateAt(long slot) {
        return at(slot).state();
    }

    /**
     * All slots from 0, in order; each is read.
     *
     * @throws LedgerException if a slot is missing or unreadable
     */
    public List<LedgerEntry> entries() {
        return slots(0).stream().map(LedgerSlot::entry).toList();
    }

    /**
     * The slots from one on, in order; each is read.
     *
     * @throws LedgerException if a slot is missing or unreadable
     */
    public List<LedgerSlot> slots(long from) {
        return reader.entries(from);
    }

    /** The newest slot up to {@code last} of those that were all created before a time; without reading them. */
    long newestBefore(Instant cutoff, long last) {
        long newest = LedgerSnapshot.NONE;
        for (LogReader.Listed slot : reader.slots(0, last)) {
            if (!slot.stat().lastModified().isBefore(cutoff)) {
                break;
            }
            newest = slot.number();
        }
        return newest;
    }

    LogReader reader() {
        return reader;
    }

    Checkpoints checkpoints() {
        return checkpoints;
    }

    Tails tails() {
        return tails;
    }

    LedgerKeys keys() {
        return keys;
    }

    /** The store of the log, by whose clock ages are measured. */
    GuardedObjectStore store() {
        return store;
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
        if (entry instanceof LedgerEntry.Declared declared) {
            // A text of this form that nothing can read would stop every later merge: slots stay for ever.
            DeclaredText.parse(declared.text());
        }
        LogReader.Reading before = at(entry.base());
        String digest = isDue(before.slot())
                ? Checkpoints.digest(before.state(), requireNonNull(before.etag(), "etag of the base"))
                : null;
        Planned planned = planned(before.state(), entry, digest);
        LogState after = planned.state();
        String text = planned.text();
        Instant taken = store.now();
        Tails.SlotText written = new SlotWriter(store, keys, table, backoff, entry, text).run();
        if (!written.text().equals(text)) {
            after = taken(before.state(), written);
        }
        List<Tails.SlotText> texts = Tails.with(before.texts(), written, checkpointEvery);
        var reading = new LogReader.Reading(after, written.etag(), before.checkpoint(), texts, List.of(), null);
        remember(reading);
        return new LedgerSnapshot(after, taken, writeCheckpoint(reading));
    }

    /** A slot before it is written, and what the log says with it. */
    private record Planned(LogState state, String text) {}

    private Planned planned(LogState before, LedgerEntry entry, @Nullable String digest) {
        LogState after = before.copy();
        try {
            after.begin(entry);
            // Of what was listed the slot tells what the log does not know even with this entry.
            RawFilesListed news = newsOf(after);
            String text = LedgerJson.write(new LedgerJson.Slot(entry, digest, before.chain, news));
            after.end(news, text);
            return new Planned(after, text);
        } catch (Contradiction e) {
            throw new IllegalArgumentException(
                    "Cannot commit to the log of table " + table + ": " + e.getMessage()
                            + ". Plan on the snapshot the commit is based on.",
                    e);
        }
    }

    private LogState taken(LogState before, Tails.SlotText slot) {
        LogState after = before.copy();
        try {
            after.take(LogReader.parse(keys.slot(slot.slot()), slot.text(), slot.slot()), slot.text());
            return after;
        } catch (Contradiction e) {
            throw new IllegalStateException("Cannot take an entry that was taken before.", e);
        }
    }

    private synchronized @Nullable RawFilesListed newsOf(LogState state) {
        return listing == null ? null : state.news(listing);
    }

    /**
     * What the log would say after a commit; nothing is written.
     *
     * @throws IllegalArgumentException if the log does not reach the entry's base, or the entry contradicts the log
     */
    public LedgerSnapshot preview(LedgerEntry entry) {
        LogReader.Reading before = at(entry.base());
        Instant taken = store.now();
        LogState after = planned(before.state(), entry, null).state();
        return new LedgerSnapshot(after, taken, before.findings());
    }

    /**
     * Writes that raw files changed under a plan, unless the log says so already; again on a newer base if another writer
     * was first.
     *
     * @param generation of the load the plan was about; null if not known
     * @param places the raw files as they were planned
     * @return the snapshot with the suspicion in it
     */
    public LedgerSnapshot suspect(String reason, @Nullable Instant generation, List<RawSource> places) {
        return suspect(
                suspect -> suspect.ddls() == null && suspect.places().containsAll(places),
                base -> new LedgerEntry.Suspect(newTransaction(), base, reason, generation, places));
    }

    /**
     * Writes that DMS's {@code Ddls} statistic has risen and the table's columns do not explain it (rule S14), unless the log
     * says so already.
     *
     * @param generation of the load the table has
     * @param ddls the statistic as it was seen
     * @return the snapshot with the suspicion in it
     */
    public LedgerSnapshot suspectDdls(String reason, Instant generation, long ddls) {
        return suspect(
                suspect -> suspect.ddls() != null && suspect.ddls() == ddls,
                base -> new LedgerEntry.Suspect(newTransaction(), base, reason, generation, List.of(), ddls));
    }

    private LedgerSnapshot suspect(Predicate<LedgerEntry.Suspect> same, LongFunction<LedgerEntry.Suspect> entry) {
        for (int attempt = 1; ; attempt++) {
            LedgerSnapshot now = snapshot();
            if (now.suspicions().stream().map(LedgerSnapshot.At::entry).anyMatch(same)) {
                return now;
            }

            try {
                return commit(entry.apply(now.slot()));
            } catch (CommitConflictException e) {
                if (attempt >= DEFAULT_ATTEMPTS) {
                    throw e;
                }

                backoff.pause(attempt);
            }
        }
    }

    /** The log up to a slot, which must be there. */
    private LogReader.Reading at(long slot) {
        if (slot == LedgerSnapshot.NONE) {
            return reader.empty();
        }

        LogReader.Reading reading = slot < LedgerSnapshot.NONE ? reader.empty() : read(slot);
        if (reading.slot() != slot) {
            throw new IllegalArgumentException("Cannot commit to the log of table " + table + " after slot " + slot
                    + ": the log has " + (reading.slot() + 1) + " slots. Plan on a snapshot of this ledger.");
        }

        return reading;
    }

    private LogReader.Reading read(long through) {
        LogReader.Reading before;
        synchronized (this) {
            before = known;
        }
        if (before != null && before.slot() == through) {
            return before;
        }

        boolean usable = before != null && before.slot() < through;
        LogReader.Reading reading = reader.read(usable ? before : null, through);
        if (through == Long.MAX_VALUE) {
            replace(before, reading);
        }
        return reading;
    }

    private synchronized void replace(LogReader.@Nullable Reading before, LogReader.Reading reading) {
        boolean shorter = before != null && reading.slot() < before.slot();
        if (known == null || reading.slot() >= known.slot() || (shorter && known == before)) {
            known = reading;
        }
        long due = (reading.slot() + 1) / checkpointEvery * checkpointEvery - 1;
        if (before == null
                && due >= 0
                && reading.checkpoint() < due
                && reading.findings().isEmpty()) {
            missing = due;
        }
    }

    private synchronized void remember(LogReader.Reading reading) {
        if (known == null || reading.slot() > known.slot()) {
            known = reading;
        }
    }

    private boolean isDue(long slot) {
        return slot >= 0 && (slot + 1) % checkpointEvery == 0;
    }

    /** What is not written here only costs time, so that no failure undoes the commit before it. */
    private List<Finding> writeCheckpoint(LogReader.Reading committed) {
        long older;
        synchronized (this) {
            older = missing;
            missing = LedgerSnapshot.NONE;
        }
        try {
            if (isDue(committed.slot())) {
                checkpoints.write(committed.state(), requireNonNull(committed.etag(), "etag of the slot"));
                return List.of();
            }

            tails.write(committed.texts());
            if (older != LedgerSnapshot.NONE) {
                LogReader.Reading reading = reader.read(null, older);
                if (reading.slot() == older) {
                    checkpoints.write(reading.state(), requireNonNull(reading.etag(), "etag of the slot"));
                }
            }
        } catch (Checkpoints.TooLarge e) {
            LOG.warn("No checkpoint of the log of table {} was written: {}", table, e.getMessage());
            tailInstead(committed);
            return List.of(
                    Finding.warning(
                            "CHECKPOINT_TOO_LARGE",
                            keys.checkpoints(),
                            "No checkpoint was written: " + e.getMessage() + ".",
                            "Nothing to do for the table's rows; readers need more time. Report this, with the number of the table's raw files."));
        } catch (StoreException | LedgerException e) {
            LOG.warn("No checkpoint or tail of the log of table {} was written: {}", table, e.getMessage());
        }
        return List.of();
    }

    /** Readers go back from tail to tail where there is no checkpoint. */
    private void tailInstead(LogReader.Reading committed) {
        try {
            if (isDue(committed.slot())) {
                tails.write(committed.texts());
            }
        } catch (StoreException e) {
            LOG.warn("No tail of the log of table {} was written: {}", table, e.getMessage());
        }
    }
}
