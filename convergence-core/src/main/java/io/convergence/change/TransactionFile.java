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
import org.jspecify.annotations.Nullable;

/** An open transaction file: its rows as changes of their tables, in the order of the file. Not thread-safe. */
final class TransactionFile implements AutoCloseable {
    private static final long CHUNK_BYTES = 32L << 20;

    private final RawFile.Transaction file;
    private final CsvRecords records;
    private final Function<TableId, Optional<RowShape>> shapes;
    private final TransactionReader.Places places;
    private final CsvCursor.Scope scope;
    private final ChangeReadOptions options;
    private final BadInputLog badInput;
    private final Map<TableId, Table> tables = new HashMap<>();
    private final Map<TableId, Long> unread = new TreeMap<>();
    private long passed;
    private boolean ended;

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
            if (scope == CsvCursor.Scope.ALL) {
                rowsOfWidth.addCommitted(records.fields(), records.row());
            } else {
                rowsOfWidth.add(records.fields(), records.row());
            }
            rows++;
            return rowsOfWidth;
        }

        private CsvRows newRows(CsvColumns chosen) {
            if (scope == CsvCursor.Scope.ALL) {
                chosen.demandSequence(file.key(), shape);
            }
            chosen.table().own().forEach(column -> columns.putIfAbsent(column.name(), column));
            names.addAll(chosen.names());
            return new CsvRows(
                    id, shape, scope == CsvCursor.Scope.ALL ? chosen : chosen.withoutTable(), source, options);
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
            ChangeReadOptions options) {
        this.file = file;
        this.records = records;
        this.shapes = shapes;
        this.places = places;
        this.scope = scope;
        this.options = options;
        this.badInput = new BadInputLog(options);
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
        return new TransactionFile(file, records, shapes, places, scope, options);
    }

    String key() {
        return file.key();
    }

    /** The next changes in the order of the file; none at its end. */
    List<ChangeRecord> chunk() {
        List<ChangeRecord> changes = new ArrayList<>();
        while (changes.isEmpty() && !ended) {
            List<Slot> slots = new ArrayList<>();
            try {
                collect(slots);
            } catch (RawFileException e) {
                badInput.restOfFile(e, passed);
                ended = true;
            }

            Map<CsvRows, VectorBatch> batches = new HashMap<>();
            for (Slot slot : slots) {
                VectorBatch whole = batches.computeIfAbsent(slot.rows(), CsvRows::batch);
                if (options.filter().takes(whole.row(slot.index()))) {
                    changes.add(slot.rows().selection().columns(whole).row(slot.index()));
                }
            }
        }

        return changes;
    }

    private void collect(List<Slot> slots) {
        long bytes = 0;
        while (slots.size() < options.batchRows() && bytes < CHUNK_BYTES) {
            if (!records.next()) {
                ended = true;
                return;
            }
            try {
                Table table = table(records.table());
                if (table != null) {
                    CsvRows rows = table.add();
                    slots.add(new Slot(rows, rows.size() - 1));
                    bytes += records.fields().rowBytes();
                }
            } catch (BadRow e) {
                badInput.row(records.fault(e), records.row());
            }
            passed = records.row() + 1;
        }
    }

    /** Null if the table has no shape; its row is counted. */
    private @Nullable Table table(TableId id) {
        Table known = tables.get(id);
        if (known != null) {
            return known;
        }

        Optional<RowShape> shape = unread.containsKey(id) ? Optional.empty() : shapes.apply(id);
        if (shape.isEmpty()) {
            unread.merge(id, 1L, Long::sum);
            return null;
        }

        Table table = new Table(id, shape.get());
        tables.put(id, table);
        return table;
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
                    profiler.profile(
                            List.copyOf(table.names),
                            List.copyOf(table.columns.values()),
                            table.counts().plus(new ReadCounts(0, 0, 0, 0, badInput.report()))));
        });
        return profiles;
    }

    Map<TableId, Long> unread() {
        return unread;
    }

    ReadCounts counts() {
        ReadCounts counts =
                new ReadCounts(0, records.emptyRecords(), 0, records.byteOrderMark() ? 1 : 0, badInput.report());
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
