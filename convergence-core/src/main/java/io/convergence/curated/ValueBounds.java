package io.convergence.curated;

import io.convergence.store.internal.pages.ByteSink;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;

/** Takes values in {@code PLAIN} into the bounds of a page. */
final class ValueBounds {
    private ValueBounds() {}

    static void take(PrimitiveTypeName type, byte[] bytes, int start, int end, Statistics<?> target) {
        switch (type) {
            case BOOLEAN -> target.updateStats(bytes[start] != 0);
            case INT32 -> target.updateStats(ByteSink.intAt(bytes, start));
            case INT64 -> target.updateStats(ByteSink.longAt(bytes, start));
            case FLOAT -> target.updateStats(Float.intBitsToFloat(ByteSink.intAt(bytes, start)));
            case DOUBLE -> target.updateStats(Double.longBitsToDouble(ByteSink.longAt(bytes, start)));
            case BINARY, FIXED_LEN_BYTE_ARRAY ->
                target.updateStats(Binary.fromReusedByteArray(bytes, start, end - start));
            case INT96 -> throw new IllegalStateException("No published column is INT96.");
        }
    }
}
