package io.convergence.change;

import io.convergence.schema.Column;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Spans of a compacted file that follow each other and whose raw files had no column of different types: they can be read
 * together.
 *
 * @param first of the spans, from 0
 * @param end after the last
 * @param types of columns by their name in the file, as the raw files had them
 */
record SpanTypes(int first, int end, Map<String, Column> types) {
    /**
     * All spans, in as few parts as there can be.
     *
     * @param natural whether changes have the types that a column had in the raw files
     */
    static List<SpanTypes> parts(List<SourceSpan> spans, Predicate<String> natural) {
        List<SpanTypes> parts = new ArrayList<>();
        Map<String, Column> types = new LinkedHashMap<>();
        int first = 0;
        for (int i = 0; i < spans.size(); i++) {
            List<Column> own = spans.get(i).types();
            if (!agree(types, own, natural)) {
                parts.add(new SpanTypes(first, i, types));
                types = new LinkedHashMap<>();
                first = i;
            }
            for (Column column : own) {
                types.putIfAbsent(column.name(), column);
            }
        }

        parts.add(new SpanTypes(first, spans.size(), types));
        return parts;
    }

    private static boolean agree(Map<String, Column> types, List<Column> columns, Predicate<String> natural) {
        return columns.stream().filter(column -> natural.test(column.name())).allMatch(column -> {
            Column known = types.get(column.name());
            return known == null || known.equals(column);
        });
    }

    /** The rows of these spans; those of the others are skipped. @param all rows, one for each span of the file */
    List<RowSource> only(List<RowSource> all) {
        List<RowSource> rows = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            rows.add(i >= first && i < end ? all.get(i) : all.get(i).skipped());
        }

        return rows;
    }
}
