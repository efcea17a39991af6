package io.convergence.curated;

import static java.util.Objects.requireNonNull;

import io.convergence.schema.Column;
import io.convergence.schema.DataType;
import io.convergence.schema.TableSchema;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The names of the columns that an append-only change log has before the table's own. Immutable; thread-safe.
 *
 * @param changeId what makes two deliveries the same change, text; each stands in the log once
 * @param position text that sorts in the order of the changes, see {@link io.convergence.merge.LogPosition}
 * @param operation {@code I}, {@code U} or {@code D}; a row of a full load is {@code I}
 * @param commitTime when the change was committed, as DMS wrote it; null for rows of a full load
 * @param source {@code load} or {@code cdc}
 * @param file the raw file the change was first written in
 * @param row its row there, from 0
 * @param unknown the columns that the change does not tell and that are null here, as a JSON array of names; null if it
 *     tells all
 * @param beforePrefix before the name of each key column: its value before an update that changed the key, else null
 */
public record LogColumns(
        String changeId,
        String position,
        String operation,
        String commitTime,
        String source,
        String file,
        String row,
        String unknown,
        String beforePrefix) {
    public static final String DEFAULT_PREFIX = "_";

    static final int CHANGE_ID = 0;
    static final int POSITION = 1;
    static final int OPERATION = 2;
    static final int COMMIT_TIME = 3;
    static final int SOURCE = 4;
    static final int FILE = 5;
    static final int ROW = 6;
    static final int UNKNOWN = 7;
    static final int BEFORE = 8;

    public LogColumns {
        requireNonNull(beforePrefix, "beforePrefix");
        List<String> names = List.of(changeId, position, operation, commitTime, source, file, row, unknown);
        Set<String> different = new LinkedHashSet<>();
        names.forEach(name -> different.add(name.toLowerCase(Locale.ROOT)));
        if (different.size() < names.size() || different.contains("")) {
            throw new IllegalArgumentException("Cannot name the columns of a change log " + names
                    + ": each needs a name of its own, whatever its case.");
        }
    }

    /** {@code _change_id}, {@code _position}, {@code _op}, {@code _commit_time}, {@code _source}, {@code _file}, {@code _row}, {@code _unknown}, and {@code _before_} before key columns. */
    public static LogColumns defaults() {
        return withPrefix(DEFAULT_PREFIX);
    }

    /** The standard names with another prefix. */
    public static LogColumns withPrefix(String prefix) {
        return new LogColumns(
                prefix + "change_id",
                prefix + "position",
                prefix + "op",
                prefix + "commit_time",
                prefix + "source",
                prefix + "file",
                prefix + "row",
                prefix + "unknown",
                prefix + "before_");
    }

    List<String> names() {
        return List.of(changeId, position, operation, commitTime, source, file, row, unknown, beforePrefix);
    }

    /**
     * All columns of the log of a table: these, then the table's own, which may become more.
     *
     * @throws CuratedTableException if one of these has the name of a column of the table
     */
    List<Column> of(TableSchema schema) {
        DataType text = DataType.of(DataType.Kind.STRING);
        List<Column> columns = new ArrayList<>(List.of(
                Column.required(changeId, text),
                Column.required(position, text),
                Column.required(operation, DataType.string(1)),
                Column.nullable(commitTime, DataType.datetime(6)),
                Column.required(source, DataType.string(4)),
                Column.required(file, text),
                Column.required(row, DataType.of(DataType.Kind.INT8)),
                Column.nullable(unknown, text)));
        for (String key : schema.primaryKey()) {
            Column column = schema.column(key).orElseThrow();
            columns.add(Column.nullable(beforePrefix + key, column.type()));
        }
        schema.columns().forEach(column -> columns.add(Column.nullable(column.name(), column.type())));
        requireDifferent(schema, columns, "change log", "LogColumns.withPrefix");
        return columns;
    }

    /** Engines do not tell names by case. */
    static void requireDifferent(TableSchema schema, List<Column> columns, String what, String fix) {
        Set<String> names = new LinkedHashSet<>();
        for (Column column : columns) {
            if (!names.add(column.name().toLowerCase(Locale.ROOT))) {
                throw CuratedTableException.schema(
                        "table " + schema.table() + " has a column '" + column.name()
                                + "', and so have the columns that a " + what + " adds.",
                        "Choose other names for those: " + fix + "(…).");
            }
        }
    }
}
