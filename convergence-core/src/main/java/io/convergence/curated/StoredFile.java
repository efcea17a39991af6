package io.convergence.curated;

import io.convergence.ledger.LedgerFile;
import io.convergence.schema.Column;
import io.convergence.store.ObjectStore;
import io.convergence.store.StoreException;
import io.convergence.store.internal.ParquetInput;
import io.convergence.store.internal.pages.PageCodecs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
import org.apache.parquet.schema.MessageType;
import org.jspecify.annotations.Nullable;

/** A published file by row groups, one of them in memory at a time. Not thread-safe. */
final class StoredFile {
    private static final int PIECE = 8 << 20;

    private final LedgerFile file;
    private final ParquetInput input;
    private final List<BlockMetaData> blocks;
    private final String createdBy;
    private final StoredColumn[] columns;
    private final StoredColumn[] ahead;
    private final StoredColumn[] last;
    private final boolean[] aheadOpen;
    private int loaded = -1;
    private long loadedStart;
    private byte[] bytes = {};

    private StoredFile(
            LedgerFile file,
            ParquetInput input,
            ParquetMetadata footer,
            StoredColumn[] columns,
            StoredColumn[] ahead,
            StoredColumn[] last) {
        this.file = file;
        this.input = input;
        this.blocks = footer.getBlocks();
        this.createdBy = Objects.requireNonNullElse(footer.getFileMetaData().getCreatedBy(), "");
        this.columns = columns;
        this.ahead = ahead;
        this.last = last;
        this.aheadOpen = new boolean[columns.length];
    }

    /** @throws CuratedTableException if the file is damaged or has other columns */
    static StoredFile open(ObjectStore store, LedgerFile file, List<Column> columns, PageCodecs codecs) {
        return guarded(file, () -> {
            ParquetInput input = ParquetInput.of(store, file.stat());
            MessageType expected = ParquetCells.message(columns);
            ParquetReadOptions options = ParquetReadOptions.builder(new PlainParquetConfiguration())
                    .withUseHadoopVectoredIo(false)
                    .build();
            ParquetMetadata footer;
            try (ParquetFileReader reader = ParquetFileReader.open(input, options)) {
                footer = reader.getFooter();
            }
            MessageType found = footer.getFileMetaData().getSchema();
            if (!found.equals(expected)) {
                throw CuratedTableException.unreadable(
                        file.key(), "it has columns " + found + " instead of " + expected + ".", null);
            }
            long rows = footer.getBlocks().stream()
                    .mapToLong(BlockMetaData::getRowCount)
                    .sum();
            if (rows != file.rows()) {
                throw CuratedTableException.unreadable(
                        file.key(), "it has " + rows + " rows, the ledger knows of " + file.rows() + ".", null);
            }
            return new StoredFile(
                    file,
                    input,
                    footer,
                    columns(columns, expected, codecs),
                    columns(columns, expected, codecs),
                    columns(columns, expected, codecs));
        });
    }

    private static StoredColumn[] columns(List<Column> columns, MessageType message, PageCodecs codecs) {
        var stored = new StoredColumn[columns.size()];
        for (int i = 0; i < stored.length; i++) {
            stored[i] = new StoredColumn(columns.get(i), message.getColumns().get(i), codecs);
        }
        return stored;
    }

    interface Work<T> {
        T run() throws IOException;
    }

    /** Parquet fails in many ways on a damaged file; faults of the store come out as they are. */
    static <T> T guarded(LedgerFile file, Work<T> work) {
        try {
            return work.run();
        } catch (CuratedTableException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                if (cause instanceof StoreException ours) {
                    throw ours;
                }
            }
            throw CuratedTableException.unreadable(file.key(), String.valueOf(e.getMessage()) + ".", e);
        }
    }

    /** {@link #guarded} where the file may not be known. */
    static <T> T guardedIn(@Nullable LedgerFile file, Work<T> work) {
        if (file != null) {
            return guarded(file, work);
        }
        try {
            return work.run();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    LedgerFile file() {
        return file;
    }

    int groups() {
        return blocks.size();
    }

    int rows(int group) {
        return Math.toIntExact(blocks.get(group).getRowCount());
    }

    /** Loads a row group; its columns are at its first row then. */
    void load(int group) {
        guarded(file, () -> {
            BlockMetaData block = blocks.get(group);
            long start = Long.MAX_VALUE;
            long end = 0;
            for (ColumnChunkMetaData chunk : block.getColumns()) {
                if (chunk.getValueCount() != block.getRowCount()) {
                    throw new IOException("column '" + chunk.getPath().toDotString() + "' has " + chunk.getValueCount()
                            + " values in " + block.getRowCount() + " rows");
                }
                start = Math.min(start, chunk.getStartingPos());
                end = Math.max(end, chunk.getStartingPos() + chunk.getTotalSize());
            }
            if (start < 0 || end > input.getLength() || end - start > Integer.MAX_VALUE - 16) {
                throw new IOException(
                        "a row group claims the bytes from " + start + " to " + end + " of " + input.getLength());
            }
            int length = (int) (end - start);
            if (bytes.length < length) {
                bytes = new byte[length];
            }
            // Piece by piece, so that no second copy of the whole is held.
            for (int done = 0; done < length; done += PIECE) {
                input.read(start + done, bytes, done, Math.min(PIECE, length - done));
            }
            for (int i = 0; i < columns.length; i++) {
                ColumnChunkMetaData chunk = block.getColumns().get(i);
                columns[i].open(bytes, (int) (chunk.getStartingPos() - start), chunk, createdBy);
                last[i].open(bytes, (int) (chunk.getStartingPos() - start), chunk, createdBy);
            }
            loaded = group;
            loadedStart = start;
            Arrays.fill(aheadOpen, false);
            return true;
        });
    }

    /** The same column, to be read before what is to be copied of it. */
    StoredColumn ahead(int place) {
        if (!aheadOpen[place]) {
            ColumnChunkMetaData chunk = blocks.get(loaded).getColumns().get(place);
            ahead[place].open(bytes, (int) (chunk.getStartingPos() - loadedStart), chunk, createdBy);
            aheadOpen[place] = true;
        }
        return ahead[place];
    }

    StoredColumn[] aheadAll() {
        return ahead;
    }

    /** The columns once more, to look at the last row. */
    StoredColumn[] last() {
        return last;
    }

    StoredColumn column(int place) {
        return columns[place];
    }

    BlockMetaData block(int group) {
        return blocks.get(group);
    }

    ParquetInput input() {
        return input;
    }
}
