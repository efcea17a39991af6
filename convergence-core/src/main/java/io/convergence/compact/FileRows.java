package io.convergence.compact;

import io.convergence.ConvergenceException;
import io.convergence.store.ObjectStat;
import io.convergence.store.ObjectStore;
import io.convergence.store.internal.ParquetFooter;
import io.convergence.store.internal.ParquetInput;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.column.impl.ColumnReadStoreImpl;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.io.api.Converter;
import org.apache.parquet.io.api.GroupConverter;
import org.apache.parquet.io.api.PrimitiveConverter;
import org.apache.parquet.io.api.RecordConsumer;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;
import org.jspecify.annotations.Nullable;

/**
 * A flat Parquet file read row by row as it is stored, without a meaning given to its columns. One row group and at
 * most {@value #READ_AHEAD} bytes of the file are in memory at a time. Not thread-safe.
 */
final class FileRows implements AutoCloseable {
    private static final int READ_SIZE = 8 << 20;

    /** Raw files that are compacted are smaller than this by default: footer and body are two requests (rule L7). */
    private static final int READ_AHEAD = 128 << 20;

    private final String key;
    private final ParquetFileReader reader;
    private final MessageType schema;
    private @Nullable PageReadStore pages;
    private ColumnReader[] columns = {};
    private int[] definition = {};
    private long leftInGroup;

    private FileRows(String key, ParquetFileReader reader) {
        this.key = key;
        this.reader = reader;
        this.schema = reader.getFileMetaData().getSchema();
    }

    private interface Step<T> {
        T run() throws IOException;
    }

    /** @throws CompactionException if it is no flat Parquet file */
    static FileRows open(ObjectStore store, ObjectStat stat) {
        String key = stat.key();
        ParquetReadOptions settings = ParquetReadOptions.builder(new PlainParquetConfiguration())
                .withMaxAllocationInBytes(READ_SIZE)
                .withUseHadoopVectoredIo(false)
                .usePageChecksumVerification()
                .build();
        ParquetFileReader reader = guard(
                key,
                "its footer",
                () -> ParquetFooter.open(ParquetInput.readingAhead(store, stat, READ_AHEAD), settings));
        var rows = new FileRows(key, reader);
        boolean usable = false;
        try {
            rows.checkFlat();
            usable = true;
            return rows;
        } finally {
            if (!usable) {
                rows.close();
            }
        }
    }

    private void checkFlat() {
        for (Type field : schema.getFields()) {
            if (!field.isPrimitive() || field.isRepetition(Type.Repetition.REPEATED)) {
                throw CompactionException.unreadable(
                        key,
                        "its column '" + field.getName() + "' is nested or repeated, which DMS never writes",
                        null);
            }
        }
    }

    MessageType schema() {
        return schema;
    }

    List<String> columns() {
        return schema.getFields().stream().map(Type::getName).toList();
    }

    long rows() {
        return reader.getRecordCount();
    }

    Map<String, String> metadata() {
        return reader.getFileMetaData().getKeyValueMetaData();
    }

    /** Moves to the next row; false at the end. */
    boolean next() {
        return guard(key, "its rows", () -> {
            while (leftInGroup == 0) {
                if (!nextGroup()) {
                    return false;
                }
            }

            leftInGroup--;
            return true;
        });
    }

    private boolean nextGroup() throws IOException {
        release();
        PageReadStore loaded = reader.readNextRowGroup();
        if (loaded == null) {
            return false;
        }

        pages = loaded;
        String createdBy = reader.getFileMetaData().getCreatedBy();
        var store = new ColumnReadStoreImpl(loaded, new NoRecords(), schema, createdBy == null ? "" : createdBy);
        List<ColumnDescriptor> descriptors = schema.getColumns();
        columns = new ColumnReader[descriptors.size()];
        definition = new int[descriptors.size()];
        for (int i = 0; i < columns.length; i++) {
            columns[i] = store.getColumnReader(descriptors.get(i));
            definition[i] = descriptors.get(i).getMaxDefinitionLevel();
        }
        leftInGroup = loaded.getRowCount();
        return true;
    }

    /**
     * Takes the cells of the current row. Call once a row.
     *
     * @param places where each of this file's columns is among the target's
     * @param tallies of the target's columns
     * @param target gets the cells that are not null; null if they are only counted
     */
    void take(int[] places, ColumnTally[] tallies, @Nullable RecordConsumer target) {
        int at = 0;
        try {
            for (; at < columns.length; at++) {
                ColumnReader cells = columns[at];
                ColumnTally tally = tallies[places[at]];
                if (cells.getCurrentDefinitionLevel() < definition[at]) {
                    tally.takeNull();
                } else if (target == null) {
                    tally.take(cells, null);
                } else {
                    String name = schema.getFieldName(at);
                    target.startField(name, places[at]);
                    tally.take(cells, target);
                    target.endField(name, places[at]);
                }

                cells.consume();
            }
        } catch (RuntimeException | OutOfMemoryError | LinkageError e) {
            throw translate(key, "column '" + schema.getFieldName(at) + "'", e);
        }
    }

    private void release() {
        PageReadStore loaded = pages;
        pages = null;
        if (loaded != null) {
            loaded.close();
        }
    }

    @Override
    public void close() {
        release();
        guard(key, "its end", () -> {
            reader.close();
            return key;
        });
    }

    private static <T> T guard(String key, String where, Step<T> step) {
        try {
            return step.run();
        } catch (IOException | RuntimeException | OutOfMemoryError | StackOverflowError | LinkageError e) {
            throw translate(key, where, e);
        }
    }

    /** What parquet-java throws at damaged bytes becomes one exception; what the store threw comes out as it is. */
    private static ConvergenceException translate(String key, String where, Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof ConvergenceException known) {
                return known;
            }
        }

        return CompactionException.unreadable(key, where + " cannot be read (" + failure + ")", failure);
    }

    /** Cells are read column by column; parquet-java still asks for the root of a record converter. */
    private static final class NoRecords extends GroupConverter {
        private static final PrimitiveConverter NOTHING = new PrimitiveConverter() {};

        @Override
        public Converter getConverter(int fieldIndex) {
            return NOTHING;
        }

        @Override
        public void start() {}

        @Override
        public void end() {}
    }
}
