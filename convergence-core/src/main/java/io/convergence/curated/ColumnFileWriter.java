package io.convergence.curated;

import io.convergence.ledger.LedgerFile;
import io.convergence.schema.Column;
import io.convergence.store.MultipartUpload;
import io.convergence.store.ObjectStore;
import io.convergence.store.ObjectWriter;
import io.convergence.store.WriteCondition;
import io.convergence.store.internal.PageFile;
import io.convergence.store.internal.pages.PageCodecs;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.apache.parquet.schema.MessageType;

/** Writes one Parquet file column by column, a row group in memory; closing it without {@link #commit} leaves nothing. Not thread-safe. */
final class ColumnFileWriter implements AutoCloseable {
    /** A file of data and one of state are open at the same time, each with the buffer of a part. */
    private static final int PART_BYTES = MultipartUpload.MIN_PART_BYTES;

    private final ObjectWriter object;
    private final PageFile file;
    private final ColumnInMaking[] columns;
    private long rows;
    private long groupRows;

    private ColumnFileWriter(ObjectWriter object, PageFile file, ColumnInMaking[] columns) {
        this.object = object;
        this.file = file;
        this.columns = columns;
    }

    static ColumnFileWriter open(ObjectStore store, String key, List<Column> columns, PageCodecs codecs) {
        MessageType message = ParquetCells.message(columns);
        var inMaking = new ColumnInMaking[columns.size()];
        for (int i = 0; i < inMaking.length; i++) {
            inMaking[i] = new ColumnInMaking(message.getColumns().get(i), codecs);
        }
        ObjectWriter object = ObjectWriter.open(store, key, WriteCondition.ifAbsent(), PART_BYTES);
        return new ColumnFileWriter(object, new PageFile(object, message), inMaking);
    }

    String key() {
        return object.key();
    }

    ColumnInMaking column(int place) {
        return columns[place];
    }

    /** Says that every column was given so many more cells. */
    void took(long more) {
        rows += more;
        groupRows += more;
    }

    long groupRows() {
        return groupRows;
    }

    /** Bytes of the open row group; of its open pages as they are before they are compressed. */
    long groupBytes() {
        long bytes = 0;
        for (ColumnInMaking column : columns) {
            bytes += column.storedBytes();
        }
        return bytes;
    }

    /** Bytes of the file so far. */
    long bytes() {
        return object.position() + groupBytes();
    }

    void endGroup() {
        if (groupRows == 0) {
            return;
        }
        file.startGroup(groupRows);
        for (ColumnInMaking column : columns) {
            column.endChunk();
            column.write(file);
        }
        groupRows = 0;
    }

    /** Copies the row group that is loaded, as it is; none may be open here. */
    void copyGroup(StoredFile from, int group) {
        if (groupRows > 0) {
            throw new IllegalStateException("A row group is open.");
        }
        file.startGroup(from.rows(group));
        for (int i = 0; i < columns.length; i++) {
            from.column(i).copyChunk(file);
        }
        rows += from.rows(group);
    }

    LedgerFile commit() {
        endGroup();
        try {
            file.end(Map.of());
        } catch (IOException e) {
            throw unwritable(object.key(), e);
        }
        return LedgerFile.of(object.commit(), rows);
    }

    @Override
    public void close() {
        object.close();
    }

    private static CuratedTableException unwritable(String key, IOException cause) {
        return CuratedTableException.unwritable(key, String.valueOf(cause.getMessage()), "Try again.", cause);
    }
}
