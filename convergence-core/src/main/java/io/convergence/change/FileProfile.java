package io.convergence.change;

import static java.util.Objects.requireNonNull;

import io.convergence.Finding;
import io.convergence.raw.FileEvidence;
import io.convergence.schema.Column;
import java.util.List;

/**
 * What one pass over a raw file's own columns told. The evidence counts rows left out as bad input too.
 *
 * @param disputes where row order and change counter disagree (rule S2); empty for a sound file
 * @param columnNames all columns of the file in order, DMS's own included, as {@link SourceSpan#columns()} holds them
 * @param columns the table's own columns, as {@link ChangeCursor#columns()} gives them
 * @param counts what was passed over or could not be told
 */
public record FileProfile(
        FileEvidence evidence,
        List<Finding> disputes,
        List<String> columnNames,
        List<Column> columns,
        ReadCounts counts) {
    public FileProfile {
        requireNonNull(evidence, "evidence");
        disputes = List.copyOf(disputes);
        columnNames = List.copyOf(columnNames);
        columns = List.copyOf(columns);
        requireNonNull(counts, "counts");
    }
}
