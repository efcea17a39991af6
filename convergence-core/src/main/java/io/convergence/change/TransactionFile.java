package io.convergence.change;

import io.convergence.TableId;
import io.convergence.raw.RawFile;
import io.convergence.schema.Column;
import io.convergence.store.ObjectStore;
import io.convergence.target.RowShape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/** An open transaction file: its rows as changes of their tables, in the order of the file. Not thread-safe. */
final class TransactionFile implements AutoCloseable {
    private static final long CHUNK_BYTES = 32L << 20;

    private final RawFile.Transaction file;
    private final CsvRecords records;
    private final Function<TableId, Optional<RowShape>> shapes;
    private final TransactionReader.Places places;
    private final CsvCursor.Scope scope;
    private final int chunkRows;
    private final Map<TableId, Table> tables = new HashMap<>();
    private final Map<TableId, Long> unread = new TreeMap<>();

    /** A row's batch in making, and its place in it. */
    private record Slot(CsvRows rows, int index) {}

    /** What is known of one table's rows in this file. */
    private final class Table {
        private final TableId id;
        private final RowShape shape;
        private final CsvLayouts layouts;
        private final RowSource source;
        private final Map<Integer, CsvRows> making = new HashMap<>();
        private final Map<String, Column> columns = new LinkedHashMap<>();
        private final Set<String> names = new LinkedHashSet<>();
        private long rows;

        Table(TableId id, RowShape shape) {
            this.id = id;
            this.shape = shape;
            this.layouts = new CsvLayouts(file, id, shape);
            this.source = new RowSource(file, places.of(id, file), null, 0, Long.MAX_VALUE);
        }

        CsvRows add() {
            CsvColumns chosen = layouts.of(records.fields());
            CsvRows rowsOfWidth = making.computeIfAbsent(chosen.width(), width -> newRows(chosen));
            rowsOfWidth.add(records.fields(), records.row());
            rows++;
            return rowsOfWidth;
        }

        private CsvRows newRows(CsvColumns chosen) {
            if (scope == CsvCursor.Scope.ALL) {
                chosen.demandSequence(file.key(), shape);
            }
            chosen.table().own().forEach(column -> columns.putIfAbsent(column.name(), column));
            names.addAll(chosen.names());
            return new CsvRows(id, shape, scope == CsvCursor.Scope.ALL ? chosen : chosen.withoutTable(), source);
        }

        ReadCounts counts() {
            long doubtful =
                    making.values().stream().mapToLong(CsvRows::emptyOrNull).sum();
            return new ReadCounts(rows, 0, doubtful, 0);
        }
    }

    private TransactionFile(
            RawFile.Transaction file,
            CsvRecords records,
            Function<TableId, Optional<RowShape>> shapes,
            TransactionReader.Places places,
            CsvCursor.Scope scope,
            int chunkRows) {
        this.file = file;
        this.records = records;
        this.shapes = shapes;
        this.places = places;
        this.scope = scope;
        this.chunkRows = chunkRows;
    }

    static TransactionFile open(
            ObjectStore store,
            RawFile.Transaction file,
            RowShape common,
            Function<TableId, Optional<RowShape>> shapes,
            TransactionReader.Places places,
            ChangeReadOptions options,
            CsvCursor.Scope scope) {
        CsvRecords records =
                CsvRecords.open(store, file, common.csv(), options.csv(), TransactionRows.of(common), row -> false);
        return new TransactionFile(file, records, shapes, places, scope, options.batchRows());
    }

    String key() {
        return file.key();
    }

    /** The next changes in the order of the file; none at its end. */
    List<ChangeRecord> chunk() {
        List<Slot> slots = new ArrayList<>();
        long bytes = 0;
        while (slots.size() < chunkRows && bytes < CHUNK_BYTES && records.next()) {
            TableId id = records.table();
            Table table = tables.get(id);
            if (table == null) {
                Optional<RowShape> shape = unread.containsKey(id) ? Optional.empty() : shapes.apply(id);
                if (shape.isEmpty()) {
                    unread.merge(id, 1L, Long::sum);
                    continue;
                }
                table = new Table(id, shape.get());
                tables.put(id, table);
            }

            CsvRows rows = add(table);
            slots.add(new Slot(rows, rows.size() - 1));
            bytes += records.fields().rowBytes();
        }

        Map<CsvRows, VectorBatch> batches = new HashMap<>();
        List<ChangeRecord> changes = new ArrayList<>();
        for (Slot slot : slots) {
            changes.add(batches.computeIfAbsent(slot.rows(), CsvRows::batch).row(slot.index()));
        }

        return changes;
    }

    /** The place for policies about bad rows: nothing of a row that fails here is in a batch. */
    private CsvRows add(Table table) {
        try {
            return table.add();
        } catch (BadRow e) {
            throw records.fault(e);
        }
    }

    /** Reads to the end. */
    Map<TableId, FileProfile> profiles() {
        Map<TableId, FileProfiler> profilers = new HashMap<>();
        for (List<ChangeRecord> rows = chunk(); !rows.isEmpty(); rows = chunk()) {
            for (ChangeRecord row : rows) {
                profilers
                        .computeIfAbsent(row.table(), any -> new FileProfiler(file))
                        .take(row);
            }
        }

        Map<TableId, FileProfile> profiles = new TreeMap<>();
        tables.forEach((id, table) -> {
            FileProfiler profiler = profilers.getOrDefault(id, new FileProfiler(file));
            profiles.put(
                    id,
                    profiler.profile(List.copyOf(table.names), List.copyOf(table.columns.values()), table.counts()));
        });
        return profiles;
    }

    Map<TableId, Long> unread() {
        return unread;
    }

    ReadCounts counts() {
        ReadCounts counts = new ReadCounts(0, records.emptyRecords(), 0, records.byteOrderMark() ? 1 : 0);
        for (Table table : tables.values()) {
            counts = counts.plus(table.counts());
        }

        return counts;
    }

    @Override
    public void close() {
        records.close();
    }
}
