package io.convergence.ledger;

import io.convergence.Finding;
import io.convergence.TableId;
import io.convergence.store.ETag;
import io.convergence.store.ListPage;
import io.convergence.store.ListRequest;
import io.convergence.store.ObjectStat;
import io.convergence.store.ObjectStore;
import io.convergence.store.StoredObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Reads a log: on from where it was read before, else from its newest checkpoint whose digest the slot after it names,
 * else from slot 0; several slots at once by a {@linkplain Tails tail}. A checkpoint or tail that nobody vouches for, or
 * that is wrong, only costs time (rule L2).
 */
final class LogReader {
    private final ObjectStore store;
    private final TableId table;
    private final LedgerKeys keys;
    private final Checkpoints checkpoints;
    private final Tails tails;
    private final ParsedTexts parsed;
    private final int interval;

    /** @param interval of checkpoints, in slots */
    LogReader(
            ObjectStore store,
            TableId table,
            LedgerKeys keys,
            Checkpoints checkpoints,
            Tails tails,
            ParsedTexts parsed,
            int interval) {
        this.store = store;
        this.table = table;
        this.keys = keys;
        this.checkpoints = checkpoints;
        this.tails = tails;
        this.parsed = parsed;
        this.interval = interval;
    }

    /**
     * A state of the log.
     *
     * @param etag of the object of its last slot; null before slot 0
     * @param checkpoint the newest slot that had a checkpoint, read or not; {@link LedgerSnapshot#NONE} for none
     * @param texts of its newest slots, one after the other up to its last, as far as they were read
     * @param taken by the store's clock, not after its slots were listed; null if none were
     */
    record Reading(
            LogState state,
            @Nullable ETag etag,
            long checkpoint,
            List<Tails.SlotText> texts,
            List<Finding> findings,
            @Nullable Instant taken) {
        long slot() {
            return state.slot;
        }
    }

    Reading empty() {
        return new Reading(new LogState(table), null, LedgerSnapshot.NONE, List.of(), List.of(), null);
    }

    /**
     * The log up to slot {@code through}, or to its end if that comes first.
     *
     * @param known what was read before, at most up to {@code through}; null if nothing was
     * @throws LedgerException if a slot is missing or unreadable, or contradicts those before it
     */
    Reading read(@Nullable Reading known, long through) {
        var texts = new SlotTexts(this, tails);
        try {
            return read(known, through, texts);
        } catch (SlotTexts.Mistaken e) {
            Reading slotBySlot = read(known, through, texts.withoutTails());
            if (!e.isCertain() && !slotBySlot.findings().isEmpty()) {
                // It was the checkpoint.
                return slotBySlot;
            }

            List<Finding> findings = new ArrayList<>(slotBySlot.findings());
            findings.add(
                    Finding.warning(
                            "TAIL_IGNORED",
                            keys.tails(),
                            "Its texts do not agree with the log: " + e.getMessage()
                                    + ". The slots were read one by one.",
                            "Nothing to do for the table's rows; run 'ledger verify', which names the object, and find out who changed it."));
            return new Reading(
                    slotBySlot.state(),
                    slotBySlot.etag(),
                    slotBySlot.checkpoint(),
                    slotBySlot.texts(),
                    findings,
                    slotBySlot.taken());
        }
    }

    private Reading read(@Nullable Reading known, long through, SlotTexts texts) {
        if (known != null) {
            try {
                return readOn(known, through, texts);
            } catch (Checkpoints.Unusable | Contradiction e) {
                // What was read before is no longer what is stored: someone replaced the log. Only the store is right.
                texts.requireNoTails(e);
            }
        }

        List<ObjectStat> stored = checkpoints.newest(through);
        long newest = stored.isEmpty() ? LedgerSnapshot.NONE : checkpointSlot(stored.get(0));
        // A store tells the time with its answers: asked before the first one, it would need a request of its own.
        Instant taken = store.now();
        // One listing serves all of them; if they are few, the log is short, and it serves for the whole log, too.
        long from = stored.size() < Checkpoints.TRIED ? 0 : checkpointSlot(stored.get(stored.size() - 1));
        // The slot after the last one that is wanted may vouch for its checkpoint.
        List<Listed> slots = slots(from, through == Long.MAX_VALUE ? through : through + 1);
        List<Finding> findings = new ArrayList<>();
        for (ObjectStat checkpoint : stored) {
            try {
                Optional<Checkpoints.Checkpoint> vouched = vouched(checkpoint, slots, texts);
                if (vouched.isPresent()) {
                    LogState state = vouched.get().state();
                    List<Listed> later = after(slots, state.slot, through);
                    var start = new Reading(state, vouched.get().etag(), newest, List.of(), findings, taken);
                    return fold(start, later, texts);
                }
            } catch (Checkpoints.Unusable | Contradiction e) {
                texts.requireNoTails(e);
                findings.add(
                        Finding.warning(
                                "CHECKPOINT_IGNORED",
                                checkpoint.key(),
                                "It does not agree with the log: " + e.getMessage()
                                        + ". The log was read from an older checkpoint or from its first slot.",
                                "Nothing to do for the table's rows; delete the object to save time, and find out who changed it."));
            }
        }
        try {
            List<Listed> all = from == 0 ? after(slots, LedgerSnapshot.NONE, through) : slots(0, through);
            texts.fetch(all);
            return fold(new Reading(new LogState(table), null, newest, List.of(), findings, taken), all, texts);
        } catch (Contradiction e) {
            texts.requireNoTails(e);
            throw new LedgerException(
                    "Cannot read the log of table " + table + ": " + e.getMessage()
                            + ". Do not merge this table; report the log.",
                    e);
        }
    }

    private Reading readOn(Reading known, long through, SlotTexts texts) throws Checkpoints.Unusable, Contradiction {
        long start = known.slot();
        Instant taken = store.now();
        List<Listed> slots = slots(Math.max(start, 0), through);
        if (start != LedgerSnapshot.NONE) {
            requireStored(start, known.etag(), slots);
        }

        List<Listed> later = after(slots, start, through);
        texts.fetch(later);
        var read = new Reading(known.state(), known.etag(), known.checkpoint(), known.texts(), List.of(), taken);
        return fold(read, later, texts);
    }

    /**
     * A checkpoint, if the slot after it names its digest: the writer of that slot knew the log. Empty if there is no such
     * slot yet, or it names none, its writer keeping another interval; then only who wrote it says that it is right.
     */
    private Optional<Checkpoints.Checkpoint> vouched(ObjectStat stored, List<Listed> slots, SlotTexts texts)
            throws Checkpoints.Unusable {
        long covered = checkpointSlot(stored);
        List<Listed> later = after(slots, covered, Long.MAX_VALUE);
        if (later.isEmpty()) {
            return Optional.empty();
        }

        texts.fetch(later);
        Text next = texts.get(later.get(0), covered + 1);
        String named = next.slot().checkpoint();
        if (named == null) {
            return Optional.empty();
        }

        Checkpoints.Checkpoint found = checkpoints.load(stored);
        requireStored(covered, found.etag(), slots);
        if (!named.equals(found.digest())) {
            throw new Checkpoints.Unusable(
                    "slot " + (covered + 1) + " names " + named + " as its digest and not " + found.digest());
        }

        return Optional.of(found);
    }

    String tailKey(long slot) {
        return keys.tail(slot);
    }

    private long checkpointSlot(ObjectStat stored) {
        return keys.checkpointSlot(stored.key()).orElseThrow();
    }

    private static void requireStored(long slot, @Nullable ETag etag, List<Listed> slots) throws Checkpoints.Unusable {
        Listed found = slots.stream()
                .filter(listed -> listed.number() == slot)
                .findFirst()
                .orElseThrow(() -> new Checkpoints.Unusable("slot " + slot + ", which it covers, is not in the log"));
        if (!found.stat().etag().equals(etag)) {
            throw new Checkpoints.Unusable("slot " + slot + " of the log is another than the one it covers");
        }
    }

    private static List<Listed> after(List<Listed> slots, long slot, long through) {
        return slots.stream()
                .filter(listed -> listed.number() > slot && listed.number() <= through)
                .toList();
    }

    /** Folds slots onto the state before them. */
    private Reading fold(Reading start, List<Listed> slots, SlotTexts texts) throws Contradiction {
        LogState folded = start.state();
        ETag last = start.etag();
        List<Tails.SlotText> kept = start.texts();
        for (Listed slot : slots) {
            Text text = texts.get(slot, folded.slot + 1);
            if (folded == start.state()) {
                folded = folded.copy();
            }
            texts.requireChain(folded);
            folded.take(text.slot(), text.text());
            texts.forget(folded.slot);
            last = text.etag();
            kept = Tails.with(kept, new Tails.SlotText(folded.slot, last, text.text()), interval);
        }
        texts.requireChain(folded);
        List<Finding> findings = new ArrayList<>(start.findings());
        findings.addAll(texts.findings());
        return new Reading(folded, last, start.checkpoint(), kept, findings, start.taken());
    }

    /** Slots as they are listed, in order. */
    record Listed(long number, ObjectStat stat) {}

    record Text(LedgerJson.Slot slot, String text, ETag etag) {}

    /** The slots from one on, as listed; with a gap if the log has one. */
    List<Listed> slots(long from, long through) {
        List<Listed> slots = new ArrayList<>();
        ListRequest request = ListRequest.of(keys.log());
        if (from > 0) {
            request = request.after(keys.slot(from - 1));
        }
        while (true) {
            ListPage page = store.list(request);
            for (ObjectStat object : page.objects()) {
                OptionalLong number = keys.number(object.key());
                if (number.isPresent() && number.getAsLong() > through) {
                    return slots;
                }
                if (number.isPresent()) {
                    slots.add(new Listed(number.getAsLong(), object));
                }
            }
            Optional<String> next = page.next();
            if (next.isEmpty()) {
                return slots;
            }

            request = request.after(next.get());
        }
    }

    /** All slots from one on, read. */
    List<LedgerSlot> entries(long from) {
        List<LedgerSlot> entries = new ArrayList<>();
        long expected = from;
        for (Listed listed : slots(from, Long.MAX_VALUE)) {
            LedgerEntry entry = readSlot(listed, expected++).slot().entry();
            entries.add(new LedgerSlot(listed.number(), listed.stat().lastModified(), entry));
        }
        return entries;
    }

    Text readSlot(Listed listed, long expected) {
        ObjectStat object = listed.stat();
        if (listed.number() != expected) {
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
        String text = content.text();
        return new Text(slot(object.key(), text, expected), text, content.stat().etag());
    }

    /** The same as {@link #parse}, of a text that may have been read before. */
    LedgerJson.Slot slot(String key, String text, long number) {
        Optional<LedgerJson.Slot> known = parsed.slots.find(key, text);
        if (known.isPresent()) {
            return requirePlace(key, known.get(), number);
        }

        LedgerJson.Slot slot = parse(key, text, number);
        parsed.slots.keep(key, text, text.length(), slot);
        return slot;
    }

    static LedgerJson.Slot parse(String key, String text, long number) {
        return requirePlace(key, LedgerJson.readSlot(key, text), number);
    }

    private static LedgerJson.Slot requirePlace(String key, LedgerJson.Slot slot, long number) {
        long base = slot.entry().base();
        if (base + 1 != number) {
            throw LedgerJson.broken(
                    key, "it was planned on slot " + base + ", so it belongs to slot " + (base + 1), null);
        }

        return slot;
    }
}
