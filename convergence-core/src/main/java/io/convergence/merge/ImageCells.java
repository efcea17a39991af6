package io.convergence.merge;

import io.convergence.change.CellState;
import io.convergence.change.ChangeRecord;
import io.convergence.change.RowImage;
import io.convergence.schema.Column;
import io.convergence.schema.TableSchema;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads images into cells by place in the published columns. Not thread-safe. */
final class ImageCells {
    private final TableSchema schema;
    private final RowLayout layout;
    private @Nullable List<Column> mappedColumns;
    private int[] mapping = {};

    ImageCells(TableSchema schema, RowLayout layout) {
        this.schema = schema;
        this.layout = layout;
    }

    void read(ChangeRecord record, RowImage image, CellState[] states, @Nullable Object[] values) {
        if (!record.table().equals(schema.table())) {
            throw new IllegalArgumentException("Cannot log " + record.origin() + " for table " + schema.table()
                    + ": it is a change of " + record.table() + ".");
        }
        Arrays.fill(states, CellState.ABSENT);
        int[] places = places(image.columns());
        for (int i = 0; i < places.length; i++) {
            CellState state = image.state(i);
            Column from = image.columns().get(i);
            int place = places[i];
            if (place < 0) {
                if (state != CellState.ABSENT) {
                    throw new UnmergeableChangeException(
                            record.origin(),
                            "its column '" + from.name() + "' is not among the published columns "
                                    + schema.columnNames() + ".",
                            "Add it to the published schema.");
                }
                continue;
            }
            states[place] = state;
            if (state == CellState.PRESENT) {
                values[place] =
                        convert(record, image.value(i), from, layout.columns().get(place));
            }
        }
    }

    private static Object convert(ChangeRecord record, Object value, Column from, Column to) {
        Object converted = CellConversion.convert(value, to.type());
        if (converted == null) {
            throw new UnmergeableChangeException(
                    record.origin(),
                    "column '" + to.name() + "' is published as " + to.type() + ", which cannot hold its value of type "
                            + from.type() + " exactly.",
                    "Widen the published column, or keep a new log if its type was changed.");
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
}
