package io.convergence.audit;

import static java.util.Objects.requireNonNull;

import io.convergence.schema.DataType;

/**
 * What the rows read tell of one of the table's own columns.
 *
 * @param filled cells with a value
 * @param nulls cells that are null; in a key-only delete, and where the source logged nothing, too
 * @param missing cells the file does not hold
 * @param emptyTexts values that are the empty text
 * @param notANumber values that are NaN
 * @param booleanTexts values that are a text true, false, t or f in any case
 */
public record ColumnFacts(
        String name,
        DataType type,
        long filled,
        long nulls,
        long missing,
        long emptyTexts,
        long notANumber,
        long booleanTexts) {
    public ColumnFacts {
        requireNonNull(name, "name");
        requireNonNull(type, "type");
    }

    /** Whether it is a text column that holds nothing but booleans, as DMS writes PostgreSQL's by default. */
    public boolean booleansAsText() {
        return type.kind().text() && filled > 0 && booleanTexts == filled;
    }

    public boolean allNull() {
        return filled == 0 && nulls > 0;
    }
}
