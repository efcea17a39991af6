package io.convergence.raw;

import static java.util.Objects.requireNonNull;

import io.convergence.Finding;
import java.util.List;

/**
 * A raw file with what its content told, from reading it or from the ledger entry of its compaction.
 *
 * @param disputes places inside the file where row order and change counter disagree (rule S2); empty for most files
 */
public record TimelineFile(RawFile file, FileEvidence evidence, List<Finding> disputes) {
    public TimelineFile {
        requireNonNull(file, "file");
        requireNonNull(evidence, "evidence");
        disputes = List.copyOf(disputes);
    }

    public TimelineFile(RawFile file, FileEvidence evidence) {
        this(file, evidence, List.of());
    }
}
