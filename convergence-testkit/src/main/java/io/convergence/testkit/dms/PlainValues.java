package io.convergence.testkit.dms;

import java.io.ByteArrayOutputStream;

/** Parquet's PLAIN encoding. Values are Boolean, Integer, Long, Float, Double or byte[]. Little-endian. */
final class PlainValues {
    private final ParquetColumn column;
    private ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private int pendingBits;
    private int pendingCount;

    PlainValues(ParquetColumn column) {
        this.column = column;
    }

    void add(Object value) {
        switch (column.type()) {
            case BOOLEAN -> addBit((Boolean) value ? 1 : 0);
            case INT32 -> addInt((Integer) value);
            case INT64 -> addLong((Long) value);
            case FLOAT -> addInt(Float.floatToIntBits((Float) value));
            case DOUBLE -> addLong(Double.doubleToLongBits((Double) value));
            case BYTE_ARRAY -> {
                byte[] content = (byte[]) value;
                addInt(content.length);
                bytes.writeBytes(content);
            }
            case FIXED_LEN_BYTE_ARRAY -> {
                byte[] content = (byte[]) value;
                if (content.length != column.length()) {
                    throw new IllegalArgumentException("Cannot write " + content.length + " bytes to column '"
                            + column.name() + "': it holds exactly " + column.length() + ".");
                }
                bytes.writeBytes(content);
            }
            case INT96 -> throw new IllegalArgumentException("Cannot write INT96: DMS does not.");
        }
    }

    int size() {
        return bytes.size() + (pendingCount > 0 ? 1 : 0);
    }

    /** What was added since the last call. */
    byte[] take() {
        if (pendingCount > 0) {
            bytes.write(pendingBits);
            pendingBits = 0;
            pendingCount = 0;
        }
        byte[] taken = bytes.toByteArray();
        bytes = new ByteArrayOutputStream();
        return taken;
    }

    private void addBit(int bit) {
        pendingBits |= bit << pendingCount;
        if (++pendingCount == 8) {
            bytes.write(pendingBits);
            pendingBits = 0;
            pendingCount = 0;
        }
    }

    private void addInt(int value) {
        bytes.write(value);
        bytes.write(value >>> 8);
        bytes.write(value >>> 16);
        bytes.write(value >>> 24);
    }

    private void addLong(long value) {
        addInt((int) value);
        addInt((int) (value >>> 32));
    }

    /** One value as statistics hold it: PLAIN without the length of a byte array. */
    static byte[] encode(Object value) {
        if (value instanceof byte[] content) {
            return content;
        }
        if (value instanceof Boolean flag) {
            return new byte[] {(byte) (flag ? 1 : 0)};
        }
        if (value instanceof Integer number) {
            return littleEndian(number, Integer.BYTES);
        }
        if (value instanceof Long number) {
            return littleEndian(number, Long.BYTES);
        }
        if (value instanceof Float number) {
            return littleEndian(Float.floatToIntBits(number), Integer.BYTES);
        }
        if (value instanceof Double number) {
            return littleEndian(Double.doubleToLongBits(number), Long.BYTES);
        }
        throw new IllegalArgumentException(
                "Cannot write a " + value.getClass().getName() + ": no Parquet type holds it.");
    }

    static byte[] littleEndian(long value, int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (value >>> (8 * i));
        }
        return bytes;
    }
}
