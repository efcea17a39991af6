package io.convergence.change;

import static java.util.Objects.requireNonNull;

import io.convergence.Finding;
import io.convergence.raw.FileEvidence;
import io.convergence.raw.FileVolume;
import io.convergence.schema.Column;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What one pass over a raw file's own columns told. The evidence counts rows left out as bad input too.
 *
 * @param disputes where row order and change counter disagree (rule S2); empty for a sound file
 * @param columnNames all columns of the file in order, DMS's own included, as {@link SourceSpan#columns()} holds them
 * @param columns the table's own columns, as {@link ChangeCursor#columns()} gives them
 * @param counts what was passed over or could not be told
 * @param volume what the footer told of sizes; null if there is none (CSV) or it could not be read
 * @param storedTypes how a Parquet file stores each of {@code columnNames}, as schemas of Parquet spell it, e.g.
 *     {@code int64 (TIMESTAMP(MICROS,true))}; empty for CSV, and if columns are nested or repeated
 */
public record FileProfile(
        FileEvidence evidence,
        List<Finding> disputes,
        List<String> columnNames,
        List<Column> columns,
        ReadCounts counts,
        @Nullable FileVolume volume,
        List<String> storedTypes) {
    public FileProfile {
        requireNonNull(evidence, "evidence");
        disputes = List.copyOf(disputes);
        columnNames = List.copyOf(columnNames);
        columns = List.copyOf(columns);
        requireNonNull(counts, "counts");
        storedTypes = List.copyOf(storedTypes);
    }

    public FileProfile(
            FileEvidence evidence,
            List<Finding> disputes,
            List<String> columnNames,
            List<Column> columns,
            ReadCounts counts) {
        this(evidence, disputes, columnNames, columns, counts, null, List.of());
    }

    public Optional<FileVolume> footer() {
        return Optional.ofNullable(volume);
    }

    FileProfile withFooter(FileVolume known, List<String> types) {
        return new FileProfile(evidence, disputes, columnNames, columns, counts, known, types);
    }
}
