package io.convergence.source;

import io.convergence.Finding;
import java.util.ArrayList;
import java.util.List;

/** The checks behind {@link SourceSchema#validate()}. */
final class SourceChecks {
    private SourceChecks() {}

    static List<Finding> findings(SourceSchema schema) {
        List<Finding> findings = new ArrayList<>();
        for (SourceTable table : schema.tables()) {
            String path = table.id().toString();
            if (table.primaryKey().isEmpty()) {
                findings.add(Finding.warning(
                        "TABLE_WITHOUT_KEY",
                        path,
                        "Table " + path + " has no primary key: its rows cannot be matched, and "
                                + keyless(schema.engine()) + ".",
                        "Give the table a primary key, or leave it out of the mappings."));
            } else if (table.rowImages() == RowImages.NONE) {
                findings.add(Finding.error(
                        "UPDATES_NOT_LOGGED",
                        path,
                        "Table " + path
                                + " does not log the key of the old row (rowImages none): its updates and deletes are not replicated, or cannot be matched.",
                        schema.engine() == SourceEngine.POSTGRESQL
                                ? "Run ALTER TABLE " + path + " REPLICA IDENTITY DEFAULT."
                                : "Switch on logging of the key columns for the table."));
            }
            for (SourceColumn column : table.columns()) {
                if (schema.engine() == SourceEngine.POSTGRESQL
                        && !column.nativeType().isEmpty()
                        && !PostgresTypes.documented(column.nativeType())) {
                    findings.add(Finding.warning(
                            "TYPE_NOT_DOCUMENTED",
                            path + "." + column.name(),
                            "The DMS guide does not say how type '" + column.nativeType() + "' arrives; it is taken as "
                                    + column.type() + ".",
                            "Compare a full-load file with the table before relying on this column."));
                }
            }
        }

        return List.copyOf(findings);
    }

    private static String keyless(SourceEngine engine) {
        return engine == SourceEngine.POSTGRESQL
                ? "PostgreSQL sources replicate no update and no delete of it"
                : "an update or delete cannot be told apart from those of equal rows";
    }
}
