package io.convergence.change;

import io.convergence.schema.Column;
import io.convergence.schema.TableSchema;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The columns of a batch that are not DMS's own.
 *
 * @param own the table's columns
 * @param before columns with a before-image, by their names in the table
 * @param nonKey places of the schema's columns outside the key; none without a schema with a key
 */
record TableColumns(
        List<Column> own,
        List<Column> before,
        Map<String, Integer> ownIndex,
        Map<String, Integer> beforeIndex,
        List<Integer> nonKey) {
    static TableColumns of(List<Column> own, List<Column> before, @Nullable TableSchema schema) {
        return new TableColumns(List.copyOf(own), List.copyOf(before), index(own), index(before), nonKey(own, schema));
    }

    private static List<Integer> nonKey(List<Column> columns, @Nullable TableSchema schema) {
        if (schema == null || schema.primaryKey().isEmpty()) {
            return List.of();
        }

        List<Integer> places = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            String name = columns.get(i).name();
            if (schema.indexOf(name) >= 0 && !schema.primaryKey().contains(name)) {
                places.add(i);
            }
        }

        return List.copyOf(places);
    }

    private static Map<String, Integer> index(List<Column> columns) {
        Map<String, Integer> index = new HashMap<>();
        for (int i = 0; i < columns.size(); i++) {
            index.put(columns.get(i).name(), i);
        }

        return Map.copyOf(index);
    }
}
