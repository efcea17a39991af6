package io.convergence.compact;

import java.nio.ByteBuffer;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.RecordConsumer;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.jspecify.annotations.Nullable;

/** Counts a column's cells and folds them, in order, into a checksum; the same cells give the same tally however they are encoded. */
final class ColumnTally {
    private static final long PRIME = 0x100000001B3L;
    private static final long NULL_CELL = 0x5DEECE66DL;

    private final PrimitiveTypeName type;
    private long values;
    private long nulls;
    private long checksum = 0xCBF29CE484222325L;

    ColumnTally(PrimitiveTypeName type) {
        this.type = type;
    }

    void takeNull() {
        nulls++;
        fold(NULL_CELL);
    }

    /** Takes the reader's current value, which is not null, and passes it on. */
    void take(ColumnReader reader, @Nullable RecordConsumer target) {
        values++;
        switch (type) {
            case BOOLEAN -> {
                boolean value = reader.getBoolean();
                fold(value ? 1 : 2);
                if (target != null) {
                    target.addBoolean(value);
                }
            }
            case INT32 -> {
                int value = reader.getInteger();
                fold(value);
                if (target != null) {
                    target.addInteger(value);
                }
            }
            case INT64 -> {
                long value = reader.getLong();
                fold(value);
                if (target != null) {
                    target.addLong(value);
                }
            }
            case FLOAT -> {
                float value = reader.getFloat();
                fold(Float.floatToIntBits(value));
                if (target != null) {
                    target.addFloat(value);
                }
            }
            case DOUBLE -> {
                double value = reader.getDouble();
                fold(Double.doubleToLongBits(value));
                if (target != null) {
                    target.addDouble(value);
                }
            }
            case INT96, FIXED_LEN_BYTE_ARRAY, BINARY -> {
                Binary value = reader.getBinary();
                fold(value);
                if (target != null) {
                    target.addBinary(value);
                }
            }
        }
    }

    private void fold(Binary value) {
        ByteBuffer bytes = value.toByteBuffer();
        fold(bytes.remaining());
        for (int i = bytes.position(); i < bytes.limit(); i++) {
            checksum = (checksum ^ bytes.get(i)) * PRIME;
        }
    }

    private void fold(long bits) {
        long mixed = (checksum ^ bits) * PRIME;
        checksum = mixed ^ (mixed >>> 29);
    }

    /** What was read stands for what was written, too: only reading the output again tells whether it was. */
    OutputChecks.Column check(String column) {
        return new OutputChecks.Column(column, values, nulls, checksum, checksum);
    }

    @Override
    public String toString() {
        return values + " values and " + nulls + " nulls with checksum " + Long.toHexString(checksum);
    }
}
