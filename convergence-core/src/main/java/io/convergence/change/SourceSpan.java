package io.convergence.change;

import static java.util.Objects.requireNonNull;

import io.convergence.raw.FileEvidence;
import io.convergence.store.ETag;
import io.convergence.store.ObjectStat;
import java.time.Instant;
import java.util.List;

/**
 * One raw file's rows inside a compacted file. Spans follow each other without gaps, each holds its file's rows in
 * order; so every row can be traced to the file and row it came from (rule S18).
 *
 * @param columns names of all columns the raw file had, DMS's own included; cells of others are ABSENT
 * @param firstRow row in the compacted file, from 0, of the raw file's row 0
 */
public record SourceSpan(
        String key,
        ETag etag,
        Instant lastModified,
        long size,
        FileEvidence evidence,
        List<String> columns,
        long firstRow) {
    public SourceSpan {
        requireNonNull(key, "key");
        requireNonNull(etag, "etag");
        requireNonNull(lastModified, "lastModified");
        requireNonNull(evidence, "evidence");
        columns = List.copyOf(columns);
    }

    public long rows() {
        return evidence.rows();
    }

    /** The same rows in another place of a compacted file. */
    public SourceSpan startingAt(long row) {
        return new SourceSpan(key, etag, lastModified, size, evidence, columns, row);
    }

    public ObjectStat stat() {
        return ObjectStat.of(key, size, etag, lastModified);
    }
}
