package io.convergence.change;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.convergence.ConvergenceException;
import io.convergence.raw.FileVolume;
import io.convergence.store.ObjectStat;
import io.convergence.store.ObjectStore;
import io.convergence.store.internal.Footer;
import io.convergence.store.internal.ParquetFooter;
import io.convergence.store.internal.ParquetInput;
import io.convergence.store.internal.pages.ColumnPages;
import io.convergence.store.internal.pages.MissingCodecException;
import io.convergence.store.internal.pages.PageCodecs;
import io.convergence.store.internal.pages.PageLimits;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
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
    private static final String DAMAGED = "The file is damaged: restore it or reload the table.";
    private static final String ADD_CODEC = "Add it, or write the file with a codec DMS has: none or GZIP.";
    private static final String RAISE = "Raise the limit (ParquetLimits) if DMS or Convergence wrote the file.";

    /** Something that may fail in any of parquet-java's ways. */
    interface Step<T> {
        T run() throws IOException;
    }

    private final String key;
    private final ParquetInput input;
    private final Footer metadata;
    private final ParquetLimits limits;
    private final MessageType schema;
    private final List<BlockMetaData> groups;
    private final String createdBy;
    private final PageCodecs codecs = new PageCodecs();
    private final Map<ColumnDescriptor, ColumnPages> pages = new HashMap<>();
    private @Nullable GroupBytes bytes;
    private int group = -1;

    private ParquetSource(String key, ParquetInput input, Footer metadata, ParquetLimits limits) {
        this.key = key;
        this.input = input;
        this.metadata = metadata;
        this.limits = limits;
        this.schema = metadata.schema();
        this.groups = metadata.groups();
        this.createdBy = metadata.createdBy();
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
        return guard(key, "its footer", footerStart, () -> {
            Footer metadata = ParquetFooter.read(footer);
            ParquetSource source = new ParquetSource(key, input, metadata, limits);
            source.checkFooter(footerStart, rows);
            return source;
        });
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

    private void checkFooter(long footerStart, long rowsOfFile) {
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
                        footerStart);
                stored += chunk.getTotalSize();
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
    }

    private void checkChunk(ColumnChunkMetaData chunk, String where, long rows, long end) {
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

    Map<String, @Nullable String> metadata() {
        return metadata.entries();
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
        GroupBytes loaded = guard(
                key,
                "row group " + group,
                offsetOfGroup(),
                () -> GroupBytes.read(
                        input, wanted.stream().map(this::chunkAtHand).toList()));
        for (ColumnDescriptor column : wanted) {
            in(column, -1, () -> {
                // Before the first row is delivered: pages of too few values would move others to their rows.
                ColumnPages walked = opened(column, loaded);
                while (walked.next()) {}
                return walked.left();
            });
        }
        bytes = loaded;
    }

    private ColumnPages opened(ColumnDescriptor column, GroupBytes loaded) {
        ColumnPages opened = pages.computeIfAbsent(
                column,
                any -> new ColumnPages(
                        any, codecs, new PageLimits(limits.maxPage().bytes(), limits.maxRatio())));
        ColumnChunkMetaData chunk = chunkAtHand(column);
        opened.open(loaded.bytes(chunk), loaded.start(chunk), chunk, createdBy);
        return opened;
    }

    private ColumnChunkMetaData chunkAtHand(ColumnDescriptor column) {
        return chunk(group, column);
    }

    private long offsetOfGroup() {
        List<ColumnChunkMetaData> chunks = groups.get(group).getColumns();
        return chunks.isEmpty() ? -1 : chunks.get(0).getStartingPos();
    }

    /** A column of the loaded row group, from its first row. */
    ChunkCursor column(ColumnDescriptor descriptor) {
        GroupBytes loaded = bytes;
        if (loaded == null) {
            throw new IllegalStateException(
                    "Cannot read column '" + descriptor.getPath()[0] + "': no row group is loaded.");
        }

        return in(descriptor, -1, () -> {
            ChunkCursor cursor = new ChunkCursor(opened(descriptor, loaded), descriptor.getPrimitiveType());
            cursor.rows(1);
            return cursor;
        });
    }

    /** Runs a step that reads a column of the row group at hand. @param row from which it reads, or -1 */
    <T> T in(ColumnDescriptor descriptor, long row, Step<T> step) {
        try {
            return step.run();
        } catch (IOException | RuntimeException | StackOverflowError | OutOfMemoryError | LinkageError e) {
            String where = "row group " + group + " column '" + descriptor.getPath()[0] + "'"
                    + (row < 0 ? "" : " from row " + row);
            throw failure(key, where, chunkAtHand(descriptor).getStartingPos(), e);
        }
    }

    private void release() {
        bytes = null;
    }

    @Override
    public void close() {
        release();
        codecs.close();
    }

    /** Turns whatever parquet-java throws at damaged bytes into one exception that says where. @param offset -1 if not known */
    static <T> T guard(String key, String where, long offset, Step<T> step) {
        try {
            return step.run();
        } catch (IOException | RuntimeException | StackOverflowError | OutOfMemoryError | LinkageError e) {
            throw failure(key, where, offset, e);
        }
    }

    private static ConvergenceException failure(String key, String where, long offset, Throwable e) {
        if (e instanceof StackOverflowError) {
            return RawFileException.ofPlace(key, offset, where + " is nested too deeply.", DAMAGED, e);
        }
        if (e instanceof OutOfMemoryError) {
            return RawFileException.ofPlace(
                    key,
                    offset,
                    where + " asks for more memory than there is (" + e.getMessage() + ").",
                    "The file is damaged, or needs a larger heap or a smaller RowGroupLength.",
                    e);
        }
        if (e instanceof LinkageError) {
            return RawFileException.ofPlace(
                    key,
                    offset,
                    where + " cannot be unpacked: its codec is not on the class path (" + e.getMessage() + ").",
                    ADD_CODEC,
                    e);
        }

        return translate(key, where, offset, e);
    }

    private static ConvergenceException translate(String key, String where, long offset, Throwable e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof ConvergenceException known) {
                return known;
            }
            if (cause instanceof MissingCodecException missing) {
                return RawFileException.ofPlace(
                        key, offset, where + " cannot be unpacked: " + missing.getMessage() + ".", ADD_CODEC, e);
            }
        }

        return RawFileException.ofPlace(key, offset, where + " cannot be decoded: " + reason(e) + ".", DAMAGED, e);
    }

    /** parquet-java wraps what says why in what only says where. */
    private static String reason(Throwable e) {
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
}
