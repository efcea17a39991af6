package io.convergence.testkit.histories;

import io.convergence.merge.KeyUniqueness;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What happens to a table, how its changes are delivered, and what must become of it, stated before anything is merged.
 *
 * @param seed it was drawn from
 * @param wholeImages whether the source logs whole rows
 * @param uniqueness when the source makes sure that keys are unique
 * @param retention how many commits tombstones are kept for (rule S12); 0 for ever
 * @param steps what happens
 * @param delivery when what arrives; what it leaves out arrives at the end
 * @param dispute the code of the finding that must stop the table; null if it must be published
 */
record History(
        long seed,
        boolean wholeImages,
        KeyUniqueness uniqueness,
        int retention,
        List<Step> steps,
        List<Batch> delivery,
        @Nullable String dispute) {
    History {
        steps = List.copyOf(steps);
        delivery = List.copyOf(delivery);
    }

    /**
     * What one merge is given.
     *
     * @param settled whether the newest transaction is taken for whole
     * @param crash whether a first process dies before it commits
     */
    record Batch(List<Piece> pieces, boolean settled, boolean crash) {
        Batch {
            pieces = List.copyOf(pieces);
        }
    }

    /**
     * A change, or a part of a load, by the step that makes it.
     *
     * @param again whether it comes in a file written again
     */
    record Piece(int no, int part, boolean again) {
        Piece once() {
            return new Piece(no, part, false);
        }
    }

    History withSteps(List<Step> other) {
        return new History(seed, wholeImages, uniqueness, retention, other, delivery, dispute);
    }

    History withDelivery(List<Batch> other) {
        return new History(seed, wholeImages, uniqueness, retention, steps, other, dispute);
    }

    /** Two histories with the same text are the same. */
    String text() {
        return wholeImages + " " + uniqueness + " " + retention + " " + steps + " " + delivery + " " + dispute;
    }
}
