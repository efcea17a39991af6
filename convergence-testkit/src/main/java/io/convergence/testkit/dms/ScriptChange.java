package io.convergence.testkit.dms;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A change as the source logged it, to be written once or again.
 *
 * @param shape of the table at that time
 * @param row the new row; null in a delete
 * @param before what was logged of the old row
 */
record ScriptChange(
        ScriptTable table,
        TableShape shape,
        RowOperation operation,
        long transaction,
        Instant commitTime,
        String sequence,
        @Nullable Tuple row,
        PgMessage.@Nullable OldTuple before) {
    ScriptChange withSequence(String other) {
        return new ScriptChange(table, shape, operation, transaction, commitTime, other, row, before);
    }

    @Nullable
    Object[] cells() {
        RowHeader header = new RowHeader(operation, commitTime, sequence, Long.toString(transaction));
        if (row == null) {
            return shape.delete(header, requireNonNull(before));
        }
        return operation == RowOperation.INSERT ? shape.insert(header, row) : shape.update(header, row, before);
    }
}
