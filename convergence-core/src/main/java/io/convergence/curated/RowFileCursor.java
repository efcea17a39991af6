package io.convergence.curated;

import io.convergence.ledger.LedgerFile;
import io.convergence.schema.Column;
import io.convergence.store.ObjectStore;
import io.convergence.store.internal.ParquetInput;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.io.ColumnIOFactory;
import org.apache.parquet.io.RecordReader;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.Converter;
import org.apache.parquet.io.api.GroupConverter;
import org.apache.parquet.io.api.PrimitiveConverter;
import org.apache.parquet.io.api.RecordMaterializer;
import org.apache.parquet.schema.MessageType;
import org.jspecify.annotations.Nullable;

/** Reads the rows of some Parquet files that Convergence wrote, one row group in memory at a time. Not thread-safe. */
final class RowFileCursor implements AutoCloseable {
    private final ObjectStore store;
    private final Iterator<LedgerFile> files;
    private final List<Column> columns;
    private final MessageType message;
    private @Nullable LedgerFile file;
    private @Nullable ParquetFileReader reader;
    private @Nullable RecordReader<@Nullable Object[]> records;
    private long leftInGroup;
    private long rowsOfFile;

    RowFileCursor(ObjectStore store, List<LedgerFile> files, List<Column> columns) {
        this.store = store;
        this.files = files.iterator();
        this.columns = columns;
        this.message = ParquetCells.message(columns);
    }

    /** The next row, or null after the last. */
    @Nullable
    Object @Nullable [] next() {
        try {
            while (leftInGroup == 0) {
                if (!nextGroup()) {
                    return null;
                }
            }
            leftInGroup--;
            rowsOfFile++;
            return Objects.requireNonNull(records).read();
        } catch (IOException | RuntimeException e) {
            throw failure(e);
        }
    }

    /** Parquet fails in many ways on a damaged file; faults of the store come out as they are. */
    private RuntimeException failure(Exception e) {
        if (e instanceof io.convergence.ConvergenceException ours) {
            return ours;
        }
        for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof io.convergence.store.StoreException ours) {
                return ours;
            }
        }
        return CuratedTableException.unreadable(place(), String.valueOf(e.getMessage()) + ".", e);
    }

    /** The key of the file being read. */
    String place() {
        return file == null ? "(none)" : file.key();
    }

    private boolean nextGroup() throws IOException {
        if (reader == null && !nextFile()) {
            return false;
        }
        ParquetFileReader open = Objects.requireNonNull(reader);
        PageReadStore pages = open.readNextRowGroup();
        if (pages == null) {
            finishFile(open);
            return true;
        }
        records = new ColumnIOFactory().getColumnIO(message).getRecordReader(pages, new Rows(columns));
        leftInGroup = pages.getRowCount();
        return true;
    }

    private boolean nextFile() throws IOException {
        if (!files.hasNext()) {
            return false;
        }
        LedgerFile next = files.next();
        file = next;
        rowsOfFile = 0;
        ParquetReadOptions options = ParquetReadOptions.builder(new PlainParquetConfiguration())
                .withUseHadoopVectoredIo(false)
                .usePageChecksumVerification()
                .build();
        ParquetFileReader open = ParquetFileReader.open(ParquetInput.of(store, next.stat()), options);
        reader = open;
        MessageType found = open.getFileMetaData().getSchema();
        if (!ParquetCells.isOf(message, found)) {
            throw CuratedTableException.unreadable(
                    next.key(), "it has columns " + found + " instead of " + message + ".", null);
        }
        return true;
    }

    private void finishFile(ParquetFileReader open) throws IOException {
        LedgerFile done = Objects.requireNonNull(file);
        open.close();
        reader = null;
        records = null;
        if (rowsOfFile != done.rows()) {
            throw CuratedTableException.unreadable(
                    done.key(), "it has " + rowsOfFile + " rows, the ledger knows of " + done.rows() + ".", null);
        }
    }

    @Override
    public void close() {
        ParquetFileReader open = reader;
        reader = null;
        if (open != null) {
            try {
                open.close();
            } catch (IOException e) {
                throw failure(e);
            }
        }
    }

    private static final class Rows extends RecordMaterializer<@Nullable Object[]> {
        private final Row root;

        Rows(List<Column> columns) {
            root = new Row(columns);
        }

        @Override
        public @Nullable Object[] getCurrentRecord() {
            return root.values;
        }

        @Override
        public GroupConverter getRootConverter() {
            return root;
        }
    }

    private static final class Row extends GroupConverter {
        private final Converter[] cells;
        private @Nullable Object[] values = {};

        Row(List<Column> columns) {
            cells = new Converter[columns.size()];
            for (int i = 0; i < cells.length; i++) {
                cells[i] = new Cell(this, i, columns.get(i));
            }
        }

        @Override
        public Converter getConverter(int field) {
            return cells[field];
        }

        @Override
        public void start() {
            values = new @Nullable Object[cells.length];
        }

        @Override
        public void end() {
            // the row is taken by getCurrentRecord
        }
    }

    private static final class Cell extends PrimitiveConverter {
        private final Row row;
        private final int place;
        private final Column column;

        Cell(Row row, int place, Column column) {
            this.row = row;
            this.place = place;
            this.column = column;
        }

        @Override
        public void addBoolean(boolean value) {
            row.values[place] = value;
        }

        @Override
        public void addInt(int value) {
            row.values[place] = ParquetCells.ofInt(column, value);
        }

        @Override
        public void addLong(long value) {
            row.values[place] = ParquetCells.ofLong(column, value);
        }

        @Override
        public void addFloat(float value) {
            row.values[place] = value;
        }

        @Override
        public void addDouble(double value) {
            row.values[place] = value;
        }

        @Override
        public void addBinary(Binary value) {
            row.values[place] = ParquetCells.ofBinary(column, value);
        }
    }
}
