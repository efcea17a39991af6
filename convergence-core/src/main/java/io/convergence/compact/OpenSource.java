package io.convergence.compact;

import io.convergence.store.ObjectStat;
import io.convergence.store.ObjectStore;
import io.convergence.store.internal.Footer;
import io.convergence.store.internal.ParquetFooter;
import io.convergence.store.internal.ParquetInput;
import java.util.List;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;
import org.jspecify.annotations.Nullable;

/** A flat Parquet file whose footer was read, and whose rows are read once, from front to back. Not thread-safe. */
final class OpenSource implements AutoCloseable {
    private static final int READ_SIZE = 8 << 20;

    /** Files that are compacted are smaller than this by default: footer and body are two requests (rule L7). */
    private static final int READ_AHEAD = 128 << 20;

    private static final int LEAST_READ_AHEAD = 8 << 20;

    /** Of the heap what is read ahead may take: a heap that is too small for a file's body reads it in more requests. */
    private static final int SHARE_OF_HEAP = 8;

    private final ObjectStat stat;
    private final ParquetInput input;
    private final Footer footer;
    private final @Nullable String hidden;
    private @Nullable ParquetFileReader reader;

    private OpenSource(ObjectStat stat, ParquetInput input, Footer footer, @Nullable String hidden) {
        this.stat = stat;
        this.input = input;
        this.footer = footer;
        this.hidden = hidden;
    }

    /** @throws CompactionException if it is no flat Parquet file */
    static OpenSource open(ObjectStore store, ObjectStat stat) {
        return open(
                stat,
                ParquetInput.readingAhead(
                        store, stat, readAhead(Runtime.getRuntime().maxMemory())));
    }

    /** How much of a file is held besides its end. @param heap in bytes */
    static int readAhead(long heap) {
        return (int) Math.max(LEAST_READ_AHEAD, Math.min(READ_AHEAD, heap / SHARE_OF_HEAP));
    }

    /** A Parquet file that is in memory whole. @param stat of the file it was made of */
    static OpenSource inMemory(ObjectStat stat, byte[] content) {
        return open(stat, ParquetInput.inMemory(stat.key(), content));
    }

    private static OpenSource open(ObjectStat stat, ParquetInput input) {
        Footer footer = FileRows.guard(stat.key(), "its footer", () -> ParquetFooter.read(input));
        OpenSource source = new OpenSource(stat, input, footer, null);
        source.checkFlat();
        return source;
    }

    private void checkFlat() {
        for (Type field : schema().getFields()) {
            if (!field.isPrimitive() || field.isRepetition(Type.Repetition.REPEATED)) {
                throw CompactionException.unreadable(
                        key(),
                        "its column '" + field.getName() + "' is nested or repeated, which DMS never writes",
                        null);
            }
        }
    }

    String key() {
        return stat.key();
    }

    ObjectStat stat() {
        return stat;
    }

    Footer footer() {
        return footer;
    }

    /** The file's columns, in its order. */
    MessageType schema() {
        MessageType all = footer.schema();
        return hidden == null ? all : without(all, hidden);
    }

    static MessageType without(MessageType schema, String column) {
        return new MessageType(
                schema.getName(),
                schema.getFields().stream()
                        .filter(field -> !field.getName().equals(column))
                        .toList());
    }

    /** The same file as if it did not have its last column. */
    OpenSource without(String last) {
        return new OpenSource(stat, input, footer, last);
    }

    long rows() {
        return footer.rows();
    }

    /** The file's bytes; what is read through it and what {@link #rows} reads share what was fetched. */
    ParquetInput input() {
        return input;
    }

    /** The rows, decoded, from the first on. Ask once. @param feeds one for each column of the target */
    FileRows cells(List<ColumnFeed> feeds) {
        return new FileRows(key(), reader(), null, feeds);
    }

    /** The rows of a file that must be readable by more than parquet-java. Ask once. */
    FileRows checkedCells(List<ColumnFeed> feeds) {
        return new FileRows(key(), reader(), input, feeds);
    }

    private ParquetFileReader reader() {
        ParquetFileReader open = reader;
        if (open == null) {
            ParquetReadOptions settings = ParquetReadOptions.builder(new PlainParquetConfiguration())
                    .withMaxAllocationInBytes(READ_SIZE)
                    .withUseHadoopVectoredIo(false)
                    .usePageChecksumVerification()
                    .build();
            open = FileRows.guard(key(), "its footer", () -> ParquetFooter.open(input, settings));
            reader = open;
        }

        return open;
    }

    @Override
    public void close() {
        ParquetFileReader open = reader;
        if (open != null) {
            FileRows.guard(key(), "its end", () -> {
                open.close();
                return key();
            });
        }
    }
}
