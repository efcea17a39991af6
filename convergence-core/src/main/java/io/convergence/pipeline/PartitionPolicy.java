package io.convergence.pipeline;

import static java.util.Objects.requireNonNull;

import io.convergence.curated.Partitioning;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * By what the files of a merged table are parted, and what becomes of a table that is published otherwise. Immutable; thread-safe.
 *
 * @param partitioning null for that of the published table, and none for a new one
 * @param change if the published table has another
 */
public record PartitionPolicy(@Nullable Partitioning partitioning, Change change) {
    /** What to do with a table that is published in another partitioning. */
    public enum Change {
        /** Refuse to merge it. A reload gets the new partitioning in any case. */
        REFUSE,
        /** Write all of its files anew, by the next merge. */
        REWRITE
    }

    public PartitionPolicy {
        requireNonNull(change, "change");
    }

    /** A table goes on as it is. */
    public static PartitionPolicy asPublished() {
        return new PartitionPolicy(null, Change.REFUSE);
    }

    public static PartitionPolicy of(Partitioning partitioning, Change change) {
        return new PartitionPolicy(requireNonNull(partitioning, "partitioning"), change);
    }

    Optional<Partitioning> wanted() {
        return Optional.ofNullable(partitioning);
    }
}
