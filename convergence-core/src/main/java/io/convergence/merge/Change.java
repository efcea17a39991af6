package io.convergence.merge;

import io.convergence.change.CellState;
import io.convergence.change.ChangeId;
import io.convergence.change.ChangePosition;
import io.convergence.change.ChangeRecord;
import io.convergence.change.Operation;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A change in the terms of the merge: its keys, and its cells by place in the published columns. */
final class Change {
    private final ChangeRecord record;
    private final ChangePosition position;
    private final ChangeId id;
    private final MergeKey key;
    private final @Nullable MergeKey oldKey;
    private final CellState[] states;
    private final @Nullable Object[] values;
    private final CellState[] oldStates;
    private final @Nullable Object[] oldValues;
    private final @Nullable String transaction;

    Change(
            ChangeRecord record,
            MergeKey key,
            @Nullable MergeKey oldKey,
            CellState[] states,
            @Nullable Object[] values,
            CellState[] oldStates,
            @Nullable Object[] oldValues) {
        this.record = record;
        this.position = record.position();
        this.id = record.id();
        this.key = key;
        this.oldKey = oldKey;
        this.states = states;
        this.values = values;
        this.oldStates = oldStates;
        this.oldValues = oldValues;
        this.transaction = transaction(record, position);
    }

    /**
     * Rows of one transaction share the commit timestamp. Coarse timestamps can only join transactions, which makes the
     * merge ask more of the images, never less. Load rows have none.
     */
    private static @Nullable String transaction(ChangeRecord record, ChangePosition position) {
        if (position instanceof ChangePosition.Load) {
            return null;
        }
        if (record.timestamp().isPresent()) {
            return record.timestamp().get().toString();
        }
        return record.sequence()
                .map(sequence -> sequence.timePart())
                .orElseGet(() -> record.origin().key());
    }

    ChangeRecord record() {
        return record;
    }

    ChangePosition position() {
        return position;
    }

    ChangeId id() {
        return id;
    }

    Operation operation() {
        return record.operation();
    }

    MergeKey key() {
        return key;
    }

    /** The key before the change, if it is another one. */
    @Nullable
    MergeKey oldKey() {
        return oldKey;
    }

    boolean isLoad() {
        return position instanceof ChangePosition.Load;
    }

    @Nullable
    String transaction() {
        return transaction;
    }

    CellState[] states() {
        return states;
    }

    @Nullable
    Object[] values() {
        return values;
    }

    CellState[] oldStates() {
        return oldStates;
    }

    @Nullable
    Object[] oldValues() {
        return oldValues;
    }

    /** Whether the row of this change says the same as the other's, wherever they stand. */
    boolean sameContent(Change other) {
        return operation() == other.operation()
                && key.equals(other.key)
                && java.util.Objects.equals(oldKey, other.oldKey)
                && Arrays.equals(states, other.states)
                && Arrays.equals(values, other.values);
    }

    String place() {
        return record.origin().toString();
    }
}
