package io.convergence.audit;

import io.convergence.schema.Column;
import io.convergence.schema.DataType;
import io.convergence.target.CsvLayout;
import io.convergence.target.RowShape;
import java.util.List;

/** CSV whose columns nobody declared: read as text, so that those of DMS's can be recognised by what they hold. */
final class UndeclaredText {
    private UndeclaredText() {}

    /** The shape with which any CSV file of one width can be read. */
    static RowShape readable(RowShape shape) {
        return isDeclared(shape)
                ? shape
                : shape.withCsv(shape.csv().toBuilder().undeclaredAsText().build());
    }

    /**
     * The shape with a place for each of its columns: without a header a name alone does not tell which field it is.
     *
     * @param names of all columns but {@code Op} as {@link #readable} gave them; none if no file was CSV
     */
    static RowShape laidOut(RowShape shape, List<String> names) {
        List<Column> columns = names.stream()
                .filter(name -> !name.equals(shape.timestampColumn()))
                .map(name -> Column.nullable(name, DataType.of(DataType.Kind.STRING)))
                .toList();
        if (isDeclared(shape) || shape.csv().header() || columns.isEmpty()) {
            return shape;
        }

        return shape.withCsv(
                shape.csv().toBuilder().layout(new CsvLayout(columns)).build());
    }

    private static boolean isDeclared(RowShape shape) {
        return shape.schema() != null || !shape.csv().layouts().isEmpty();
    }
}
