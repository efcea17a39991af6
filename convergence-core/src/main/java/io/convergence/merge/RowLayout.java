package io.convergence.merge;

import io.convergence.schema.Column;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The columns that many rows share, with their places. Immutable; thread-safe. */
public final class RowLayout {
    private final List<Column> columns;
    private final Map<String, Integer> places;

    private RowLayout(List<Column> columns, Map<String, Integer> places) {
        this.columns = columns;
        this.places = places;
    }

    public static RowLayout of(List<Column> columns) {
        var places = new HashMap<String, Integer>();
        for (int i = 0; i < columns.size(); i++) {
            places.put(columns.get(i).name(), i);
        }
        return new RowLayout(List.copyOf(columns), places);
    }

    public List<Column> columns() {
        return columns;
    }

    public int size() {
        return columns.size();
    }

    /** The column's place from 0, or -1. */
    public int indexOf(String column) {
        return places.getOrDefault(column, -1);
    }

    @Override
    public String toString() {
        return "RowLayout" + columns;
    }
}
