package io.convergence.change;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.convergence.ConvergenceException;
import io.convergence.raw.FileVolume;
import io.convergence.store.ObjectStat;
import io.convergence.store.ObjectStore;
import io.convergence.store.internal.ParquetFooter;
import io.convergence.store.internal.ParquetInput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.EnumMap;
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
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
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
    private static final int MAGIC = 4;
    private static final int MAGIC_AND_LENGTH = 8;
    private static final int SMALLEST_FILE = 12;
    private static final int READ_SIZE = 8 << 20;
    private static final String DAMAGED = "The file is damaged: restore it or reload the table.";
    private static final String ADD_CODEC = "Add it, or write the file with a codec DMS has: none or GZIP.";
    private static final String RAISE = "Raise the limit (ParquetLimits) if DMS or Convergence wrote the file.";

    /** Something that may fail in any of parquet-java's ways. */
    interface Step<T> {
        T run() throws IOException;
    }

    private final String key;
    private final ParquetFileReader reader;
    private final MessageType schema;
    private final List<BlockMetaData> groups;
    private final String createdBy;
    private final HeldInput input;
    private final CheckedCodecs codecs;
    private int group = -1;
    private @Nullable ColumnReadStoreImpl columns;
    private @Nullable PageReadStore pages;

    private ParquetSource(String key, ParquetFileReader reader, HeldInput input, CheckedCodecs codecs) {
        this.key = key;
        this.reader = reader;
        this.schema = reader.getFileMetaData().getSchema();
        this.groups = reader.getRowGroups();
        String writer = reader.getFileMetaData().getCreatedBy();
        this.createdBy = writer == null ? "" : writer;
        this.input = input;
        this.codecs = codecs;
    }

    static ParquetSource open(ObjectStore store, ObjectStat stat, ChangeReadOptions options) {
        return open(ParquetInput.of(store, stat), stat, options);
    }

    static ParquetSource open(ParquetInput input, ObjectStat stat, ChangeReadOptions options) {
        String key = stat.key();
        ParquetLimits limits = options.parquet();
        byte[] footer = footer(stat, input, limits);
        long footerStart = stat.size() - MAGIC_AND_LENGTH - footer.length;
        long rows = FooterCheck.rows(key, footerStart, footer, limits);
        HeldInput held = new HeldInput(input);
        CheckedCodecs codecs = new CheckedCodecs(limits);
        ParquetReadOptions settings = ParquetReadOptions.builder(new PlainParquetConfiguration())
                .withCodecFactory(codecs)
                .withMaxAllocationInBytes(READ_SIZE)
                .withUseHadoopVectoredIo(false)
                .usePageChecksumVerification()
                .build();
        ParquetMetadata metadata =
                guard(key, "its footer", footerStart, () -> ParquetFooter.metadata(footer, settings));
        ParquetFileReader reader = guard(
                key,
                "its footer",
                footerStart,
                () -> new ParquetFileReader(held, metadata, settings, held.newStream()));
        boolean usable = false;
        try {
            ParquetSource source =
                    guard(key, "its footer", footerStart, () -> new ParquetSource(key, reader, held, codecs));
            long largest = guard(key, "its footer", footerStart, () -> source.checkFooter(footerStart, rows, limits));
            codecs.limitPages(largest);
            usable = true;
            return source;
        } finally {
            if (!usable) {
                guard(key, "its end", -1, () -> {
                    reader.close();
                    return key;
                });
            }
        }
    }

    private static byte[] footer(ObjectStat stat, ParquetInput input, ParquetLimits limits) {
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

        long length = ByteBuffer.wrap(end).order(ByteOrder.LITTLE_ENDIAN).getInt();
        if (length <= 0 || length > size - SMALLEST_FILE) {
            throw broken(stat.key(), "its footer claims " + length + " bytes, the file has " + size + ".");
        }
        if (length > limits.maxFooter().bytes()) {
            throw RawFileException.ofFile(
                    stat.key(),
                    "its footer has " + length + " bytes, more than the limit of " + limits.maxFooter() + ".",
                    RAISE,
                    null);
        }

        byte[] footer = new byte[(int) length];
        input.read(size - MAGIC_AND_LENGTH - length, footer, 0, footer.length);
        return footer;
    }

    /** The largest column chunk, uncompressed. */
    private long checkFooter(long footerStart, long rowsOfFile, ParquetLimits limits) {
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
            for (int j = 0; j < block.getColumns().size(); j++) {
                ColumnChunkMetaData chunk = block.getColumns().get(j);
                if (!Arrays.equals(
                        chunk.getPath().toArray(), schema.getColumns().get(j).getPath())) {
                    throw broken(
                            key,
                            where + " has column '" + chunk.getPath().toDotString() + "' where the schema has '"
                                    + String.join(
                                            ".", schema.getColumns().get(j).getPath()) + "'.");
                }
                checkChunk(
                        chunk,
                        where + " column '" + chunk.getPath().toDotString() + "'",
                        block.getRowCount(),
                        footerStart,
                        limits);
                stored += chunk.getTotalSize();
                largest = Math.max(largest, chunk.getTotalUncompressedSize());
            }
            if (stored > footerStart) {
                throw broken(key, where + " claims " + stored + " bytes, " + footerStart + " lie before the footer.");
            }
        }
        if (rows != rowsOfFile) {
            throw broken(
                    key,
                    "its " + groups.size() + " row groups have " + rows + " rows, its footer says " + rowsOfFile + ".");
        }

        return largest;
    }

    private void checkChunk(ColumnChunkMetaData chunk, String where, long rows, long end, ParquetLimits limits) {
        long start = chunk.getStartingPos();
        long stored = chunk.getTotalSize();
        long plain = chunk.getTotalUncompressedSize();
        if (start < MAGIC || stored < 0 || plain < 0 || stored > end || start > end - stored) {
            throw broken(
                    key, where + " claims " + stored + " bytes from " + start + ", the footer begins at " + end + ".");
        }
        if (chunk.getValueCount() != rows) {
            throw broken(key, where + " has " + chunk.getValueCount() + " values in " + rows + " rows.");
        }
        if (plain > limits.maxColumnChunk().bytes()) {
            throw RawFileException.ofPlace(
                    key,
                    start,
                    where + " has " + plain + " bytes uncompressed, more than the limit of " + limits.maxColumnChunk()
                            + ".",
                    "Raise the limit if there is memory for it, or lower RowGroupLength.",
                    null);
        }
        if (!limits.allows(stored, plain)) {
            throw RawFileException.ofPlace(
                    key,
                    start,
                    where + " claims to unpack " + stored + " bytes to " + plain + ", more than " + limits.maxRatio()
                            + " times as many.",
                    RAISE,
                    null);
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

    List<BlockMetaData> blocks() {
        return groups;
    }

    long rows() {
        return groups.stream().mapToLong(BlockMetaData::getRowCount).sum();
    }

    /** What the footer tells of sizes. */
    FileVolume volume() {
        Map<CompressionCodecName, Long> storedByCodec = new EnumMap<>(CompressionCodecName.class);
        long stored = 0;
        long plain = 0;
        for (BlockMetaData block : groups) {
            for (ColumnChunkMetaData chunk : block.getColumns()) {
                storedByCodec.merge(chunk.getCodec(), chunk.getTotalSize(), Long::sum);
                stored += chunk.getTotalSize();
                plain += chunk.getTotalUncompressedSize();
            }
        }

        String codec = storedByCodec.entrySet().stream()
                .max(Map.Entry.comparingByValue())
                .map(most -> most.getKey().name())
                .orElse(CompressionCodecName.UNCOMPRESSED.name());
        return new FileVolume(stored, plain, codec);
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

    /** Uncompressed, of these columns of the row group at hand. */
    long bytesOfGroup(List<ColumnDescriptor> wanted) {
        return wanted.stream()
                .mapToLong(column -> chunk(group, column).getTotalUncompressedSize())
                .sum();
    }

    ColumnChunkMetaData chunk(int index, ColumnDescriptor column) {
        return groups.get(index).getColumns().get(schema.getFieldIndex(column.getPath()[0]));
    }

    String createdBy() {
        return createdBy;
    }

    /** Moves to the next row group without reading it. */
    void skipGroup() {
        release();
        group++;
    }

    /** Loads these columns of the row group at hand, from its first row; those loaded before are let go. */
    void load(List<ColumnDescriptor> wanted) {
        release();
        checkLastChunk(wanted);
        guard(key, "row group " + group, offsetOfGroup(), () -> {
            reader.setRequestedSchema(wanted);
            PageReadStore loaded = reader.readRowGroup(group);
            if (loaded == null) {
                throw new IOException("it is missing");
            }
            input.release();
            pages = loaded;
            columns = new ColumnReadStoreImpl(new CheckedPages(loaded), new NoRecords(), schema, createdBy);
            return loaded.getRowCount();
        });
    }

    /** Holds the end of what is read next, in as few requests as without, and looks at the page headers in it. */
    private void checkLastChunk(List<ColumnDescriptor> wanted) {
        List<ColumnChunkMetaData> chunks = groups.get(group).getColumns().stream()
                .filter(chunk -> wanted.stream()
                        .anyMatch(column ->
                                column.getPath()[0].equals(chunk.getPath().toArray()[0])))
                .toList();
        if (chunks.isEmpty()) {
            return;
        }

        ColumnChunkMetaData last = chunks.get(chunks.size() - 1);
        long end = last.getStartingPos() + last.getTotalSize();
        long from = last.getStartingPos();
        for (int i = chunks.size() - 2; i >= 0; i--) {
            ColumnChunkMetaData before = chunks.get(i);
            if (before.getStartingPos() + before.getTotalSize() != from) {
                break;
            }
            from = before.getStartingPos();
        }
        from = Math.min(last.getStartingPos(), Math.max(from, end - READ_SIZE));
        long held = from;
        if (end - held > Integer.MAX_VALUE - 16) {
            throw broken(key, "row group " + group + " has a column of " + last.getTotalSize() + " bytes.");
        }
        String where = "row group " + group + " column '" + last.getPath().toDotString() + "'";
        guard(key, where, last.getStartingPos(), () -> {
            byte[] bytes = input.hold(held, (int) (end - held));
            PageHeaders.check(bytes, (int) (last.getStartingPos() - held), bytes.length, last.getValueCount());
            return bytes.length;
        });
    }

    private long offsetOfGroup() {
        List<ColumnChunkMetaData> chunks = groups.get(group).getColumns();
        return chunks.isEmpty() ? -1 : chunks.get(0).getStartingPos();
    }

    /** A column of the loaded row group, from its first row. */
    ColumnReader column(ColumnDescriptor descriptor) {
        ColumnReadStoreImpl loaded = columns;
        if (loaded == null) {
            throw new IllegalStateException(
                    "Cannot read column '" + descriptor.getPath()[0] + "': no row group is loaded.");
        }

        return in(descriptor, "", () -> loaded.getColumnReader(descriptor));
    }

    /** Runs a step that reads a column of the row group at hand. @param more of where, may be empty */
    <T> T in(ColumnDescriptor descriptor, String more, Step<T> step) {
        String where = "row group " + group + " column '" + descriptor.getPath()[0] + "'" + more;
        return guard(key, where, chunk(group, descriptor).getStartingPos(), step);
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
        guard(key, "its end", -1, () -> {
            reader.close();
            return key;
        });
        codecs.release();
    }

    /** Turns whatever parquet-java throws at damaged bytes into one exception that says where. @param offset -1 if not known */
    static <T> T guard(String key, String where, long offset, Step<T> step) {
        try {
            return step.run();
        } catch (IOException | RuntimeException e) {
            throw translate(key, where, offset, e);
        } catch (StackOverflowError e) {
            throw RawFileException.ofPlace(key, offset, where + " is nested too deeply.", DAMAGED, e);
        } catch (OutOfMemoryError e) {
            throw RawFileException.ofPlace(
                    key,
                    offset,
                    where + " asks for more memory than there is (" + e.getMessage() + ").",
                    "The file is damaged, or needs a larger heap or a smaller RowGroupLength.",
                    e);
        } catch (LinkageError e) {
            throw RawFileException.ofPlace(
                    key,
                    offset,
                    where + " cannot be unpacked: its codec is not on the class path (" + e.getMessage() + ").",
                    ADD_CODEC,
                    e);
        }
    }

    private static ConvergenceException translate(String key, String where, long offset, Exception e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof ConvergenceException known) {
                return known;
            }
            if (cause instanceof CheckedCodecs.MissingCodecException missing) {
                return RawFileException.ofPlace(
                        key, offset, where + " cannot be unpacked: " + missing.getMessage() + ".", ADD_CODEC, e);
            }
        }

        return RawFileException.ofPlace(key, offset, where + " cannot be decoded: " + reason(e) + ".", DAMAGED, e);
    }

    /** parquet-java wraps what says why in what only says where. */
    private static String reason(Exception e) {
        String reason = "";
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            String more = cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
            if (!reason.contains(more)) {
                reason = reason.isEmpty() || more.contains(reason) ? more : reason + ": " + more;
            }
        }

        return reason;
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
