package io.convergence.testkit.ledger.simulation;

import io.convergence.schema.Column;
import io.convergence.schema.DataType;
import io.convergence.schema.TableSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The columns of rows that are lines of text: each but the first ones is named in the line. */
final class TextColumns {
    private static final List<String> ADDED = List.of("added", "more");
    private static final Pattern NAMED = Pattern.compile(" (\\w+)=");

    private TextColumns() {}

    /** Those that a table has after so many changes of its columns. */
    static List<String> names(int changes) {
        return ADDED.subList(0, changes);
    }

    /** Those that a text names. */
    static Set<String> of(String text) {
        return NAMED.matcher(text)
                .results()
                .map(result -> result.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** The schema that reads a text. */
    static TableSchema schema(String text) {
        List<Column> columns = new ArrayList<>();
        columns.add(Column.required("id", DataType.parse("int8")));
        of(text).forEach(name -> columns.add(Column.nullable(name, DataType.parse("int8"))));
        return new TableSchema(World.TABLE, columns, List.of("id"));
    }
}
