package io.convergence.compact;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergence.store.internal.pages.ByteSink;
import io.convergence.store.internal.pages.ColumnPages;
import io.convergence.store.internal.pages.DecodedPage;
import io.convergence.store.internal.pages.PlainValues;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.format.PageHeader;
import org.apache.parquet.format.Util;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.internal.column.columnindex.ColumnIndex;
import org.apache.parquet.internal.column.columnindex.OffsetIndex;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.PrimitiveComparator;
import org.apache.parquet.schema.PrimitiveType;

/** Compares the indexes of a column chunk, as parquet-java reads them, with its pages. */
public final class IndexedPages {
    private IndexedPages() {}

    /** @return pages whose bounds are told */
    public static int check(byte[] file, ColumnChunkMetaData chunk, ParquetFileReader reader, ColumnPages pages)
            throws IOException {
        String name = chunk.getPath().toDotString();
        ColumnIndex index = reader.readColumnIndex(chunk);
        OffsetIndex offsets = reader.readOffsetIndex(chunk);
        Statistics<?> whole = Statistics.createStats(chunk.getPrimitiveType());
        int page = 0;
        int bounded = 0;
        long row = 0;
        long nulls = 0;
        for (; pages.next(); page++) {
            DecodedPage decoded = pages.decode();
            assertThat(offsets.getFirstRowIndex(page)).as(name).isEqualTo(row);
            var header =
                    new ByteArrayInputStream(file, (int) offsets.getOffset(page), offsets.getCompressedPageSize(page));
            PageHeader read = Util.readPageHeader(header);
            assertThat(header.available()).as(name).isEqualTo(read.getCompressed_page_size());
            Statistics<?> actual = actual(chunk.getPrimitiveType(), decoded, pages);
            if (index != null) {
                assertThat(index.getNullCounts().get(page))
                        .as(name)
                        .isEqualTo(decoded.levels().nulls());
                assertThat(index.getNullPages().get(page))
                        .as(name)
                        .isEqualTo(decoded.levels().present() == 0);
            }
            if (index != null && actual.hasNonNullValue()) {
                Statistics<?> told = told(
                        chunk.getPrimitiveType(),
                        index.getMinValues().get(page),
                        index.getMaxValues().get(page));
                assertWithin(chunk.getPrimitiveType(), actual, told);
                whole.mergeStatistics(actual);
                bounded++;
            }
            row += decoded.levels().size();
            nulls += decoded.levels().nulls();
        }
        assertThat(offsets.getPageCount()).as(name).isEqualTo(page);
        Statistics<?> ofChunk = chunk.getStatistics();
        if (ofChunk.isNumNullsSet()) {
            assertThat(ofChunk.getNumNulls()).as(name).isEqualTo(nulls);
        }
        if (whole.hasNonNullValue() && ofChunk.hasNonNullValue()) {
            assertWithin(chunk.getPrimitiveType(), whole, ofChunk);
        }
        return bounded;
    }

    @SuppressWarnings("unchecked") // the comparator of the column's own type
    private static void assertWithin(PrimitiveType type, Statistics<?> actual, Statistics<?> told) {
        PrimitiveComparator<Object> order = type.comparator();
        assertThat(order.compare(told.genericGetMin(), actual.genericGetMin()))
                .as("least of %s", type)
                .isNotPositive();
        assertThat(order.compare(told.genericGetMax(), actual.genericGetMax()))
                .as("greatest of %s", type)
                .isNotNegative();
    }

    private static Statistics<?> told(PrimitiveType type, ByteBuffer min, ByteBuffer max) {
        byte[] least = new byte[min.remaining()];
        min.duplicate().get(least);
        byte[] greatest = new byte[max.remaining()];
        max.duplicate().get(greatest);
        return Statistics.getBuilderForReading(type)
                .withMin(least)
                .withMax(greatest)
                .withNumNulls(0)
                .build();
    }

    private static Statistics<?> actual(PrimitiveType type, DecodedPage page, ColumnPages pages) {
        Statistics<?> actual = Statistics.createStats(type);
        int present = page.levels().present();
        PlainValues values = page.hasIds() ? (present == 0 ? page.plain() : pages.dictionary()) : page.plain();
        for (int i = 0; i < present; i++) {
            int value = page.hasIds() ? page.ids()[i] : i;
            byte[] bytes = values.bytes();
            int start = values.start(value);
            switch (type.getPrimitiveTypeName()) {
                case BOOLEAN -> actual.updateStats(bytes[start] != 0);
                case INT32 -> actual.updateStats(ByteSink.intAt(bytes, start));
                case INT64 -> actual.updateStats(ByteSink.longAt(bytes, start));
                case FLOAT -> actual.updateStats(Float.intBitsToFloat(ByteSink.intAt(bytes, start)));
                case DOUBLE -> actual.updateStats(Double.longBitsToDouble(ByteSink.longAt(bytes, start)));
                case BINARY, FIXED_LEN_BYTE_ARRAY, INT96 ->
                    actual.updateStats(Binary.fromReusedByteArray(bytes, start, values.end(value) - start));
            }
        }

        return actual;
    }
}
