package io.convergence.ledger;

import static java.util.Objects.requireNonNull;

import io.convergence.Finding;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The texts of slots for one reading of the log, each from its own object or from a tail. Whoever folds them asks
 * after each slot whether the chain is the one the next slot names, because what a tail says counts only then. Not thread-safe.
 */
final class SlotTexts {
    /** So many slots in a row without a tail to end with them are read before the others are read one by one. */
    private static final int MISSED = 3;

    /** From so many slots on a tail saves a request. */
    private static final int WORTH = 3;

    private final LogReader reader;
    private final @Nullable Tails tails;
    private final Map<Long, LogReader.Text> texts = new HashMap<>();
    /** Slots whose text is from a tail. */
    private final Set<Long> carried = new HashSet<>();
    /** What was found of tails, by key. */
    private final Map<String, Finding> findings = new HashMap<>();

    SlotTexts(LogReader reader, @Nullable Tails tails) {
        this.reader = reader;
        this.tails = tails;
    }

    /** A tail that was taken for true is not what the log says. */
    static final class Mistaken extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final boolean certain;

        /** @param certain whether nothing but a tail can be to blame */
        Mistaken(String why, boolean certain) {
            super(why);
            this.certain = certain;
        }

        boolean isCertain() {
            return certain;
        }
    }

    /** The same, but what tails said is forgotten and no other is asked for. */
    SlotTexts withoutTails() {
        var plain = new SlotTexts(reader, null);
        texts.forEach((slot, text) -> {
            if (!carried.contains(slot)) {
                plain.texts.put(slot, text);
            }
        });
        return plain;
    }

    /** What was found wrong with tails that were not used. */
    List<Finding> findings() {
        return List.copyOf(findings.values());
    }

    /** Gets the last of these slots, and those before it by as few requests as tails allow. */
    void fetch(List<LogReader.Listed> slots) {
        if (tails == null || slots.size() < WORTH) {
            return;
        }

        Map<Long, LogReader.Listed> listed = new HashMap<>();
        slots.forEach(slot -> listed.put(slot.number(), slot));
        long first = slots.get(0).number();
        LogReader.Listed last = slots.get(slots.size() - 1);
        LogReader.Text after = get(last, last.number());
        boolean hashed = after.etag().value().equals(Digests.md5(after.text()));
        long end = last.number() - 1;
        for (int missed = 0; end > first && missed < MISSED && listed.containsKey(end); ) {
            long begin = texts.containsKey(end) ? end : take(tails, end, first, after, listed, hashed);
            if (begin > end) {
                missed++;
                begin = end;
            }
            after = get(requireNonNull(listed.get(begin), "listed slot"), begin);
            end = begin - 1;
        }
    }

    /**
     * Takes the texts of a tail.
     *
     * @param after the slot after it
     * @param hashed whether the store's ETags are made of the content
     * @return the first slot that was taken; more than {@code end} if none was
     */
    private long take(
            Tails from,
            long end,
            long first,
            LogReader.Text after,
            Map<Long, LogReader.Listed> listed,
            boolean hashed) {
        if (after.slot().chain() == null) {
            return end + 1;
        }

        try {
            Optional<List<Tails.SlotText>> tail = from.load(end);
            if (tail.isEmpty()) {
                return end + 1;
            }

            Map<Long, LogReader.Text> told = new HashMap<>();
            for (Tails.SlotText text : tail.get()) {
                if (text.slot() >= first && !texts.containsKey(text.slot())) {
                    told.put(text.slot(), parsed(text, listed.get(text.slot()), hashed));
                }
            }
            texts.putAll(told);
            carried.addAll(told.keySet());
            return Math.max(first, tail.get().get(0).slot());
        } catch (Tails.Unusable e) {
            String key = reader.tailKey(end);
            findings.put(
                    key,
                    Finding.warning(
                            "TAIL_IGNORED",
                            key,
                            "It does not agree with the log: " + e.getMessage() + ". The slots were read one by one.",
                            "Nothing to do for the table's rows; delete the object to save time, and find out who changed it."));
            return end + 1;
        }
    }

    private LogReader.Text parsed(Tails.SlotText text, LogReader.@Nullable Listed listed, boolean hashed)
            throws Tails.Unusable {
        if (listed == null) {
            throw new Tails.Unusable("slot " + text.slot() + ", which it holds, is not in the log");
        }
        if (!listed.stat().etag().equals(text.etag())) {
            throw new Tails.Unusable("slot " + text.slot() + " of the log is another object than the one it holds");
        }
        if (hashed && !text.etag().value().equals(Digests.md5(text.text()))) {
            throw new Tails.Unusable("its text of slot " + text.slot() + " is not the one whose ETag it tells");
        }

        try {
            LedgerJson.Slot slot = reader.slot(listed.stat().key(), text.text(), text.slot());
            return new LogReader.Text(slot, text.text(), text.etag());
        } catch (LedgerException e) {
            throw new Tails.Unusable("its text of slot " + text.slot() + " cannot be read");
        }
    }

    /** @throws LedgerException if it is not the slot that is expected */
    LogReader.Text get(LogReader.Listed slot, long expected) {
        LogReader.Text known = texts.get(slot.number());
        if (known != null && slot.number() == expected) {
            return known;
        }

        LogReader.Text read = reader.readSlot(slot, expected);
        texts.put(slot.number(), read);
        return read;
    }

    /** It was folded: a log that must be read from its first slot must not stand in memory with all its texts. */
    void forget(long slot) {
        texts.remove(slot);
    }

    /** @throws Mistaken if the last slot's text is from a tail and the next slot, whose writer read the log, names another chain */
    void requireChain(LogState state) {
        LogReader.Text next = texts.get(state.slot + 1);
        if (!carried.contains(state.slot) && !carried.contains(state.slot + 1)) {
            return;
        }

        String named = next == null ? null : next.slot().chain();
        if (named == null ? carried.contains(state.slot) : !named.equals(state.chain)) {
            throw new Mistaken(
                    "slot " + (state.slot + 1) + " was planned on other texts than those up to slot " + state.slot,
                    true);
        }
    }

    /** @throws Mistaken if a tail may be to blame */
    void requireNoTails(Exception contradiction) {
        if (!carried.isEmpty()) {
            throw new Mistaken(String.valueOf(contradiction.getMessage()), false);
        }
    }
}
