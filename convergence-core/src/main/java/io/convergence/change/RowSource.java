package io.convergence.change;

import io.convergence.raw.FileContext;
import io.convergence.raw.RawFile;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The raw file some rows of a physical file come from.
 *
 * @param context null if its rows are skipped
 * @param columns places of the columns it had by their names; null for all of the physical file
 * @param firstRow in the physical file
 */
record RowSource(
        RawFile file,
        @Nullable FileContext context,
        @Nullable Map<String, Integer> columns,
        long firstRow,
        long rows) {
    boolean isLoad() {
        return file instanceof RawFile.Load;
    }

    /** Where the raw file had a column; -1 if it did not, or if that is not known. */
    int place(String column) {
        return columns == null ? -1 : columns.getOrDefault(column, -1);
    }

    boolean has(String column) {
        return columns == null || columns.containsKey(column);
    }

    RowSource skipped() {
        return new RowSource(file, null, columns, firstRow, rows);
    }

    long end() {
        return firstRow + rows;
    }

    /** Whether rows with a sequence stand at that. */
    boolean placesByOwnSequence() {
        return !isLoad() && context != null && context.order().declared() == null;
    }

    ChangePosition position(@Nullable ChangeSequence sequence, long row) {
        FileContext place = context;
        if (place == null) {
            throw new IllegalStateException("Cannot place rows of '" + file.key() + "': they are skipped.");
        }
        if (file instanceof RawFile.Load load) {
            return new ChangePosition.Load(place.generation(), load.segment(), load.number(), row);
        }

        Instant instant = file instanceof RawFile.Cdc cdc ? cdc.instant() : ((RawFile.Transaction) file).instant();
        if (sequence == null) {
            return new ChangePosition.Filed(place.generation(), instant, row);
        }

        ChangeSequence placed = place.order().declared() == null
                ? sequence
                : new ChangeSequence(place.order().place(sequence.text(), row));
        return new ChangePosition.Sequenced(place.generation(), placed, place.run(), instant, row);
    }
}
