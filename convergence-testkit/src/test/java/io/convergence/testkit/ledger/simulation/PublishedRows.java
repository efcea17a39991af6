package io.convergence.testkit.ledger.simulation;

import io.convergence.ledger.LedgerEntry;
import io.convergence.schema.Column;
import io.convergence.schema.DataType;
import io.convergence.schema.TableSchema;
import io.convergence.store.StoredObject;
import io.convergence.target.NullOnUpdate;
import io.convergence.target.RowShape;
import io.convergence.testkit.ledger.simulation.RawHistory.RawFile;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** What a table holds once the changes of its files are applied, told apart from the code under test. */
final class PublishedRows {
    private static final String KEY = "id";
    private static final List<String> VALUES = List.of("note", "qty", "extra");

    private static final TableSchema SCHEMA = new TableSchema(
            World.TABLE,
            List.of(
                    Column.required(KEY, DataType.parse("int8")),
                    Column.nullable("note", DataType.of(DataType.Kind.NCLOB)),
                    Column.nullable("qty", DataType.parse("int8")),
                    Column.nullable("extra", DataType.of(DataType.Kind.NCLOB))),
            List.of(KEY));

    static final RowShape SHAPE = RowShape.plain()
            .withTimestampColumn("ts")
            .withSequenceColumn("seq")
            .withSchema(SCHEMA)
            .withNullOnUpdate(Map.of(), NullOnUpdate.NULL);

    private PublishedRows() {}

    private record Change(SortedMap<String, String> cells, Set<String> columns) {
        String sequence() {
            return String.valueOf(cells.get("seq"));
        }

        SortedMap<String, String> after(SortedMap<String, String> before) {
            SortedMap<String, String> after = new TreeMap<>();
            for (String column : VALUES) {
                String value = cells.get(column);
                // A column the file does not have keeps its value (rule S9).
                String now = columns.contains(column) ? value : before.get(column);
                if (now != null) {
                    after.put(column, now);
                }
            }
            return after;
        }
    }

    /** By key, the values that are not null. */
    private static SortedMap<String, SortedMap<String, String>> expected(Collection<RawFile> files) {
        List<Change> changes = new ArrayList<>();
        files.forEach(file -> file.cells().forEach(cells -> changes.add(new Change(cells, file.columns()))));
        changes.sort(Comparator.comparing(Change::sequence));
        SortedMap<String, SortedMap<String, String>> rows = new TreeMap<>();
        for (Change change : changes) {
            String key = String.valueOf(change.cells().get(KEY));
            switch (String.valueOf(change.cells().get("Op"))) {
                case "I" -> rows.put(key, change.after(new TreeMap<>()));
                case "U" -> rows.put(key, change.after(rows.getOrDefault(key, new TreeMap<>())));
                default -> rows.remove(key);
            }
        }
        return rows;
    }

    /** The published files hold these changes and no others (I1), and have every column (I7). */
    static void require(LedgerEntry.Merge merge, List<StoredObject> data, Collection<RawFile> applied) {
        SortedMap<String, SortedMap<String, String>> rows = new TreeMap<>();
        for (StoredObject file : data) {
            for (SortedMap<String, String> row : ParquetRows.read(file.content())) {
                String key = String.valueOf(row.remove(KEY));
                row.keySet().removeIf(column -> column.startsWith("_"));
                if (rows.put(key, row) != null) {
                    throw new Violation(Invariant.I1_ROWS, "key " + key + " is published twice");
                }
            }
            Set<String> columns = ParquetRows.columns(file.content());
            for (Column column : merge.schema().columns()) {
                if (!columns.contains(column.name())) {
                    throw new Violation(
                            Invariant.I7_CONTENT,
                            "the published '" + file.stat().key() + "' has no column " + column.name());
                }
            }
        }
        SortedMap<String, SortedMap<String, String>> expected = expected(applied);
        if (!rows.equals(expected)) {
            throw new Violation(Invariant.I1_ROWS, "the published table holds " + rows + " instead of " + expected);
        }
    }
}
