package io.convergence.change;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.convergence.ConvergenceException;
import io.convergence.store.ObjectStat;
import io.convergence.store.ObjectStore;
import io.convergence.store.internal.ParquetFooter;
import io.convergence.store.internal.ParquetInput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.column.impl.ColumnReadStoreImpl;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.io.api.Converter;
import org.apache.parquet.io.api.GroupConverter;
import org.apache.parquet.io.api.PrimitiveConverter;
import org.apache.parquet.schema.MessageType;
import org.jspecify.annotations.Nullable;

/**
 * An open Parquet file whose footer has been checked, read row group by row group. Whatever is wrong with it comes out
 * as {@link RawFileException}; faults of the store come out as they are. Not thread-safe.
 */
final class ParquetSource implements AutoCloseable {
    private static final int MAX_ROW_GROUPS = 100_000;
    private static final int MAX_COLUMNS = 5_000;
    private static final int MAGIC_AND_LENGTH = 8;
    private static final int SMALLEST_FILE = 12;
    private static final int READ_SIZE = 8 << 20;
    private static final long RATIO_CHECKED_FROM = 64L << 20;
    private static final int MAX_RATIO = 1000;
    private static final String DAMAGED = "The file is damaged: restore it or reload the table.";

    /** Something that may fail in any of parquet-java's ways. */
    interface Step<T> {
        T run() throws IOException;
    }

    private final String key;
    private final ParquetFileReader reader;
    private final MessageType schema;
    private final List<BlockMetaData> groups;
    private final String createdBy;
    private int group = -1;
    private @Nullable ColumnReadStoreImpl columns;
    private @Nullable PageReadStore pages;

    private ParquetSource(String key, ParquetFileReader reader) {
        this.key = key;
        this.reader = reader;
        this.schema = reader.getFileMetaData().getSchema();
        this.groups = reader.getRowGroups();
        String writer = reader.getFileMetaData().getCreatedBy();
        this.createdBy = writer == null ? "" : writer;
    }

    static ParquetSource open(ObjectStore store, ObjectStat stat, ChangeReadOptions options) {
        String key = stat.key();
        ParquetInput input = ParquetInput.of(store, stat);
        checkFrame(stat, input, options);
        CheckedCodecs codecs = new CheckedCodecs();
        ParquetReadOptions settings = ParquetReadOptions.builder(new PlainParquetConfiguration())
                .withCodecFactory(codecs)
                .withMaxAllocationInBytes(READ_SIZE)
                .withUseHadoopVectoredIo(false)
                .usePageChecksumVerification()
                .build();
        ParquetFileReader reader = guard(key, "its footer", () -> ParquetFooter.open(input, settings));
        boolean usable = false;
        try {
            ParquetSource source = guard(key, "its footer", () -> new ParquetSource(key, reader));
            long largest = guard(key, "its footer", () -> source.checkFooter(stat.size(), options));
            codecs.limitPages(largest);
            usable = true;
            return source;
        } finally {
            if (!usable) {
                guard(key, "its end", () -> {
                    reader.close();
                    return key;
                });
            }
        }
    }

    private static void checkFrame(ObjectStat stat, ParquetInput input, ChangeReadOptions options) {
        long size = stat.size();
        if (size < SMALLEST_FILE) {
            throw broken(stat.key(), "it has " + size + " bytes, too few for a Parquet file.");
        }

        byte[] head = new byte[4];
        byte[] end = new byte[MAGIC_AND_LENGTH];
        input.read(size - MAGIC_AND_LENGTH, end, 0, MAGIC_AND_LENGTH);
        input.read(0, head, 0, head.length);
        String magic = new String(end, 4, 4, US_ASCII);
        if (magic.equals("PARE")) {
            throw RawFileException.ofFile(
                    stat.key(),
                    "its footer is encrypted.",
                    "Write it without Parquet encryption; DMS encrypts objects on S3 instead.",
                    null);
        }
        if (!magic.equals("PAR1") || !new String(head, US_ASCII).equals("PAR1")) {
            throw RawFileException.ofFile(
                    stat.key(), "it does not begin and end with PAR1, so it is no whole Parquet file.", DAMAGED, null);
        }

        long footer = ByteBuffer.wrap(end).order(ByteOrder.LITTLE_ENDIAN).getInt();
        if (footer <= 0 || footer > size - SMALLEST_FILE) {
            throw broken(stat.key(), "its footer claims " + footer + " bytes, the file has " + size + ".");
        }
        if (footer > options.maxFooter().bytes()) {
            throw RawFileException.ofFile(
                    stat.key(),
                    "its footer has " + footer + " bytes, more than the limit of " + options.maxFooter() + ".",
                    "Check that DMS wrote the file.",
                    null);
        }
    }

    /** The largest column chunk, uncompressed. */
    private long checkFooter(long size, ChangeReadOptions options) {
        if (schema.getFieldCount() > MAX_COLUMNS || schema.getColumns().size() > MAX_COLUMNS) {
            throw broken(key, "it has " + schema.getFieldCount() + " columns, more than " + MAX_COLUMNS + ".");
        }
        if (groups.size() > MAX_ROW_GROUPS) {
            throw broken(key, "it has " + groups.size() + " row groups, more than " + MAX_ROW_GROUPS + ".");
        }

        long largest = 0;
        long rows = 0;
        for (int i = 0; i < groups.size(); i++) {
            BlockMetaData block = groups.get(i);
            String where = "row group " + i;
            if (block.getRowCount() < 0 || Long.MAX_VALUE - rows < block.getRowCount()) {
                throw broken(key, where + " claims " + block.getRowCount() + " rows.");
            }
            if (block.getPath() != null) {
                throw broken(key, where + " lies in another file '" + block.getPath() + "'.");
            }
            if (block.getColumns().size() != schema.getColumns().size()) {
                throw broken(
                        key,
                        where + " has " + block.getColumns().size() + " columns, the schema has "
                                + schema.getColumns().size() + ".");
            }

            rows += block.getRowCount();
            long stored = 0;
            for (ColumnChunkMetaData chunk : block.getColumns()) {
                checkChunk(
                        chunk,
                        where + " column '" + chunk.getPath().toDotString() + "'",
                        block.getRowCount(),
                        size,
                        options);
                stored += chunk.getTotalSize();
                largest = Math.max(largest, chunk.getTotalUncompressedSize());
            }
            if (stored > size) {
                throw broken(key, where + " claims " + stored + " bytes, the file has " + size + ".");
            }
        }

        return largest;
    }

    private void checkChunk(ColumnChunkMetaData chunk, String where, long rows, long size, ChangeReadOptions options) {
        long start = chunk.getStartingPos();
        long stored = chunk.getTotalSize();
        long plain = chunk.getTotalUncompressedSize();
        if (start < 4 || stored < 0 || plain < 0 || stored > size || start > size - MAGIC_AND_LENGTH - stored) {
            throw broken(key, where + " claims " + stored + " bytes from " + start + ", the file has " + size + ".");
        }
        if (chunk.getValueCount() != rows) {
            throw broken(key, where + " has " + chunk.getValueCount() + " values in " + rows + " rows.");
        }
        if (plain > options.maxColumnChunk().bytes()) {
            throw RawFileException.ofFile(
                    key,
                    where + " has " + plain + " bytes uncompressed, more than the limit of " + options.maxColumnChunk()
                            + ".",
                    "Raise the limit if there is memory for it, or lower RowGroupLength.",
                    null);
        }
        if (plain > RATIO_CHECKED_FROM && plain / MAX_RATIO > stored) {
            throw broken(key, where + " claims to unpack " + stored + " bytes to " + plain + ".");
        }
    }

    String key() {
        return key;
    }

    MessageType schema() {
        return schema;
    }

    Map<String, String> metadata() {
        return reader.getFileMetaData().getKeyValueMetaData();
    }

    long rows() {
        return groups.stream().mapToLong(BlockMetaData::getRowCount).sum();
    }

    /** Reads only these columns from here on. */
    void project(List<ColumnDescriptor> wanted) {
        reader.setRequestedSchema(wanted);
    }

    int groups() {
        return groups.size();
    }

    /** The row group at hand. */
    int group() {
        return group;
    }

    long rowsOfGroup(int index) {
        return groups.get(index).getRowCount();
    }

    long bytesOfGroup() {
        return groups.get(group).getTotalByteSize();
    }

    /** Moves to the next row group without reading it. */
    void skipGroup() {
        release();
        group++;
        guard(key, "row group " + group, reader::skipNextRowGroup);
    }

    /** Moves to the next row group, which must not be empty, and loads its columns. */
    void loadGroup() {
        release();
        group++;
        guard(key, "row group " + group, () -> {
            PageReadStore loaded = reader.readNextRowGroup();
            if (loaded == null) {
                throw new IOException("it is missing");
            }
            pages = loaded;
            columns = new ColumnReadStoreImpl(new CheckedPages(loaded), new NoRecords(), schema, createdBy);
            return loaded.getRowCount();
        });
    }

    /** A column of the loaded row group, from its first row. */
    ColumnReader column(ColumnDescriptor descriptor) {
        ColumnReadStoreImpl loaded = columns;
        if (loaded == null) {
            throw new IllegalStateException(
                    "Cannot read column '" + descriptor.getPath()[0] + "': no row group is loaded.");
        }

        return guard(key, where(descriptor), () -> loaded.getColumnReader(descriptor));
    }

    String where(ColumnDescriptor descriptor) {
        return "row group " + group + " column '" + descriptor.getPath()[0] + "'";
    }

    private void release() {
        columns = null;
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

    /** Turns whatever parquet-java throws at damaged bytes into one exception that says where. */
    static <T> T guard(String key, String where, Step<T> step) {
        try {
            return step.run();
        } catch (IOException | RuntimeException e) {
            throw translate(key, where, e);
        } catch (StackOverflowError e) {
            throw RawFileException.ofFile(key, where + " is nested too deeply.", DAMAGED, e);
        } catch (OutOfMemoryError e) {
            throw RawFileException.ofFile(
                    key,
                    where + " asks for more memory than there is (" + e.getMessage() + ").",
                    "The file is damaged, or needs a larger heap or a smaller RowGroupLength.",
                    e);
        } catch (LinkageError e) {
            throw RawFileException.ofFile(
                    key,
                    where + " needs a codec that is not on the class path (" + e.getMessage() + ").",
                    "Add it.",
                    e);
        }
    }

    private static ConvergenceException translate(String key, String where, Exception e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof ConvergenceException known) {
                return known;
            }
        }

        String reason = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        return RawFileException.ofFile(key, where + " cannot be decoded: " + reason + ".", DAMAGED, e);
    }

    private static RawFileException broken(String key, String reason) {
        return RawFileException.ofFile(key, reason, DAMAGED, null);
    }

    /** Columns are read as vectors; parquet-java still asks for the root of a record converter. */
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
