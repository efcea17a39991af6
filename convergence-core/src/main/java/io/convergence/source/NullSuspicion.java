package io.convergence.source;

import static java.util.Objects.requireNonNull;

import io.convergence.schema.DataType;
import java.util.ArrayList;
import java.util.List;

/**
 * The columns of a table in which a null in an update row does not prove that the source holds null (rule S8): the value
 * may just not have been logged. Such a null is taken as unknown. Immutable and thread-safe.
 *
 * @param impossible NOT NULL columns: a null there is never real
 * @param suspect nullable columns whose value the source may leave out of an update
 */
public record NullSuspicion(List<String> impossible, List<String> suspect) {
    /** PostgreSQL keeps values up to the size of an aligned TOAST pointer in the row ({@code toast_insert_or_update}). */
    private static final int TOAST_POINTER_BYTES = 24;

    /** PostgreSQL starts to move values out of a row that is larger than this (TOAST_TUPLE_THRESHOLD with pages of 8 kB). */
    private static final int TOAST_ROW_BYTES = 2032;

    private static final int TUPLE_HEADER_BYTES = 23;
    private static final int VARLENA_HEADER_BYTES = 4;
    private static final int ALIGNMENT_BYTES = 7;

    public NullSuspicion {
        impossible = List.copyOf(impossible);
        suspect = List.copyOf(suspect);
    }

    public static NullSuspicion of(SourceEngine engine, SourceTable table) {
        requireNonNull(engine, "engine");
        List<String> impossible = new ArrayList<>();
        List<String> suspect = new ArrayList<>();
        for (SourceColumn column : table.columns()) {
            if (!column.nullable() || table.primaryKey().contains(column.name())) {
                impossible.add(column.name());
            } else if (suspect(engine, table, column)) {
                suspect.add(column.name());
            }
        }

        return new NullSuspicion(impossible, suspect);
    }

    /** Both lists, in this order. */
    public List<String> unknown() {
        List<String> all = new ArrayList<>(impossible);
        all.addAll(suspect);
        return List.copyOf(all);
    }

    private static boolean suspect(SourceEngine engine, SourceTable table, SourceColumn column) {
        if (table.rowImages() == RowImages.FULL) {
            return false;
        }

        return switch (engine) {
            case POSTGRESQL -> mayBeStoredOutOfLine(table, column);
            // Without ALL-column logging an update carries the key and the columns it set, nothing else.
            case ORACLE -> true;
            // Declared as less than full, and nothing is known of which columns are left out: none may be trusted.
            case SQL_SERVER, MYSQL, MARIADB, SAP_ASE, MONGODB, DOCUMENTDB -> true;
        };
    }

    /**
     * PostgreSQL moves the largest value of an oversized row out of it first. So a column is at risk only if the row can be
     * oversized while every other value is no larger than this column's largest.
     */
    private static boolean mayBeStoredOutOfLine(SourceTable table, SourceColumn column) {
        if (column.fixedWidth() || column.maxBytes() <= TOAST_POINTER_BYTES || boundedNumeric(column)) {
            return false;
        }
        if (column.maxBytes() == SourceColumn.UNBOUNDED) {
            return true;
        }

        long row = TUPLE_HEADER_BYTES + ALIGNMENT_BYTES + (table.columns().size() + 7L) / 8;
        for (SourceColumn other : table.columns()) {
            long overhead = other.fixedWidth() ? ALIGNMENT_BYTES : VARLENA_HEADER_BYTES + ALIGNMENT_BYTES;
            row += Math.min(other.maxBytes(), column.maxBytes()) + overhead;
        }

        return row > TOAST_ROW_BYTES;
    }

    /** A NUMERIC with a declared precision stays far below the size at which a row outgrows its page. */
    private static boolean boundedNumeric(SourceColumn column) {
        return column.type().kind() == DataType.Kind.NUMERIC && column.maxBytes() != SourceColumn.UNBOUNDED;
    }
}
