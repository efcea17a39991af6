package io.convergence.curated;

import io.convergence.ledger.LedgerFile;
import io.convergence.schema.Column;
import io.convergence.store.ObjectStore;
import io.convergence.store.StoreException;
import io.convergence.store.internal.Footer;
import io.convergence.store.internal.PageIndex;
import io.convergence.store.internal.ParquetFooter;
import io.convergence.store.internal.ParquetInput;
import io.convergence.store.internal.pages.CompactThrift;
import io.convergence.store.internal.pages.DamagedPageException;
import io.convergence.store.internal.pages.PageCodecs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.internal.hadoop.metadata.IndexReference;
import org.apache.parquet.schema.MessageType;
import org.jspecify.annotations.Nullable;

/** A published file by row groups, one of them in memory at a time. Not thread-safe. */
final class StoredFile {
    private static final int PIECE = 4 << 20;

    /** Of an array that is kept from row group to row group. */
    private static final long LARGEST_KEPT = Integer.MAX_VALUE - 16;

    private final LedgerFile file;
    private final ParquetInput input;
    private final List<BlockMetaData> blocks;
    private final String createdBy;
    private final long largestGroup;
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
            Footer footer,
            StoredColumn[] columns,
            StoredColumn[] ahead,
            StoredColumn[] last) {
        this.file = file;
        this.input = input;
        this.blocks = footer.groups();
        this.createdBy = footer.createdBy();
        long largest = 0;
        for (BlockMetaData block : blocks) {
            largest = Math.max(largest, block.getCompressedSize());
        }
        this.largestGroup = largest;
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
            Footer footer = ParquetFooter.read(input);
            MessageType found = footer.schema();
            if (!ParquetCells.isOf(expected, found)) {
                throw CuratedTableException.unreadable(
                        file.key(), "it has columns " + found + " instead of " + expected + ".", null);
            }
            if (footer.rows() != file.rows()) {
                throw CuratedTableException.unreadable(
                        file.key(),
                        "it has " + footer.rows() + " rows, the ledger knows of " + file.rows() + ".",
                        null);
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

    /** Whether a row group has so many rows or stored bytes. */
    boolean isLarge(int group, long leastRows, long leastBytes) {
        BlockMetaData block = blocks.get(group);
        return block.getRowCount() >= leastRows || block.getCompressedSize() >= leastBytes;
    }

    /**
     * Bytes of an array for a row group and those after it.
     *
     * @param length of the row group
     * @param largest row group, as the file says
     * @param file its length, beyond which no row group can be true
     */
    static int kept(int length, long largest, long file) {
        return (int) Math.max(length, Math.min(LARGEST_KEPT, Math.min(largest, file)));
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
            loadedStart = start;
            if (input.whole().length > 0) {
                bytes = input.whole();
                loadedStart = 0;
            } else {
                int length = (int) (end - start);
                if (bytes.length < length) {
                    // For every row group: while one array is given up for a larger one, both are held.
                    bytes = new byte[kept(length, largestGroup, input.getLength())];
                }
                // Piece by piece, so that no second copy of the whole is held.
                for (int done = 0; done < length; done += PIECE) {
                    input.read(start + done, bytes, done, Math.min(PIECE, length - done));
                }
            }
            for (int i = 0; i < columns.length; i++) {
                ColumnChunkMetaData chunk = block.getColumns().get(i);
                int at = (int) (chunk.getStartingPos() - loadedStart);
                int place = i;
                columns[i].open(bytes, at, chunk, createdBy, () -> index(chunk, place));
                last[i].open(bytes, at, chunk, createdBy, () -> null);
            }
            loaded = group;
            Arrays.fill(aheadOpen, false);
            return true;
        });
    }

    /** The same column, to be read before what is to be copied of it. */
    StoredColumn ahead(int place) {
        if (!aheadOpen[place]) {
            ColumnChunkMetaData chunk = blocks.get(loaded).getColumns().get(place);
            ahead[place].open(bytes, (int) (chunk.getStartingPos() - loadedStart), chunk, createdBy, () -> null);
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

    /** What the file says of the bounds of a chunk's pages; null if that is nothing. For several threads at once. */
    private @Nullable PageIndex index(ColumnChunkMetaData chunk, int place) {
        IndexReference at = chunk.getColumnIndexReference();
        if (at == null) {
            return null;
        }
        if (at.getOffset() < 0 || at.getLength() < 0 || at.getOffset() > input.getLength() - at.getLength()) {
            throw new DamagedPageException("the index of column " + place + " lies outside of the file");
        }
        var content = new byte[at.getLength()];
        synchronized (input) {
            input.read(at.getOffset(), content, 0, content.length);
        }
        try {
            return PageIndex.read(content);
        } catch (CompactThrift.MalformedException e) {
            throw new DamagedPageException("the index of column " + place + " cannot be decoded: " + e.why(), e);
        }
    }
}
