package io.convergence.testkit.dms;

import java.util.Arrays;
import org.apache.parquet.format.Statistics;
import org.jspecify.annotations.Nullable;

/** Smallest and largest value and number of nulls of a page or a chunk, written the way the real sample has them. */
final class ColumnStatistics {
    private final ParquetColumn column;
    private @Nullable Object min;
    private @Nullable Object max;
    private long nulls;

    ColumnStatistics(ParquetColumn column) {
        this.column = column;
    }

    void addNull() {
        nulls++;
    }

    void add(Object value) {
        if (column.decimal() || notANumber(value)) {
            return;
        }
        if (min == null || max == null) {
            min = value;
            max = value;
            return;
        }
        if (compare(value, min) < 0) {
            min = value;
        } else if (compare(value, max) > 0) {
            max = value;
        }
    }

    /** Page headers hold the fields max, min and null_count only; an empty struct for decimals. */
    Statistics forPage() {
        Statistics statistics = new Statistics();
        if (column.decimal()) {
            return statistics;
        }
        if (min != null && max != null) {
            statistics.setMax(upper(max));
            statistics.setMin(lower(min));
        }
        statistics.setNull_count(nulls);
        return statistics;
    }

    /** Null for decimals, which have none. Signed types carry the legacy fields too. */
    @Nullable
    Statistics forChunk() {
        if (column.decimal()) {
            return null;
        }

        Statistics statistics = new Statistics();
        if (min != null && max != null) {
            byte[] lower = lower(min);
            byte[] upper = upper(max);
            statistics.setMin_value(lower);
            statistics.setMax_value(upper);
            if (column.signed()) {
                statistics.setMin(lower);
                statistics.setMax(upper);
            }
        }
        statistics.setNull_count(nulls);
        return statistics;
    }

    private static boolean notANumber(Object value) {
        return (value instanceof Float number && number.isNaN()) || (value instanceof Double real && real.isNaN());
    }

    private int compare(Object a, Object b) {
        return switch (column.type()) {
            case BOOLEAN -> Boolean.compare((Boolean) a, (Boolean) b);
            case INT32 ->
                column.signed()
                        ? Integer.compare((Integer) a, (Integer) b)
                        : Integer.compareUnsigned((Integer) a, (Integer) b);
            case INT64 -> column.signed() ? Long.compare((Long) a, (Long) b) : Long.compareUnsigned((Long) a, (Long) b);
            case FLOAT -> Float.compare((Float) a, (Float) b);
            case DOUBLE -> Double.compare((Double) a, (Double) b);
            case BYTE_ARRAY, FIXED_LEN_BYTE_ARRAY, INT96 -> Arrays.compareUnsigned((byte[]) a, (byte[]) b);
        };
    }

    /** Readers must not lose the other zero (Parquet format, Statistics): a smallest zero is written as -0. */
    private static byte[] lower(Object value) {
        if (value instanceof Float number && number == 0) {
            return PlainValues.encode(-0.0f);
        }
        if (value instanceof Double number && number == 0) {
            return PlainValues.encode(-0.0d);
        }
        return PlainValues.encode(value);
    }

    private static byte[] upper(Object value) {
        if (value instanceof Float number && number == 0) {
            return PlainValues.encode(0.0f);
        }
        if (value instanceof Double number && number == 0) {
            return PlainValues.encode(0.0d);
        }
        return PlainValues.encode(value);
    }
}
