package io.convergence.compact;

import io.convergence.store.internal.pages.ByteSink;
import io.convergence.store.internal.pages.PlainValues;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.LogicalTypeAnnotation.IntLogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.jspecify.annotations.Nullable;

/** Bounds of a page that is encoded anew: those of its sources' pages where they are known and no values, else of its values. */
final class PageBounds {
    private PageBounds() {}

    /** @return null if the type has no order that readers rely on */
    static @Nullable Statistics<?> of(PrimitiveType type, PageInMaking page, ColumnDictionary dictionary) {
        Statistics<?> bounds = page.count() == 0 || page.hasIds() || isSigned(type) ? null : page.bounds();
        if (bounds != null) {
            bounds.setNumNulls(page.levels().nulls());
            return bounds;
        }

        Statistics<?> made = Statistics.createStats(type);
        made.setNumNulls(page.levels().nulls());
        if (page.hasIds()) {
            ofIds(type, page, dictionary, made);
        } else if (isSigned(type)) {
            ofNumbers(type, page.plain(), made);
        } else {
            ofAny(type, page.plain(), made);
        }
        return page.count() > 0 && !made.hasNonNullValue() ? null : made;
    }

    /**
     * Of a page that is copied, from its values.
     *
     * @return null if the type has no order that readers rely on
     */
    static @Nullable Statistics<?> of(PrimitiveType type, PlainValues plain, long nulls) {
        Statistics<?> made = Statistics.createStats(type);
        made.setNumNulls(nulls);
        if (isSigned(type)) {
            ofNumbers(type, plain, made);
        } else {
            ofAny(type, plain, made);
        }
        return plain.count() > 0 && !made.hasNonNullValue() ? null : made;
    }

    private static void ofAny(PrimitiveType type, PlainValues plain, Statistics<?> target) {
        for (int i = 0; i < plain.count(); i++) {
            take(type, plain.bytes(), plain.start(i), plain.end(i), target);
        }
    }

    private static boolean isSigned(PrimitiveType type) {
        boolean number = type.getPrimitiveTypeName() == PrimitiveTypeName.INT32
                || type.getPrimitiveTypeName() == PrimitiveTypeName.INT64;
        return number
                && !(type.getLogicalTypeAnnotation() instanceof IntLogicalTypeAnnotation whole && !whole.isSigned());
    }

    private static void ofNumbers(PrimitiveType type, PlainValues plain, Statistics<?> target) {
        if (plain.count() == 0) {
            return;
        }

        if (type.getPrimitiveTypeName() == PrimitiveTypeName.INT64) {
            long least = Long.MAX_VALUE;
            long greatest = Long.MIN_VALUE;
            for (int i = 0; i < plain.count(); i++) {
                long value = plain.longAt(i);
                least = Math.min(least, value);
                greatest = Math.max(greatest, value);
            }
            target.updateStats(least);
            target.updateStats(greatest);
        } else {
            int least = Integer.MAX_VALUE;
            int greatest = Integer.MIN_VALUE;
            for (int i = 0; i < plain.count(); i++) {
                int value = plain.intAt(i);
                least = Math.min(least, value);
                greatest = Math.max(greatest, value);
            }
            target.updateStats(least);
            target.updateStats(greatest);
        }
    }

    private static void ofIds(
            PrimitiveType type, PageInMaking page, ColumnDictionary dictionary, Statistics<?> target) {
        boolean[] used = new boolean[dictionary.size()];
        int[] ids = page.ids();
        for (int i = 0; i < page.count(); i++) {
            used[ids[i]] = true;
        }
        for (int id = 0; id < used.length; id++) {
            if (used[id]) {
                take(type, dictionary.bytes().bytes(), dictionary.start(id), dictionary.end(id), target);
            }
        }
    }

    private static void take(PrimitiveType type, byte[] bytes, int start, int end, Statistics<?> target) {
        switch (type.getPrimitiveTypeName()) {
            case BOOLEAN -> target.updateStats(bytes[start] != 0);
            case INT32 -> target.updateStats(ByteSink.intAt(bytes, start));
            case INT64 -> target.updateStats(ByteSink.longAt(bytes, start));
            case FLOAT -> target.updateStats(Float.intBitsToFloat(ByteSink.intAt(bytes, start)));
            case DOUBLE -> target.updateStats(Double.longBitsToDouble(ByteSink.longAt(bytes, start)));
            case BINARY, FIXED_LEN_BYTE_ARRAY ->
                target.updateStats(Binary.fromReusedByteArray(bytes, start, end - start));
            case INT96 -> {
                // No reader relies on an order of INT96.
            }
        }
    }
}
