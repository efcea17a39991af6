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
    private final int batchRows;
    private final Map<Integer, CsvRows> making = new HashMap<>();
    private final Map<String, Column> seen = new LinkedHashMap<>();
    private final Set<String> seenNames = new LinkedHashSet<>();
    private @Nullable CsvColumns current;
    private long rows;
    private boolean pending;
    private boolean failed;
    private boolean closed;

    private CsvCursor(
            TableId table,
            RowShape shape,
            CsvRecords records,
            CsvLayouts layouts,
            RowSource source,
            Scope scope,
            int batchRows) {
        this.table = table;
        this.shape = shape;
        this.records = records;
        this.layouts = layouts;
        this.source = source;
        this.scope = scope;
        this.batchRows = batchRows;
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
            CsvCursor cursor = new CsvCursor(table, shape, records, layouts, source, scope, options.batchRows());
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
        pending = advance();
        if (pending) {
            current = chosen();
        }
    }

    /** Moves to the table's next row. */
    private boolean advance() {
        while (records.next()) {
            if (!(source.file() instanceof RawFile.Transaction) || records.isOf(table)) {
                return true;
            }
        }

        return false;
    }

    private CsvColumns chosen() {
        CsvColumns columns;
        try {
            columns = layouts.of(records.fields());
        } catch (BadRow e) {
            throw records.fault(e);
        }

        if (scope == Scope.ALL && !source.isLoad()) {
            columns.demandSequence(source.file().key(), shape);
        }
        if (current == null || columns.width() != current.width()) {
            saw(columns);
        }
        return columns;
    }

    private void saw(CsvColumns columns) {
        columns.table().own().forEach(column -> seen.putIfAbsent(column.name(), column));
        seenNames.addAll(columns.names());
    }

    @Override
    public List<Column> columns() {
        return seen.isEmpty() ? layouts.onlyColumns() : List.copyOf(seen.values());
    }

    /** All columns of the rows read so far, DMS's own included. */
    List<String> names() {
        return List.copyOf(seenNames);
    }

    @Override
    public ReadCounts counts() {
        long doubtful = making.values().stream().mapToLong(CsvRows::emptyOrNull).sum();
        return new ReadCounts(rows, records.emptyRecords(), doubtful, records.byteOrderMark() ? 1 : 0);
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
        CsvColumns columns = current;
        if (!pending || columns == null) {
            return Optional.empty();
        }

        CsvRows batch = making.computeIfAbsent(columns.width(), width -> newRows(columns));
        while (pending && batch.size() < batchRows && batch.bytes() < BATCH_BYTES) {
            CsvColumns next = chosen();
            current = next;
            if (next.width() != columns.width()) {
                break;
            }

            take(batch);
            pending = advance();
        }

        return Optional.of(batch.batch());
    }

    /** The place for policies about bad rows: nothing of a row that fails here is in the batch. */
    private void take(CsvRows batch) {
        try {
            batch.add(records.fields(), records.row());
        } catch (BadRow e) {
            throw records.fault(e);
        }
        rows++;
    }

    private CsvRows newRows(CsvColumns columns) {
        return new CsvRows(table, shape, scope == Scope.ALL ? columns : columns.withoutTable(), source);
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            records.close();
        }
    }
}
