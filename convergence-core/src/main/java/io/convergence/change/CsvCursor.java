package io.convergence.change;

import io.convergence.TableId;
import io.convergence.raw.FileContext;
import io.convergence.raw.RawFile;
import io.convergence.schema.Column;
import io.convergence.store.ObjectStore;
import io.convergence.target.RowShape;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads one table's rows in a CSV file: those of a LOAD or CDC file, or some of a transaction file. */
final class CsvCursor implements ChangeCursor {
    /** Rows longer than this by the batch's rows make smaller batches. */
    private static final long BATCH_BYTES = 32L << 20;

    /** What of each row is read. */
    enum Scope {
        ALL,
        /** Only what tells where rows stand in time; then a missing sequence column is no fault. */
        DMS_COLUMNS
    }

    private final TableId table;
    private final RowShape shape;
    private final CsvRecords records;
    private final CsvLayouts layouts;
    private final RowSource source;
    private final Scope scope;
    private final ChangeReadOptions options;
    private final BadInputLog badInput;
    private final Map<Integer, CsvRows> making = new HashMap<>();
    private final Map<String, Column> seen = new LinkedHashMap<>();
    private final Set<String> seenNames = new LinkedHashSet<>();
    private @Nullable CsvColumns pending;
    private int lastWidth = -1;
    private long rows;
    private long passed;
    private boolean failed;
    private boolean closed;

    private CsvCursor(
            TableId table,
            RowShape shape,
            CsvRecords records,
            CsvLayouts layouts,
            RowSource source,
            Scope scope,
            ChangeReadOptions options) {
        this.table = table;
        this.shape = shape;
        this.records = records;
        this.layouts = layouts;
        this.source = source;
        this.scope = scope;
        this.options = options;
        this.badInput = new BadInputLog(options);
    }

    /** @throws RawFileException if the file's first row shows that it cannot be read */
    static CsvCursor open(
            ObjectStore store,
            RawFile file,
            FileContext context,
            TableId table,
            RowShape shape,
            ChangeReadOptions options,
            Scope scope) {
        CsvLayouts layouts = new CsvLayouts(file, table, shape);
        CsvRecords records =
                CsvRecords.open(store, file, shape.csv(), options.csv(), TransactionRows.of(shape), layouts::mayBeRow);
        CsvCursor opened = null;
        try {
            RowSource source = new RowSource(file, context, null, 0, Long.MAX_VALUE);
            CsvCursor cursor = new CsvCursor(table, shape, records, layouts, source, scope, options);
            cursor.begin(file);
            opened = cursor;
            return opened;
        } finally {
            if (opened == null) {
                records.close();
            }
        }
    }

    private void begin(RawFile file) {
        boolean named = shape.csv().header() && !(file instanceof RawFile.Transaction);
        if (named && records.header()) {
            CsvColumns header = layouts.readHeader(records.fields());
            if (scope == Scope.ALL) {
                header.demandTimestamp(file.key(), shape);
            }
            saw(header);
        }
        advance();
    }

    /** Moves to the table's next row, if there is one. */
    private void advance() {
        pending = null;
        while (pending == null && records.next()) {
            try {
                if (source.file() instanceof RawFile.Transaction
                        && !records.table().equals(table)) {
                    passed = records.row() + 1;
                } else {
                    pending = chosen();
                }
            } catch (BadRow e) {
                leaveOut(e);
            }
        }
    }

    private CsvColumns chosen() {
        CsvColumns columns = layouts.of(records.fields());
        if (scope == Scope.ALL && !source.isLoad()) {
            columns.demandSequence(source.file().key(), shape);
        }
        if (columns.width() != lastWidth) {
            saw(columns);
            lastWidth = columns.width();
        }
        return columns;
    }

    private void saw(CsvColumns columns) {
        columns.table().own().forEach(column -> seen.putIfAbsent(column.name(), column));
        seenNames.addAll(columns.names());
    }

    @Override
    public List<Column> columns() {
        List<Column> known = seen.isEmpty() ? layouts.onlyColumns() : List.copyOf(seen.values());
        return options.columns()
                .map(names -> known.stream()
                        .filter(column -> names.contains(column.name()))
                        .toList())
                .orElse(known);
    }

    /** All columns of the rows read so far, DMS's own included. */
    List<String> names() {
        return List.copyOf(seenNames);
    }

    @Override
    public ReadCounts counts() {
        long doubtful = making.values().stream().mapToLong(CsvRows::emptyOrNull).sum();
        return new ReadCounts(
                rows, records.emptyRecords(), doubtful, records.byteOrderMark() ? 1 : 0, badInput.report());
    }

    @Override
    public Optional<ChangeBatch> next() {
        if (closed || failed) {
            throw new IllegalStateException("Cannot read on in '"
                    + source.file().key() + "': the cursor " + (closed ? "is closed." : "failed before."));
        }

        boolean done = false;
        try {
            Optional<ChangeBatch> batch = read();
            done = true;
            return batch;
        } finally {
            failed = !done;
        }
    }

    private Optional<ChangeBatch> read() {
        while (pending != null) {
            CsvColumns columns = pending;
            CsvRows making = this.making.computeIfAbsent(columns.width(), width -> newRows(columns));
            try {
                fill(making, columns.width());
            } catch (RawFileException e) {
                badInput.restOfFile(e, passed);
                pending = null;
            }

            VectorBatch batch = making.selection().of(making.batch());
            if (batch.size() > 0) {
                rows += batch.size();
                return Optional.of(batch);
            }
        }

        return Optional.empty();
    }

    private void fill(CsvRows batch, int width) {
        CsvColumns next = pending;
        while (next != null
                && next.width() == width
                && batch.size() < options.batchRows()
                && batch.bytes() < BATCH_BYTES) {
            try {
                batch.add(records.fields(), records.row());
                passed = records.row() + 1;
            } catch (BadRow e) {
                leaveOut(e);
            }
            advance();
            next = pending;
        }
    }

    /** Nothing of a row that fails is in a batch. */
    private void leaveOut(BadRow fault) {
        badInput.row(records.fault(fault), records.row());
        passed = records.row() + 1;
    }

    private CsvRows newRows(CsvColumns columns) {
        return new CsvRows(table, shape, scope == Scope.ALL ? columns : columns.withoutTable(), source, options);
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            records.close();
        }
    }
}
