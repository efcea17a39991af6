package io.convergence.compact;

import io.convergence.raw.FileEvidence;
import java.util.BitSet;
import java.util.Optional;
import org.apache.parquet.io.api.Binary;
import org.jspecify.annotations.Nullable;

/**
 * Whether rows of a raw file that is gone still begin and end with the change sequences it began and ended with, and their
 * counters rise between. Which column has them is not told: it is the one that does. Not thread-safe.
 */
final class SequenceOrder {
    /** Digits of a sequence that tell the time; the source's clock may step back while the counter rises (rule S2). */
    private static final int TIME_DIGITS = 16;

    private final FileEvidence evidence;
    private final BitSet candidates;
    private final BitSet backwards = new BitSet();
    private final @Nullable String[] last;

    SequenceOrder(FileEvidence evidence, int columns) {
        this.evidence = evidence;
        this.candidates = new BitSet(columns);
        candidates.set(0, columns);
        this.last = new @Nullable String[columns];
    }

    /**
     * What is wrong.
     *
     * @param certain whether it cannot have been so in the raw file
     */
    record Fault(String what, boolean certain) {}

    /** @param cells of the next row */
    void add(@Nullable Object[] cells) {
        String first = evidence.firstSequence();
        if (first == null) {
            return;
        }

        for (int i = candidates.nextSetBit(0); i >= 0; i = candidates.nextSetBit(i + 1)) {
            Object cell = cells[i];
            if (cell == null || (cell instanceof Binary empty && empty.length() == 0)) {
                continue;
            }

            String before = last[i];
            String text = cell instanceof Binary binary ? binary.toStringUsingUTF8() : "";
            if (before == null && !text.equals(first)) {
                candidates.clear(i);
            } else if (before != null && counter(before).compareTo(counter(text)) >= 0) {
                backwards.set(i);
            }
            last[i] = text;
        }
    }

    private static String counter(String sequence) {
        return sequence.length() <= TIME_DIGITS ? sequence : sequence.substring(TIME_DIGITS);
    }

    /** Empty if nothing is wrong, or nothing is known, after all rows were added. */
    Optional<Fault> fault() {
        String first = evidence.firstSequence();
        String end = evidence.lastSequence();
        if (first == null || end == null) {
            return Optional.empty();
        }

        BitSet fitting = new BitSet();
        candidates.stream().filter(i -> end.equals(last[i])).forEach(fitting::set);
        if (fitting.isEmpty()) {
            return Optional.of(new Fault(
                    "no column begins with change sequence " + first + " and ends with " + end
                            + ", as the log has it of the file",
                    true));
        }

        fitting.andNot(backwards);
        return fitting.isEmpty()
                ? Optional.of(new Fault(
                        "their change sequences begin and end as the log has it, but their counters do not rise between",
                        false))
                : Optional.empty();
    }
}
