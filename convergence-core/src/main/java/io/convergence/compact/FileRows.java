package io.convergence.compact;

import io.convergence.ConvergenceException;
import io.convergence.store.internal.ParquetInput;
import io.convergence.store.internal.pages.ColumnPages;
import io.convergence.store.internal.pages.DamagedPageException;
import io.convergence.store.internal.pages.PageCodecs;
import io.convergence.store.internal.pages.PageLimits;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.column.impl.ColumnReadStoreImpl;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.io.api.Converter;
import org.apache.parquet.io.api.GroupConverter;
import org.apache.parquet.io.api.PrimitiveConverter;
import org.apache.parquet.io.api.RecordConsumer;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.jspecify.annotations.Nullable;

/**
 * A flat Parquet file read row by row without a meaning given to its columns. One row group is in memory at a time. Not
 * thread-safe.
 */
final class FileRows implements AutoCloseable {
    private static final Object NULL = new Object();

    private final String key;
    private final ParquetFileReader reader;
    private final @Nullable ParquetInput input;
    private final MessageType schema;
    private final List<ColumnFeed> feeds;
    private @Nullable PageReadStore pages;
    private @Nullable ColumnReader[] columns = {};
    private int[] definition = {};
    private long leftInGroup;
    private int group;

    /**
     * @param input to read each page with what the reader of changes uses, too; null to be content with parquet-java
     * @param feeds what is wanted of the file, one for each column of the target
     */
    FileRows(String key, ParquetFileReader reader, @Nullable ParquetInput input, List<ColumnFeed> feeds) {
        this.key = key;
        this.reader = reader;
        this.input = input;
        this.schema = reader.getFileMetaData().getSchema();
        this.feeds = feeds;
    }

    interface Step<T> {
        T run() throws IOException;
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
        ParquetInput checked = input;
        if (checked != null && group < reader.getRowGroups().size()) {
            checkPages(checked, reader.getRowGroups().get(group++));
        }

        PageReadStore loaded = reader.readNextRowGroup();
        if (loaded == null) {
            return false;
        }

        pages = loaded;
        String createdBy = reader.getFileMetaData().getCreatedBy();
        var store = new ColumnReadStoreImpl(loaded, new NoRecords(), schema, createdBy == null ? "" : createdBy);
        List<ColumnDescriptor> descriptors = schema.getColumns();
        columns = new @Nullable ColumnReader[feeds.size()];
        definition = new int[feeds.size()];
        for (int i = 0; i < columns.length; i++) {
            ColumnFeed feed = feeds.get(i);
            if (!feed.isAbsent()) {
                ColumnDescriptor descriptor = descriptors.get(feed.source());
                columns[i] = feed.conversion().widen(store.getColumnReader(descriptor));
                definition[i] = descriptor.getMaxDefinitionLevel();
            }
        }
        leftInGroup = loaded.getRowCount();
        return true;
    }

    /** parquet-java passes over sizes in page headers that others look at. */
    private void checkPages(ParquetInput checked, BlockMetaData block) {
        try (PageCodecs codecs = new PageCodecs()) {
            for (ColumnChunkMetaData chunk : block.getColumns()) {
                long size = chunk.getTotalSize();
                if (size < 0 || size > Integer.MAX_VALUE - 16) {
                    throw new DamagedPageException("a column claims " + size + " bytes");
                }

                byte[] bytes = new byte[(int) size];
                checked.read(chunk.getStartingPos(), bytes, 0, bytes.length);
                ColumnDescriptor column =
                        schema.getColumnDescription(chunk.getPath().toArray());
                var walk = new ColumnPages(column, codecs, PageLimits.defaults());
                walk.open(
                        bytes,
                        0,
                        chunk,
                        Objects.requireNonNullElse(reader.getFileMetaData().getCreatedBy(), ""));
                while (walk.next()) {
                    walk.decode();
                }
                if (walk.hasDictionary()) {
                    walk.dictionary();
                }
            }
        }
    }

    /**
     * Takes the cells of the current row. Call once a row.
     *
     * @param tallies of the target's columns
     * @param target gets the cells that are not null; null if they are only counted
     */
    void take(ColumnTally[] tallies, @Nullable RecordConsumer target) {
        int at = 0;
        try {
            for (; at < feeds.size(); at++) {
                ColumnReader cells = columns[at];
                ColumnTally tally = tallies[at];
                if (cells == null) {
                    tally.takeNull();
                    continue;
                }

                if (cells.getCurrentDefinitionLevel() < definition[at]) {
                    tally.takeNull();
                } else if (target == null) {
                    tally.take(cells, null);
                } else {
                    String name = feeds.get(at).target().getName();
                    target.startField(name, at);
                    tally.take(cells, target);
                    target.endField(name, at);
                }

                cells.consume();
            }
        } catch (RuntimeException | OutOfMemoryError | LinkageError e) {
            if (e instanceof ArithmeticException unfit && !feeds.get(at).isSameType()) {
                throw new UnfitValueException(key, feeds.get(at).target().getName(), unfit);
            }

            throw translate(key, "column '" + feeds.get(at).target().getName() + "'", e);
        }
    }

    /** A column in whose cell the current rows of both differ; moves both behind them, so call once a row. */
    Optional<String> difference(FileRows other) {
        Optional<String> found = Optional.empty();
        for (int at = 0; at < feeds.size(); at++) {
            String name = feeds.get(at).target().getName();
            Object mine = value(at);
            Object theirs = other.value(at);
            if (found.isEmpty() && !mine.equals(theirs)) {
                found = Optional.of(name);
            }
        }

        return found;
    }

    /**
     * The cells of the current row, each as a value with its bits. Call once a row.
     *
     * @param cells gets them; null where a cell is
     */
    void read(@Nullable Object[] cells) {
        for (int at = 0; at < feeds.size(); at++) {
            Object value = value(at);
            cells[at] = value == NULL ? null : value;
        }
    }

    /** The cell as a value with its bits. Moves on in the column. */
    private Object value(int at) {
        ColumnReader cells = columns[at];
        if (cells == null) {
            return NULL;
        }

        return guard(key, "column '" + feeds.get(at).target().getName() + "'", () -> {
            boolean present = cells.getCurrentDefinitionLevel() == definition[at];
            Object value = present ? bits(cells, feeds.get(at).target().getPrimitiveTypeName()) : NULL;
            cells.consume();
            return value;
        });
    }

    private static Object bits(ColumnReader cells, PrimitiveTypeName type) {
        return switch (type) {
            case BOOLEAN -> cells.getBoolean();
            case INT32 -> cells.getInteger();
            case INT64 -> cells.getLong();
            case FLOAT -> Float.floatToRawIntBits(cells.getFloat());
            case DOUBLE -> Double.doubleToRawLongBits(cells.getDouble());
            case INT96, FIXED_LEN_BYTE_ARRAY, BINARY -> cells.getBinary().copy();
        };
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
    }

    static <T> T guard(String key, String where, Step<T> step) {
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
