package io.convergence.merge;

import io.convergence.change.CellState;
import io.convergence.change.ChangeRecord;
import io.convergence.change.Operation;
import io.convergence.change.RowImage;
import io.convergence.change.RowOrigin;
import io.convergence.schema.Column;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Turns records into {@link Change}s of one table. Not thread-safe. */
final class ChangeDecoder {
    private static final CellState[] NO_STATES = {};
    private static final Object[] NO_VALUES = {};

    private final MergePolicy policy;
    private final RowLayout layout;
    private final int[] keyPlaces;
    private @Nullable List<Column> mappedColumns;
    private int[] mapping = {};

    ChangeDecoder(MergePolicy policy, RowLayout layout) {
        this.policy = policy;
        this.layout = layout;
        this.keyPlaces = policy.keyColumns().stream().mapToInt(layout::indexOf).toArray();
    }

    Change decode(ChangeRecord record) {
        if (!record.table().equals(policy.schema().table())) {
            throw new IllegalArgumentException("Cannot merge " + record.origin() + " into table "
                    + policy.schema().table() + ": it is a change of " + record.table() + ".");
        }
        var states = new CellState[layout.size()];
        var values = new @Nullable Object[layout.size()];
        read(record.image(), record.origin(), states, values);
        MergeKey key = key(record, states, values, states, values);
        Optional<RowImage> before = record.operation() == Operation.UPDATE ? record.before() : Optional.empty();
        if (before.isEmpty()) {
            return new Change(record, key, null, states, values, NO_STATES, NO_VALUES);
        }
        var oldStates = new CellState[layout.size()];
        var oldValues = new @Nullable Object[layout.size()];
        read(before.get(), record.origin(), oldStates, oldValues);
        MergeKey oldKey = key(record, oldStates, oldValues, states, values);
        return new Change(record, key, oldKey.equals(key) ? null : oldKey, states, values, oldStates, oldValues);
    }

    private void read(RowImage image, RowOrigin origin, CellState[] states, @Nullable Object[] values) {
        Arrays.fill(states, CellState.ABSENT);
        int[] places = places(image.columns());
        for (int i = 0; i < places.length; i++) {
            CellState state = image.state(i);
            int place = places[i];
            if (place < 0) {
                if (state != CellState.ABSENT) {
                    throw new UnmergeableChangeException(
                            origin,
                            "its column '" + image.columns().get(i).name() + "' is not among the published columns "
                                    + policy.schema().columnNames() + ".",
                            "Add it to the published schema.");
                }
                continue;
            }
            states[place] = state;
            if (state == CellState.PRESENT) {
                values[place] = convert(
                        image.value(i), image.columns().get(i), layout.columns().get(place), origin);
            }
        }
    }

    private Object convert(Object value, Column from, Column to, RowOrigin origin) {
        Object converted = CellConversion.convert(value, to.type());
        if (converted == null) {
            throw new UnmergeableChangeException(
                    origin,
                    "column '" + to.name() + "' is published as " + to.type() + ", which cannot hold its value of type "
                            + from.type() + " exactly.",
                    "Widen the published column, or reload the table if its type was changed.");
        }
        return converted;
    }

    /** For each column of the image its place among the published ones, or -1. Rows of one batch share their column list. */
    private int[] places(List<Column> columns) {
        if (columns != mappedColumns) {
            mapping = columns.stream()
                    .mapToInt(column -> layout.indexOf(column.name()))
                    .toArray();
            mappedColumns = columns;
        }
        return mapping;
    }

    /** A key column that the first image does not have is taken from the second: before-images hold only what they need. */
    private MergeKey key(
            ChangeRecord record,
            CellState[] states,
            @Nullable Object[] values,
            CellState[] otherStates,
            @Nullable Object[] otherValues) {
        var key = new ArrayList<Object>(keyPlaces.length);
        for (int place : keyPlaces) {
            boolean own = states[place] != CellState.ABSENT;
            Object value = own ? values[place] : otherValues[place];
            if (value == null) {
                CellState state = own ? states[place] : otherStates[place];
                throw UnmergeableChangeException.withoutKey(
                        record.origin(), layout.columns().get(place).name(), state);
            }
            key.add(value);
        }
        return MergeKey.of(key);
    }
}
