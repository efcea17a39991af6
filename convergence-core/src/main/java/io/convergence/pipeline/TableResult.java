package io.convergence.pipeline;

import static java.util.Objects.requireNonNull;

import io.convergence.Finding;
import io.convergence.TableId;
import io.convergence.change.ReadCounts;
import io.convergence.merge.MergeCounts;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a merge did with one table. Immutable; thread-safe.
 *
 * @param slot the ledger's newest slot after it; -1 if it has none, or if the table failed
 * @param filesRead raw and compacted files read
 * @param rows rows of the published table; -1 if none was published, or if the table failed
 * @param merged counts of the changes; null if it did not come to a merge
 * @param read what the files held, and what of them was passed over or could not be told
 * @param findings what a person should know, in order
 * @param completeUntil exclusive: the published table holds every change committed before it, as far as files have come; null if
 *     not known. A file that came late and is not applied lowers it (rule S11)
 */
public record TableResult(
        TableId table,
        TableState state,
        long slot,
        int filesRead,
        long rows,
        @Nullable MergeCounts merged,
        ReadCounts read,
        List<Finding> findings,
        @Nullable Instant completeUntil) {
    /** The code of findings that tell of a file set aside by a {@link SchemaPolicy}; their path is its key. */
    public static final String FILE_QUARANTINED = "FILE_QUARANTINED";

    public TableResult {
        requireNonNull(table, "table");
        requireNonNull(state, "state");
        requireNonNull(read, "read");
        findings = List.copyOf(findings);
    }

    public Optional<MergeCounts> counts() {
        return Optional.ofNullable(merged);
    }

    public Optional<Instant> completeThrough() {
        return Optional.ofNullable(completeUntil);
    }

    /** Keys of raw files that a {@link SchemaPolicy} sets aside: their changes are not in the table. */
    public List<String> quarantinedFiles() {
        return findings.stream()
                .filter(finding -> finding.code().equals(FILE_QUARANTINED))
                .map(Finding::path)
                .toList();
    }

    /** Whether the published table is as good as the files allow. */
    public boolean settled() {
        return state == TableState.PUBLISHED || state == TableState.UNCHANGED;
    }
}
