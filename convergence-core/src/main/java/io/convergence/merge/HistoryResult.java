package io.convergence.merge;

import io.convergence.Finding;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What the history of a table came to. Closed. Immutable; thread-safe. */
public sealed interface HistoryResult {
    List<Finding> findings();

    /**
     * The versions of all rows.
     *
     * @param versions by key; those of one key in the order in which they were
     * @param start inclusive: from then on the history is known, see {@link ChangeHistory}
     * @param complete exclusive: every change committed before it is in the history; null if there is none
     * @param heldFiles raw files (origins) with changes of the newest transaction, which is held (rule S7)
     */
    record Versions(
            List<RowVersion> versions,
            Instant start,
            @Nullable Instant complete,
            Set<String> heldFiles,
            MergeCounts counts,
            List<Finding> findings)
            implements HistoryResult {
        public Versions {
            versions = List.copyOf(versions);
            heldFiles = Set.copyOf(heldFiles);
            findings = List.copyOf(findings);
        }

        /** Exclusive; empty if there is no change. */
        public Optional<Instant> completeThrough() {
            return Optional.ofNullable(complete);
        }

        /**
         * The table at a moment, in key order.
         *
         * @throws IllegalArgumentException if the history starts later
         */
        public Stream<RowVersion> asOf(Instant moment) {
            if (moment.isBefore(start)) {
                throw new IllegalArgumentException(
                        "Cannot show the table at " + moment + ": its history starts at " + start + ".");
            }
            return versions.stream().filter(version -> version.at(moment));
        }

        /** The table after the newest change, in key order. */
        public Stream<RowVersion> current() {
            return versions.stream().filter(RowVersion::current);
        }
    }

    /**
     * The changes do not tell what was at some key at some commit, even where a later change tells what is there now. At
     * least one finding says why and where.
     */
    record Disputed(List<Finding> findings) implements HistoryResult {
        public Disputed {
            findings = List.copyOf(findings);
        }
    }
}
