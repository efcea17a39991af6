package io.convergence.curated;

import io.convergence.ledger.LedgerFile;
import io.convergence.schema.Column;
import io.convergence.store.ObjectStore;
import io.convergence.store.ObjectWriter;
import io.convergence.store.WriteCondition;
import io.convergence.store.internal.ParquetOutput;
import io.convergence.store.internal.pages.PageCodecs;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.schema.MessageType;

/** Writes one Parquet file column by column, a row group in memory; closing it without {@link #commit} leaves nothing. Not thread-safe. */
final class ColumnFileWriter implements AutoCloseable {
    private static final int TRUNCATE_BOUNDS_AT = 64;

    private final ObjectWriter object;
    private final ParquetOutput output;
    private final ParquetFileWriter parquet;
    private final ColumnInMaking[] columns;
    private long rows;
    private long groupRows;
    private boolean ended;

    private ColumnFileWriter(
            ObjectWriter object, ParquetOutput output, ParquetFileWriter parquet, ColumnInMaking[] columns) {
        this.object = object;
        this.output = output;
        this.parquet = parquet;
        this.columns = columns;
    }

    static ColumnFileWriter open(ObjectStore store, String key, List<Column> columns, PageCodecs codecs) {
        MessageType message = ParquetCells.message(columns);
        ObjectWriter object = ObjectWriter.open(store, key, WriteCondition.ifAbsent());
        ParquetOutput output = new ParquetOutput(object);
        try {
            var parquet = new ParquetFileWriter(
                    output,
                    message,
                    ParquetFileWriter.Mode.CREATE,
                    Integer.MAX_VALUE,
                    0,
                    TRUNCATE_BOUNDS_AT,
                    Integer.MAX_VALUE,
                    true);
            parquet.start();
            var inMaking = new ColumnInMaking[columns.size()];
            for (int i = 0; i < inMaking.length; i++) {
                inMaking[i] = new ColumnInMaking(message.getColumns().get(i), codecs);
            }
            return new ColumnFileWriter(object, output, parquet, inMaking);
        } catch (IOException e) {
            object.close();
            throw unwritable(key, e);
        }
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
        try {
            parquet.startBlock(groupRows);
            for (ColumnInMaking column : columns) {
                column.write(parquet, groupRows);
            }
            parquet.endBlock();
            groupRows = 0;
        } catch (IOException e) {
            throw unwritable(object.key(), e);
        }
    }

    /** Copies a row group as it is; none may be open. */
    void copyGroup(StoredFile from, int group) {
        if (groupRows > 0) {
            throw new IllegalStateException("A row group is open.");
        }
        try (var stream = from.input().newStream()) {
            parquet.appendRowGroup(stream, from.block(group), false);
            rows += from.rows(group);
        } catch (IOException e) {
            throw unwritable(object.key(), e);
        }
    }

    LedgerFile commit() {
        endGroup();
        try {
            ended = true;
            parquet.end(Map.of());
            parquet.close();
        } catch (IOException e) {
            throw unwritable(object.key(), e);
        }
        return LedgerFile.of(object.commit(), rows);
    }

    @Override
    public void close() {
        try (object) {
            if (!ended) {
                ended = true;
                output.discard();
                parquet.abort();
                parquet.close();
            }
        } catch (IOException e) {
            throw unwritable(object.key(), e);
        }
    }

    private static CuratedTableException unwritable(String key, IOException cause) {
        return CuratedTableException.unwritable(key, String.valueOf(cause.getMessage()), "Try again.", cause);
    }
}
