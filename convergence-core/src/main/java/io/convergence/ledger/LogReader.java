package io.convergence.ledger;

import io.convergence.Finding;
import io.convergence.TableId;
import io.convergence.store.ETag;
import io.convergence.store.ListPage;
import io.convergence.store.ListRequest;
import io.convergence.store.ObjectStat;
import io.convergence.store.ObjectStore;
import io.convergence.store.StoredObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Reads a log: on from where it was read before, else from its newest checkpoint that agrees with the slots, else from
 * slot 0. A checkpoint that does not agree only costs time.
 */
final class LogReader {
    private final ObjectStore store;
    private final TableId table;
    private final LedgerKeys keys;
    private final Checkpoints checkpoints;

    LogReader(ObjectStore store, TableId table, LedgerKeys keys, Checkpoints checkpoints) {
        this.store = store;
        this.table = table;
        this.keys = keys;
        this.checkpoints = checkpoints;
    }

    /**
     * A state of the log.
     *
     * @param etag of the object of its last slot; null before slot 0
     * @param checkpoint the slot whose checkpoint it was read from; {@link LedgerSnapshot#NONE} for none
     */
    record Reading(LogState state, @Nullable ETag etag, long checkpoint, List<Finding> findings) {
        long slot() {
            return state.slot;
        }
    }

    Reading empty() {
        return new Reading(new LogState(table), null, LedgerSnapshot.NONE, List.of());
    }

    /**
     * The log up to slot {@code through}, or to its end if that comes first.
     *
     * @param known what was read before, at most up to {@code through}; null if nothing was
     * @throws LedgerException if a slot is missing or unreadable, or contradicts those before it
     */
    Reading read(@Nullable Reading known, long through) {
        if (known != null) {
            try {
                return foldOn(known.state(), known.etag(), null, known.checkpoint(), through, List.of());
            } catch (Checkpoints.Unusable | Contradiction e) {
                // What was read before is no longer what is stored: someone replaced the log. Only the store is right.
            }
        }

        List<Finding> findings = new ArrayList<>();
        for (ObjectStat listed : checkpoints.newest(through)) {
            try {
                Checkpoints.Checkpoint found = checkpoints.load(listed);
                return foldOn(found.state(), found.etag(), found.digest(), found.state().slot, through, findings);
            } catch (Checkpoints.Unusable | Contradiction e) {
                findings.add(
                        Finding.warning(
                                "CHECKPOINT_IGNORED",
                                listed.key(),
                                "It does not agree with the log: " + e.getMessage()
                                        + ". The log was read from an older checkpoint or from its first slot.",
                                "Nothing to do for the table's rows; delete the object to save time, and find out who changed it."));
            }
        }
        try {
            return foldOn(new LogState(table), null, null, LedgerSnapshot.NONE, through, findings);
        } catch (Contradiction e) {
            throw new LedgerException(
                    "Cannot read the log of table " + table + ": " + e.getMessage()
                            + ". Do not merge this table; report the log.",
                    e);
        } catch (Checkpoints.Unusable e) {
            throw new IllegalStateException("Cannot happen without a checkpoint.", e);
        }
    }

    /**
     * Folds the slots after those of the state onto it.
     *
     * @param etag of the state's last slot, which the store must still have
     * @param digest of the checkpoint the state is from, which the slot after it must name; null if it is of none
     */
    private Reading foldOn(
            LogState state,
            @Nullable ETag etag,
            @Nullable String digest,
            long checkpoint,
            long through,
            List<Finding> findings)
            throws Checkpoints.Unusable, Contradiction {
        long start = state.slot;
        LogState folded = state;
        ETag last = etag;
        boolean verified = start == LedgerSnapshot.NONE;
        for (Listed slot : slots(Math.max(start, 0), through)) {
            if (!verified) {
                verified = slot.number() == start && slot.stat().etag().equals(etag);
                if (!verified) {
                    throw new Checkpoints.Unusable("slot " + start + " of the log is another than the one it covers");
                }

                continue;
            }

            Text text = readSlot(slot, folded.slot + 1);
            String named = text.slot().checkpoint();
            if (digest != null && folded.slot == start && named != null && !named.equals(digest)) {
                throw new Checkpoints.Unusable(
                        "slot " + slot.number() + " names " + named + " as its digest and not " + digest);
            }

            if (folded == state) {
                folded = state.copy();
            }
            folded.take(text.slot().entry(), text.text());
            last = text.etag();
        }
        if (!verified) {
            throw new Checkpoints.Unusable("slot " + start + ", which it covers, is not in the log");
        }

        return new Reading(folded, last, checkpoint, findings);
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
        return new Text(
                parse(object.key(), text, expected), text, content.stat().etag());
    }

    static LedgerJson.Slot parse(String key, String text, long number) {
        LedgerJson.Slot slot = LedgerJson.readSlot(key, text);
        long base = slot.entry().base();
        if (base + 1 != number) {
            throw LedgerJson.broken(
                    key, "it was planned on slot " + base + ", so it belongs to slot " + (base + 1), null);
        }

        return slot;
    }
}
