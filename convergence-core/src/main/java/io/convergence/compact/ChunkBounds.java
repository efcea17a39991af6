package io.convergence.compact;

import io.convergence.store.internal.ParquetInput;
import io.convergence.store.internal.pages.PageHeader;
import io.convergence.store.internal.pages.PlainValues;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.format.Util;
import org.apache.parquet.format.converter.ParquetMetadataConverter;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.internal.column.columnindex.ColumnIndex;
import org.apache.parquet.internal.hadoop.metadata.IndexReference;
import org.apache.parquet.schema.PrimitiveType;
import org.jspecify.annotations.Nullable;

/** What a source says of the bounds and nulls of a column chunk's pages: in its column index, its page headers or its footer. Immutable. */
final class ChunkBounds {
    private static final int UNKNOWN = -1;

    /** Larger ones are not worth a request. */
    private static final int LARGEST_INDEX = 4 << 20;

    private final PrimitiveType type;
    private final @Nullable Statistics<?> ofChunk;
    private final @Nullable ColumnIndex index;

    private ChunkBounds(PrimitiveType type, @Nullable Statistics<?> ofChunk, @Nullable ColumnIndex index) {
        this.type = type;
        this.ofChunk = ofChunk;
        this.index = index;
    }

    /** Of a column whose values are converted, or that is absent. */
    static ChunkBounds unknown(PrimitiveType type) {
        return new ChunkBounds(type, null, null);
    }

    /** @param type of the output's column, which stores values alike */
    static ChunkBounds read(PrimitiveType type, ColumnChunkMetaData chunk, ParquetInput input) throws IOException {
        long size = input.getLength();
        IndexReference reference = chunk.getColumnIndexReference();
        ColumnIndex index = null;
        boolean inside = reference != null
                && reference.getLength() > 0
                && reference.getLength() <= LARGEST_INDEX
                && reference.getOffset() >= 0
                && reference.getOffset() <= size - reference.getLength();
        if (inside) {
            byte[] bytes = new byte[reference.getLength()];
            input.read(reference.getOffset(), bytes, 0, bytes.length);
            index = ParquetMetadataConverter.fromParquetColumnIndex(
                    chunk.getPrimitiveType(), Util.readColumnIndex(new ByteArrayInputStream(bytes)));
        }

        return new ChunkBounds(type, chunk.getStatistics(), index);
    }

    /** Nulls of a page; -1 if only its levels tell. @param only whether the chunk has no other page */
    long nulls(int page, PageHeader header, boolean only) {
        if (header.nulls() >= 0) {
            return header.nulls();
        }
        if (index != null
                && index.getNullCounts() != null
                && page < index.getNullCounts().size()) {
            return index.getNullCounts().get(page);
        }

        boolean counted = ofChunk != null && ofChunk.isNumNullsSet();
        return counted && (only || ofChunk.getNumNulls() == 0) ? ofChunk.getNumNulls() : UNKNOWN;
    }

    /** Nulls of the whole chunk; -1 if the footer does not tell. */
    long nulls() {
        return ofChunk != null && ofChunk.isNumNullsSet() ? ofChunk.getNumNulls() : UNKNOWN;
    }

    /**
     * Bounds of a page's values with its nulls; null if there are none to be relied on. They are bounds, not always the least
     * and the greatest value: of a chunk that does not tell of its pages each gets those of all.
     */
    @Nullable
    Statistics<?> of(int page, PageHeader header, long nulls) {
        if (nulls == header.values()) {
            return Statistics.getBuilderForReading(type).withNumNulls(nulls).build();
        }
        if (index != null && page < index.getNullPages().size()) {
            return index.getNullPages().get(page)
                    ? null
                    : usable(
                            bytes(index.getMinValues().get(page)),
                            bytes(index.getMaxValues().get(page)),
                            nulls);
        }
        if (header.hasBounds()) {
            return usable(header.min(), header.max(), nulls);
        }

        return ofChunk(nulls);
    }

    /** Bounds of the whole chunk, for some of its values. */
    @Nullable
    Statistics<?> ofChunk(long nulls) {
        if (ofChunk == null || !ofChunk.hasNonNullValue()) {
            return null;
        }

        return usable(ofChunk.getMinBytes(), ofChunk.getMaxBytes(), nulls);
    }

    /** Without bounds a page with values would look like one of nulls only, which readers skip. */
    private @Nullable Statistics<?> usable(byte[] min, byte[] max, long nulls) {
        int width = PlainValues.width(type);
        if (width > 0 && (min.length != width || max.length != width)) {
            return null;
        }

        Statistics<?> made = Statistics.getBuilderForReading(type)
                .withMin(min)
                .withMax(max)
                .withNumNulls(nulls)
                .build();
        return made.hasNonNullValue() ? made : null;
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }
}
