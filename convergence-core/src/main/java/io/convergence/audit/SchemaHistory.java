package io.convergence.audit;

import io.convergence.Finding;
import io.convergence.TableId;
import io.convergence.schema.Column;
import io.convergence.schema.SchemaChange;
import io.convergence.schema.TableSchema;
import java.util.ArrayList;
import java.util.List;

/** A table's columns from file to file (rules S14, S15). */
final class SchemaHistory {
    /** A table whose columns change more often is not described by a longer list. */
    private static final int MOST_VERSIONS = 50;

    private final TableId table;
    private final List<SchemaVersion> versions = new ArrayList<>();
    private final List<Finding> findings;

    SchemaHistory(TableId table, List<Finding> findings) {
        this.table = table;
        this.findings = findings;
    }

    /** @param files in the order of the history; those without known columns are passed over */
    List<SchemaVersion> of(List<AuditedFile> files) {
        List<Column> current = null;
        List<SchemaChange> changes = List.of();
        String firstFile = "";
        long count = 0;
        for (AuditedFile file : files) {
            List<Column> columns = file.columns();
            if (columns == null) {
                continue;
            }
            if (current == null || !sameColumns(current, columns)) {
                if (current != null) {
                    versions.add(new SchemaVersion(firstFile, count, current, changes));
                    changes = SchemaChange.between(schema(current), schema(columns));
                    report(file.key(), changes);
                }
                current = columns;
                firstFile = file.key();
                count = 0;
            }
            count++;
            if (versions.size() >= MOST_VERSIONS) {
                findings.add(Finding.warning(
                        "SCHEMA_UNSTEADY",
                        table.toString(),
                        "Its columns change more than " + MOST_VERSIONS
                                + " times from file to file; only the first changes are listed.",
                        "Check whether two tasks with different mappings write this table to one place."));
                return versions;
            }
        }
        if (current != null) {
            versions.add(new SchemaVersion(firstFile, count, current, changes));
        }
        return versions;
    }

    private static boolean sameColumns(List<Column> one, List<Column> other) {
        return one == other || one.equals(other);
    }

    private TableSchema schema(List<Column> columns) {
        return new TableSchema(table, columns, List.of());
    }

    private void report(String key, List<SchemaChange> changes) {
        for (SchemaChange change : changes) {
            if (change instanceof SchemaChange.RenameSuspected rename) {
                findings.add(Finding.warning(
                        "RENAME_SUSPECTED",
                        key,
                        "From this file on columns " + rename.vanished() + " are gone and " + rename.appeared()
                                + " are new: somebody renamed them, or dropped some and added others.",
                        "Declare which became which before the table is merged on."));
            } else if (change instanceof SchemaChange.TypeChanged type
                    && type.widened().isEmpty()) {
                findings.add(Finding.error(
                        "TYPE_NOT_WIDENABLE",
                        key,
                        "From this file on column '" + type.column() + "' is " + type.after() + " instead of "
                                + type.before() + ", and no DMS type holds the values of both.",
                        "Reload the table, or map the column to one type in the table mappings."));
            } else {
                findings.add(
                        Finding.info("SCHEMA_DRIFT", key, "From this file on " + text(change) + ".", advice(change)));
            }
        }
    }

    static String text(SchemaChange change) {
        if (change instanceof SchemaChange.ColumnAdded added) {
            return "there is a column " + added.column();
        }
        if (change instanceof SchemaChange.ColumnDropped dropped) {
            return "there is no column " + dropped.column();
        }
        if (change instanceof SchemaChange.TypeChanged type) {
            return "column '" + type.column() + "' is " + type.after() + " instead of " + type.before();
        }
        if (change instanceof SchemaChange.RenameSuspected rename) {
            return "columns " + rename.vanished() + " are gone and " + rename.appeared() + " are new";
        }

        return change.toString();
    }

    private static String advice(SchemaChange change) {
        return change instanceof SchemaChange.ColumnAdded
                ? "Nothing to do if it has no default at the source; else declare the default: no file shows it in older rows."
                : "Nothing to do.";
    }
}
