package io.convergence.change;

import static java.util.Objects.requireNonNull;

/**
 * What makes two rows the same change delivered twice (rule S3): within a run the change sequence; without a sequence,
 * and in a full load, the file and row it was first written in.
 */
public record ChangeId(String text) {
    public ChangeId {
        requireNonNull(text, "text");
    }

    public static ChangeId of(ChangePosition position) {
        if (position instanceof ChangePosition.Sequenced sequenced) {
            return new ChangeId(sequenced.generation() + "|" + sequenced.run() + "|" + sequenced.sequence());
        }

        return new ChangeId(position.encode());
    }
}
