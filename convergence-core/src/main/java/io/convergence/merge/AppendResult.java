package io.convergence.merge;

import io.convergence.Finding;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What an append to a change log came to. Closed. Immutable; thread-safe. */
public sealed interface AppendResult {
    MergeCounts counts();

    List<Finding> findings();

    /**
     * Changes to append.
     *
     * @param entries in position order
     * @param heldFiles raw files (origins) with changes that are held; they must not be recorded as applied and be given again
     * @param complete exclusive: every change committed before it is in the log; null if no commit timestamp is known
     */
    record Appended(
            List<LogEntry> entries,
            Set<String> heldFiles,
            @Nullable Instant complete,
            MergeCounts counts,
            List<Finding> findings)
            implements AppendResult {
        public Appended {
            entries = List.copyOf(entries);
            heldFiles = Set.copyOf(heldFiles);
            findings = List.copyOf(findings);
        }

        /** Exclusive; empty if no commit timestamp is known. */
        public Optional<Instant> completeThrough() {
            return Optional.ofNullable(complete);
        }
    }

    /** Nothing is appended; at least one finding says why and where. */
    record Disputed(MergeCounts counts, List<Finding> findings) implements AppendResult {
        public Disputed {
            findings = List.copyOf(findings);
        }
    }
}
