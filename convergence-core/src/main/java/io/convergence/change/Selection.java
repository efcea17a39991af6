package io.convergence.change;

import io.convergence.schema.Column;
import io.convergence.target.RowShape;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Which of the columns at hand are delivered, and which rows.
 *
 * @param table what is delivered
 * @param places in the table's columns at hand of those that are delivered
 */
record Selection(TableColumns table, List<Integer> places, boolean allColumns, ChangeFilter filter) {
    /**
     * @param atHand all columns of the file or row
     * @throws IllegalArgumentException if the filter asks for a column that is neither at hand nor in the schema, or for values of
     *     another type
     */
    static Selection of(ChangeReadOptions options, TableColumns atHand, RowShape shape) {
        List<Column> own = atHand.own();
        for (ColumnRange range : options.filter().ranges()) {
            Integer place = atHand.ownIndex().get(range.column());
            if (place != null) {
                range.demandType(own.get(place));
            } else if (shape.schema() == null || shape.schema().indexOf(range.column()) < 0) {
                throw new IllegalArgumentException("Cannot filter by column '" + range.column()
                        + "': neither the file nor the schema has it. There are "
                        + own.stream().map(Column::name).toList() + ".");
            }
        }

        List<Integer> places = IntStream.range(0, own.size())
                .boxed()
                .filter(i -> options.columns()
                        .map(names -> names.contains(own.get(i).name()))
                        .orElse(true))
                .toList();
        boolean all = places.size() == own.size();
        TableColumns table =
                all ? atHand : TableColumns.of(places.stream().map(own::get).toList(), atHand.before(), shape.schema());
        return new Selection(table, places, all, options.filter());
    }

    /** Rows of the batch that the filter takes. */
    int[] rows(VectorBatch batch) {
        return IntStream.range(0, batch.size())
                .filter(row -> filter.takes(batch.row(row)))
                .toArray();
    }

    /** What is delivered of a batch; may have no rows. */
    VectorBatch of(VectorBatch batch) {
        return columns(filter.takesAll() ? batch : batch.keeping(rows(batch)));
    }

    /** The batch with all its rows, and the columns that are delivered. */
    VectorBatch columns(VectorBatch batch) {
        return allColumns ? batch : batch.with(table, places);
    }

    /** Places of the columns that are delivered or looked at by the filter. */
    List<Integer> needed(TableColumns atHand) {
        List<Integer> needed = new ArrayList<>();
        for (int i = 0; i < atHand.own().size(); i++) {
            String name = atHand.own().get(i).name();
            boolean asked =
                    filter.ranges().stream().anyMatch(range -> range.column().equals(name));
            if (asked || places.contains(i)) {
                needed.add(i);
            }
        }

        return needed;
    }
}
