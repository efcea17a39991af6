package io.convergence.audit;

import static java.util.Objects.requireNonNull;

import io.convergence.Finding;
import io.convergence.change.ParquetFacts;
import io.convergence.change.SourceSpan;
import io.convergence.raw.RawFormat;
import io.convergence.store.ObjectStat;
import io.convergence.store.ObjectStore;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What one file is: a raw file of DMS's or a compacted one, whatever its name. Its text is for people, {@link #toJson}
 * for machines. Immutable; thread-safe.
 *
 * @param footer what a Parquet file says of itself; null for CSV, and if it cannot be read
 * @param sources the raw files whose rows a compacted file holds; empty for a raw file
 * @param columns DMS's own columns as declared or recognised
 * @param rows what the rows told; null if none could be read
 * @param complete whether all rows were read
 * @param findings what is odd, and what could not be read and why
 */
public record FileInspection(
        ObjectStat file,
        RawFormat format,
        @Nullable ParquetFacts footer,
        List<SourceSpan> sources,
        DmsColumns columns,
        @Nullable RowFacts rows,
        boolean complete,
        List<Finding> findings) {
    public FileInspection {
        requireNonNull(file, "file");
        requireNonNull(format, "format");
        requireNonNull(columns, "columns");
        sources = List.copyOf(sources);
        findings = List.copyOf(findings);
    }

    /**
     * Inspects a file: its footer, then its rows in one pass, after a look at the first of them to recognise DMS's columns.
     * Whatever is wrong with the file becomes a finding, {@code FILE_UNREADABLE}; only faults of the store are thrown.
     *
     * @throws io.convergence.store.StoreException if it cannot be read, or has changed since {@code file} was taken
     */
    public static FileInspection of(
            ObjectStore store, ObjectStat file, InspectionOptions options, AuditListener listener) {
        return new Inspector(
                        requireNonNull(store, "store"),
                        requireNonNull(file, "file"),
                        requireNonNull(options, "options"),
                        requireNonNull(listener, "listener"))
                .inspect();
    }

    public Optional<ParquetFacts> parquet() {
        return Optional.ofNullable(footer);
    }

    public Optional<RowFacts> rowFacts() {
        return Optional.ofNullable(rows);
    }

    /** All of it as one JSON object. */
    public String toJson() {
        return ReportJson.of(this);
    }

    /** All of it for people, in aligned columns. */
    @Override
    public String toString() {
        return InspectionText.of(this);
    }
}
