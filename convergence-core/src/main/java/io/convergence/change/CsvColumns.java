package io.convergence.change;

import io.convergence.schema.Column;
import io.convergence.target.RowShape;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * What each field of rows of one width is for. Places are field numbers from 0, or -1.
 *
 * @param names of all fields, {@code Op} and timestamp included
 * @param own places of the table's columns, in the order of {@code table}
 * @param before places of before-images, in the order of {@code table}
 */
record CsvColumns(
        int width,
        List<String> names,
        int op,
        int timestamp,
        int sequence,
        List<Integer> own,
        List<Integer> before,
        TableColumns table) {
    /**
     * @param names of all fields; the table's own start at {@code first}
     * @param last field after the table's own
     * @param types the column of a name, as it is to be delivered
     */
    static CsvColumns of(
            RowShape shape,
            List<String> names,
            int op,
            int timestamp,
            int first,
            int last,
            Function<String, Column> types) {
        List<Integer> own = new ArrayList<>();
        List<Integer> before = new ArrayList<>();
        List<Column> ownColumns = new ArrayList<>();
        List<Column> beforeColumns = new ArrayList<>();
        int sequence = -1;
        for (int field = first; field < last; field++) {
            if (field == op || field == timestamp) {
                continue;
            }

            String name = names.get(field);
            String original = shape.beforeImageOf(name, names).orElse(null);
            if (name.equals(shape.sequenceColumn())) {
                sequence = field;
            } else if (original != null) {
                before.add(field);
                Column column = types.apply(original);
                beforeColumns.add(Column.nullable(original, column.type()));
            } else {
                own.add(field);
                ownColumns.add(types.apply(name));
            }
        }

        return new CsvColumns(
                names.size(),
                List.copyOf(names),
                op,
                timestamp,
                sequence,
                List.copyOf(own),
                List.copyOf(before),
                TableColumns.of(ownColumns, beforeColumns, shape.schema()));
    }

    /** @throws RawFileException if the table has a change sequence and rows of this width do not */
    void demandSequence(String key, RowShape shape) {
        String declared = shape.sequenceColumn();
        if (declared != null && sequence < 0) {
            throw RawFileException.ofMissingColumn(key, "sequence", declared, names);
        }
    }

    /** @throws RawFileException if the task writes a timestamp column and these are without it */
    void demandTimestamp(String key, RowShape shape) {
        String declared = shape.timestampColumn();
        if (declared != null && timestamp < 0) {
            throw RawFileException.ofMissingColumn(key, "timestamp", declared, names);
        }
    }

    /** These columns without the table's own: what tells where rows stand in time. */
    CsvColumns withoutTable() {
        return new CsvColumns(
                width,
                names,
                op,
                timestamp,
                sequence,
                List.of(),
                List.of(),
                TableColumns.of(List.of(), List.of(), null));
    }
}
