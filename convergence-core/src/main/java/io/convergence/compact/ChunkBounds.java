package io.convergence.compact;

import io.convergence.store.internal.PageIndex;
import io.convergence.store.internal.ParquetInput;
import io.convergence.store.internal.pages.CompactThrift;
import io.convergence.store.internal.pages.PageHeader;
import io.convergence.store.internal.pages.PlainValues;
import java.io.IOException;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.internal.hadoop.metadata.IndexReference;
import org.apache.parquet.schema.PrimitiveType;
import org.jspecify.annotations.Nullable;

/** What a source says of the bounds of a column chunk's pages: in its column index, its page headers or its footer. Immutable. */
final class ChunkBounds {
    /** Larger ones are not worth a request. */
    private static final int LARGEST_INDEX = 4 << 20;

    private final PrimitiveType type;
    private final @Nullable Statistics<?> ofChunk;
    private final @Nullable PageIndex index;

    private ChunkBounds(PrimitiveType type, @Nullable Statistics<?> ofChunk, @Nullable PageIndex index) {
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
        PageIndex index = null;
        boolean inside = reference != null
                && reference.getLength() > 0
                && reference.getLength() <= LARGEST_INDEX
                && reference.getOffset() >= 0
                && reference.getOffset() <= size - reference.getLength();
        if (inside) {
            byte[] bytes = new byte[reference.getLength()];
            input.read(reference.getOffset(), bytes, 0, bytes.length);
            try {
                index = PageIndex.read(bytes);
            } catch (CompactThrift.MalformedException e) {
                throw new IOException("the column index cannot be decoded: " + e.why(), e);
            }
        }

        return new ChunkBounds(type, chunk.getStatistics(), index);
    }

    /**
     * Bounds of a page's values; null if there are none to be relied on. They are bounds, not always the least
     * and the greatest value: of a chunk that does not tell of its pages each gets those of all.
     *
     * @param nulls as the page's levels count them: what a source says of them is not relied on, because readers skip pages of nulls
     */
    @Nullable
    Statistics<?> of(int page, PageHeader header, long nulls) {
        if (nulls == header.values()) {
            return Statistics.getBuilderForReading(type).withNumNulls(nulls).build();
        }
        if (index != null && page < index.pages()) {
            return index.isOfNulls(page) ? null : usable(index.min(page), index.max(page), nulls);
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
}
