package io.convergence.testkit.dms;

import io.convergence.TableId;
import java.util.List;

/**
 * A table as the database's catalog has it when the stand-in starts.
 *
 * @param objectId {@code pg_class.oid}, which survives renames
 * @param replicaIdentity {@code pg_class.relreplident}: d, f, i or n
 */
record CatalogTable(
        int objectId,
        TableId id,
        char replicaIdentity,
        List<TableShape.SourceColumn> columns,
        List<String> primaryKey) {
    CatalogTable {
        columns = List.copyOf(columns);
        primaryKey = List.copyOf(primaryKey);
    }

    /** Whether PostgreSQL lets the table be updated while its updates are published. */
    boolean updatesCanBePublished() {
        return switch (replicaIdentity) {
            case 'f', 'i' -> true;
            case 'd' -> !primaryKey.isEmpty();
            default -> false;
        };
    }
}
