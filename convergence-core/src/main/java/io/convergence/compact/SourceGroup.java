package io.convergence.compact;

import io.convergence.store.internal.pages.ColumnPages;
import java.util.List;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.Type;

/**
 * One row group of a source, in memory as it is stored.
 *
 * @param bytes from {@code offset} of the file on; hold all its column chunks, and perhaps the file's other row groups
 * @param stored how many bytes its column chunks take
 * @param feeds one for each column of the output
 * @param bounds one for each column of the output, of the pages it is fed from
 */
record SourceGroup(
        String key,
        String createdBy,
        byte[] bytes,
        long offset,
        int stored,
        BlockMetaData block,
        List<ColumnFeed> feeds,
        List<ChunkBounds> bounds) {
    long rows() {
        return block.getRowCount();
    }

    /** The chunk that feeds a column of the output, which is not absent. */
    ColumnChunkMetaData chunk(int column) {
        return block.getColumns().get(feeds.get(column).source());
    }

    /** Stored bytes of the chunk that feeds a column of the output. */
    long stored(int column) {
        return feeds.get(column).isAbsent() ? 0 : chunk(column).getTotalSize();
    }

    /** Opens the chunk that feeds a column of the output, which is not absent. */
    void open(int column, ColumnPages pages) {
        ColumnChunkMetaData chunk = chunk(column);
        pages.open(bytes, (int) (chunk.getStartingPos() - offset), chunk, createdBy);
    }

    /** How a column is stored in this source. */
    ColumnDescriptor descriptor(int column) {
        PrimitiveType type = chunk(column).getPrimitiveType();
        int level = type.isRepetition(Type.Repetition.REQUIRED) ? 0 : 1;
        return new ColumnDescriptor(chunk(column).getPath().toArray(), type, 0, level);
    }
}
