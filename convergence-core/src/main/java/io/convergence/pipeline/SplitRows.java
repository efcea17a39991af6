package io.convergence.pipeline;

import io.convergence.TableId;
import io.convergence.change.CellState;
import io.convergence.change.ChangeBatch;
import io.convergence.change.ChangeRecord;
import io.convergence.change.ColumnVector;
import io.convergence.change.Operation;
import io.convergence.change.RowImage;
import io.convergence.schema.Column;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A compacted file that joins files from before and after a declared rename has the column under both names, and each row has the
 * cell under one of them. Gives each row the columns its raw file had of those two, so that both are one column, as they
 * are when the raw files are read (rule S18). Not thread-safe.
 */
final class SplitRows {
    private final Map<String, String> renames;
    private final Map<List<Column>, Map<Set<String>, DeclaredImage.Layout>> layouts = new HashMap<>();
    /** By old name the one that the row before did not have. */
    private final Map<String, String> leftBefore = new HashMap<>();

    private final Map<String, String> leftBeforeOfBefore = new HashMap<>();

    SplitRows(Declarations declarations) {
        this.renames = declarations.renames();
    }

    /** The next rows are of another file. */
    void endFile() {
        leftBefore.clear();
        leftBeforeOfBefore.clear();
    }

    /** The rows in their order, in batches with the same columns. */
    List<ChangeBatch> of(ChangeBatch batch) {
        if (!hasBothNames(batch.columns()) && !hasBothNames(batch.beforeColumns())) {
            return List.of(batch);
        }

        List<ChangeBatch> parts = new ArrayList<>();
        List<ChangeRecord> rows = new ArrayList<>();
        for (ChangeRecord record : batch) {
            ChangeRecord told = told(record);
            if (!rows.isEmpty() && !sameColumns(rows.get(0), told)) {
                parts.add(new Rows(batch.table(), rows));
                rows = new ArrayList<>();
            }
            rows.add(told);
        }
        if (!rows.isEmpty()) {
            parts.add(new Rows(batch.table(), rows));
        }
        return parts;
    }

    boolean hasBothNames(List<Column> columns) {
        if (renames.isEmpty()) {
            return false;
        }

        Set<String> names = names(columns);
        return renames.entrySet().stream()
                .anyMatch(rename -> names.contains(rename.getKey()) && names.contains(rename.getValue()));
    }

    private static Set<String> names(List<Column> columns) {
        Set<String> names = new HashSet<>();
        columns.forEach(column -> names.add(column.name()));
        return names;
    }

    private static boolean sameColumns(ChangeRecord one, ChangeRecord other) {
        return one.image().columns() == other.image().columns() && columns(one.before()) == columns(other.before());
    }

    private static List<Column> columns(Optional<RowImage> image) {
        return image.map(RowImage::columns).orElse(List.of());
    }

    private ChangeRecord told(ChangeRecord record) {
        return new DeclaredChange(
                record,
                told(record.image(), leftBefore),
                record.before().map(image -> told(image, leftBeforeOfBefore)));
    }

    /** @param before what the row before left; a row that has neither cell, such as a delete, does not tell */
    private RowImage told(RowImage image, Map<String, String> before) {
        Set<String> left = new HashSet<>();
        renames.forEach((old, now) -> {
            if (image.indexOf(old) >= 0 && image.indexOf(now) >= 0) {
                boolean hasOld = image.state(old) != CellState.ABSENT;
                boolean hasNow = image.state(now) != CellState.ABSENT;
                if (hasOld != hasNow) {
                    before.put(old, hasOld ? now : old);
                }
                if (!hasOld || !hasNow) {
                    left.add(before.getOrDefault(old, now));
                }
            }
        });
        return new DeclaredImage(
                image,
                layouts.computeIfAbsent(image.columns(), columns -> new HashMap<>())
                        .computeIfAbsent(left, names -> layout(image.columns(), names)));
    }

    private static DeclaredImage.Layout layout(List<Column> columns, Set<String> left) {
        List<Column> kept = new ArrayList<>();
        List<Integer> places = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            if (!left.contains(columns.get(i).name())) {
                kept.add(columns.get(i));
                places.add(i);
            }
        }
        return new DeclaredImage.Layout(
                List.copyOf(kept), places.stream().mapToInt(Integer::intValue).toArray(), new Object[kept.size()]);
    }

    /** Rows with the same columns. */
    private record Rows(TableId table, List<ChangeRecord> rows) implements ChangeBatch {
        @Override
        public int size() {
            return rows.size();
        }

        @Override
        public List<Column> columns() {
            return rows.get(0).image().columns();
        }

        @Override
        public List<Column> beforeColumns() {
            return SplitRows.columns(rows.get(0).before());
        }

        @Override
        public ColumnVector column(int index) {
            return new RowsVector(columns().get(index), index, rows);
        }

        @Override
        public Operation operation(int row) {
            return rows.get(row).operation();
        }

        @Override
        public ChangeRecord row(int index) {
            return rows.get(index);
        }
    }
}
