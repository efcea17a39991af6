package io.convergence.pipeline;

import static java.util.Objects.requireNonNull;

import io.convergence.Finding;
import io.convergence.ledger.LedgerSnapshot;
import io.convergence.ledger.RawSource;
import io.convergence.raw.RawFile;
import io.convergence.raw.TableTimeline;
import java.util.List;

/**
 * A table's raw files and what the log knows of them, taken at one moment. Immutable; thread-safe.
 *
 * @param files as listed
 * @param timeline their order; compacted files stand in it by the raw files they replaced
 * @param snapshot the log when the files were listed
 * @param vanished raw files the log knows that are no longer there (rule S14)
 * @param findings of the listing
 */
public record Landing(
        List<RawFile> files,
        TableTimeline timeline,
        LedgerSnapshot snapshot,
        List<RawSource> vanished,
        List<Finding> findings) {
    public Landing {
        files = List.copyOf(files);
        requireNonNull(timeline, "timeline");
        requireNonNull(snapshot, "snapshot");
        vanished = List.copyOf(vanished);
        findings = List.copyOf(findings);
    }
}
