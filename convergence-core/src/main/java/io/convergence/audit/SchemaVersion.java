package io.convergence.audit;

import static java.util.Objects.requireNonNull;

import io.convergence.schema.Column;
import io.convergence.schema.SchemaChange;
import java.util.List;

/**
 * A table's own columns as a stretch of files has them; types are the files' own.
 *
 * @param firstFile the file that begins it
 * @param files how many files have it before the next version
 * @param changes against the version before; empty for the first
 */
public record SchemaVersion(String firstFile, long files, List<Column> columns, List<SchemaChange> changes) {
    public SchemaVersion {
        requireNonNull(firstFile, "firstFile");
        columns = List.copyOf(columns);
        changes = List.copyOf(changes);
    }
}
