package io.convergence.change;

import static java.util.Objects.requireNonNull;

import io.convergence.raw.FileEvidence;
import io.convergence.schema.Column;
import io.convergence.store.ETag;
import io.convergence.store.ObjectStat;
import java.time.Instant;
import java.util.List;

/**
 * One raw file's rows inside a compacted file. Spans follow each other without gaps, each holds its file's rows in
 * order; so every row can be traced to the file and row it came from (rule S18).
 *
 * @param columns names of all columns the raw file had, DMS's own included; cells of others are ABSENT
 * @param types what these columns were in the raw file, one for each, where the compacted file may have a wider type (rule
 *     S15); empty if not known, as in files of the first release: then they are what the compacted file has
 * @param firstRow row in the compacted file, from 0, of the raw file's row 0
 */
public record SourceSpan(
        String key,
        ETag etag,
        Instant lastModified,
        long size,
        FileEvidence evidence,
        List<String> columns,
        List<Column> types,
        long firstRow) {
    public SourceSpan {
        requireNonNull(key, "key");
        requireNonNull(etag, "etag");
        requireNonNull(lastModified, "lastModified");
        requireNonNull(evidence, "evidence");
        columns = List.copyOf(columns);
        types = List.copyOf(types);
        if (!types.isEmpty() && !types.stream().map(Column::name).toList().equals(columns)) {
            throw new IllegalArgumentException("Cannot trace rows of '" + key + "': there are types of columns "
                    + types.stream().map(Column::name).toList() + ", it has columns " + columns + ".");
        }
    }

    /** A span whose columns are of the types that the compacted file has. */
    public SourceSpan(
            String key,
            ETag etag,
            Instant lastModified,
            long size,
            FileEvidence evidence,
            List<String> columns,
            long firstRow) {
        this(key, etag, lastModified, size, evidence, columns, List.of(), firstRow);
    }

    public long rows() {
        return evidence.rows();
    }

    /** The same rows in another place of a compacted file. */
    public SourceSpan startingAt(long row) {
        return new SourceSpan(key, etag, lastModified, size, evidence, columns, types, row);
    }

    /** The same span with what its columns were in the raw file. */
    public SourceSpan withTypes(List<Column> columnTypes) {
        return new SourceSpan(key, etag, lastModified, size, evidence, columns, columnTypes, firstRow);
    }

    public ObjectStat stat() {
        return ObjectStat.of(key, size, etag, lastModified);
    }
}
