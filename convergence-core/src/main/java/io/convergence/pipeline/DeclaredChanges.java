package io.convergence.pipeline;

import io.convergence.change.CellState;
import io.convergence.change.ChangeRecord;
import io.convergence.change.Operation;
import io.convergence.change.RowImage;
import io.convergence.raw.PlacedFile;
import io.convergence.schema.Column;
import io.convergence.schema.TableSchema;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Puts declared renames and defaults into changes (rule S14). A change that lacks an added column, in the first file that has
 * it or before, holds the declared default in it; while no such file is known only inserts do, since an update that lacks the column
 * then keeps the row's value in any case. Not thread-safe.
 */
final class DeclaredChanges {
    private final Declarations declarations;
    private final TableSchema schema;
    private final Map<String, Integer> order = new HashMap<>();
    private final Map<String, Integer> firstWith = new HashMap<>();
    private final Map<List<Column>, Map<Set<String>, DeclaredImage.Layout>> layouts = new IdentityHashMap<>();

    /**
     * @param schema to publish
     * @param files in the order of the table's history
     * @param columns of files, as far as known, by key
     */
    DeclaredChanges(
            Declarations declarations, TableSchema schema, List<PlacedFile> files, Map<String, List<Column>> columns) {
        this.declarations = declarations;
        this.schema = schema;
        for (int i = 0; i < files.size(); i++) {
            order.put(files.get(i).key(), i);
        }
        columns.forEach((key, all) -> {
            Integer place = order.get(key);
            if (place != null) {
                all.forEach(column -> firstWith.merge(declarations.nameNow(column.name()), place, Math::min));
            }
        });
    }

    ChangeRecord of(ChangeRecord change) {
        if (declarations.renames().isEmpty() && declarations.columnDefaults().isEmpty()) {
            return change;
        }

        RowImage image = image(change.image(), column -> lacks(change, column));
        return new DeclaredChange(change, image, change.before().map(before -> image(before, column -> false)));
    }

    private boolean lacks(ChangeRecord change, String column) {
        if (change.operation() == Operation.DELETE
                || schema.indexOf(column) < 0
                || change.image().state(column) != CellState.ABSENT) {
            return false;
        }

        Integer first = firstWith.get(column);
        int place = order.getOrDefault(change.origin().key(), -1);
        return first == null ? change.operation() == Operation.INSERT : place <= first;
    }

    private RowImage image(RowImage image, Predicate<String> lacking) {
        Set<String> filled = new LinkedHashSet<>();
        for (String column : declarations.columnDefaults().keySet()) {
            if (lacking.test(column)) {
                filled.add(column);
            }
        }
        DeclaredImage.Layout layout = layouts.computeIfAbsent(image.columns(), columns -> new HashMap<>())
                .computeIfAbsent(filled, added -> layout(image.columns(), added));
        return new DeclaredImage(image, layout);
    }

    private DeclaredImage.Layout layout(List<Column> from, Set<String> filled) {
        Set<String> names = new HashSet<>();
        from.forEach(column -> names.add(column.name()));
        List<Column> columns = new ArrayList<>();
        List<Integer> places = new ArrayList<>();
        List<@Nullable Object> values = new ArrayList<>();
        for (int i = 0; i < from.size(); i++) {
            Column column = from.get(i);
            if (filled.contains(column.name())) {
                continue;
            }

            String now = declarations.nameNow(column.name());
            columns.add(names.contains(now) ? column : new Column(now, column.type(), column.nullable()));
            places.add(i);
            values.add(null);
        }
        for (String name : filled) {
            Column column = schema.column(name).orElseThrow();
            columns.add(column);
            places.add(-1);
            values.add(DeclaredValue.of(
                    schema.table(), column, declarations.columnDefaults().get(name)));
        }

        return new DeclaredImage.Layout(
                List.copyOf(columns),
                places.stream().mapToInt(Integer::intValue).toArray(),
                values.toArray());
    }
}
