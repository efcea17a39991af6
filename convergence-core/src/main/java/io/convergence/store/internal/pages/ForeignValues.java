package io.convergence.store.internal.pages;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.apache.parquet.CorruptDeltaByteArrays;
import org.apache.parquet.bytes.ByteBufferInputStream;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.ValuesType;
import org.apache.parquet.column.values.RequiresPreviousReader;
import org.apache.parquet.column.values.ValuesReader;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.jspecify.annotations.Nullable;

/** Turns values of other encodings than {@code PLAIN} and ids into {@code PLAIN}. Not thread-safe. */
public final class ForeignValues {
    private static final int MAX_BLOCK = 1 << 16;

    private final ColumnDescriptor column;
    private final String createdBy;
    private final DeltaNumbers numbers = new DeltaNumbers();
    private final DeltaTexts texts = new DeltaTexts();
    private @Nullable ValuesReader previous;

    public ForeignValues(ColumnDescriptor column, String createdBy) {
        this.column = column;
        this.createdBy = createdBy;
    }

    /** Forgets the page before; for a new chunk. */
    void begin() {
        previous = null;
    }

    /**
     * Appends a page's values in {@code PLAIN}.
     *
     * @param values of the page, nulls included
     * @param present how many are not null
     */
    public void read(Encoding encoding, byte[] bytes, int start, int end, int values, int present, ByteSink target) {
        if (present == 0) {
            return;
        }

        try {
            if (readHere(encoding, bytes, start, end, present, target)) {
                return;
            }
            if (encoding == Encoding.DELTA_BYTE_ARRAY) {
                checkDeltas(bytes, start, end, values);
            }
            ValuesReader reader = encoding.getValuesReader(column, ValuesType.VALUES);
            reader.initFromPage(values, ByteBufferInputStream.wrap(ByteBuffer.wrap(bytes, start, end - start)));
            if (CorruptDeltaByteArrays.requiresSequentialReads(createdBy, encoding)
                    && reader instanceof RequiresPreviousReader follower
                    && previous != null) {
                follower.setPreviousReader(previous);
            }
            previous = reader;
            take(reader, present, target);
        } catch (IOException | RuntimeException e) {
            throw e instanceof DamagedPageException known
                    ? known
                    : new DamagedPageException("values in " + encoding + " cannot be decoded: " + e.getMessage(), e);
        }
    }

    /** Whether the encoding is one that is decoded without parquet-java's reader, which makes an object of each text. */
    private boolean readHere(Encoding encoding, byte[] bytes, int start, int end, int present, ByteSink target) {
        PrimitiveTypeName type = column.getPrimitiveType().getPrimitiveTypeName();
        boolean number = type == PrimitiveTypeName.INT32 || type == PrimitiveTypeName.INT64;
        boolean text = type == PrimitiveTypeName.BINARY;
        boolean wide = text || type == PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY;
        int width = PlainValues.width(column.getPrimitiveType());
        switch (encoding) {
            case RLE -> readRuns(bytes, start, end, present, target);
            case DELTA_BINARY_PACKED -> {
                demand(number, encoding);
                numbers.read(bytes, start, end, present, width, target);
            }
            case DELTA_LENGTH_BYTE_ARRAY -> {
                demand(text, encoding);
                texts.readLengths(bytes, start, end, present, target);
            }
            case DELTA_BYTE_ARRAY -> {
                demand(wide, encoding);
                if (CorruptDeltaByteArrays.requiresSequentialReads(createdBy, encoding)) {
                    return false;
                }
                texts.read(bytes, start, end, present, width, target);
            }
            default -> {
                return false;
            }
        }

        return true;
    }

    private void demand(boolean given, Encoding encoding) {
        if (!given) {
            throw new DamagedPageException("values of " + column.getPrimitiveType() + " have the encoding " + encoding);
        }
    }

    private void take(ValuesReader reader, int present, ByteSink target) {
        switch (column.getPrimitiveType().getPrimitiveTypeName()) {
            case BOOLEAN -> {
                for (int i = 0; i < present; i++) {
                    target.put(reader.readBoolean() ? 1 : 0);
                }
            }
            case INT32 -> {
                for (int i = 0; i < present; i++) {
                    target.putInt(reader.readInteger());
                }
            }
            case INT64 -> {
                for (int i = 0; i < present; i++) {
                    target.putLong(reader.readLong());
                }
            }
            case FLOAT -> {
                for (int i = 0; i < present; i++) {
                    target.putInt(Float.floatToRawIntBits(reader.readFloat()));
                }
            }
            case DOUBLE -> {
                for (int i = 0; i < present; i++) {
                    target.putLong(Double.doubleToRawLongBits(reader.readDouble()));
                }
            }
            case BINARY -> {
                for (int i = 0; i < present; i++) {
                    Binary value = reader.readBytes();
                    target.putInt(value.length());
                    put(value, target);
                }
            }
            case INT96, FIXED_LEN_BYTE_ARRAY -> {
                for (int i = 0; i < present; i++) {
                    put(reader.readBytes(), target);
                }
            }
        }
    }

    private static void put(Binary value, ByteSink target) {
        ByteBuffer bytes = value.toByteBuffer();
        int length = bytes.remaining();
        byte[] room = target.reserve(length);
        bytes.get(bytes.position(), room, target.size(), length);
        target.advance(length);
    }

    /** Booleans as runs; parquet-java would take the memory that the header of a run claims to need. */
    private void readRuns(byte[] bytes, int start, int end, int present, ByteSink target) {
        demand(column.getPrimitiveType().getPrimitiveTypeName() == PrimitiveTypeName.BOOLEAN, Encoding.RLE);
        LevelRuns runs = new LevelRuns();
        runs.read(bytes, start + Integer.BYTES, lengthEnd(bytes, start, end), present);
        for (int i = 0; i < runs.count(); i++) {
            int length = runs.length(i);
            byte[] room = target.reserve(length);
            Arrays.fill(room, target.size(), target.size() + length, (byte) (runs.isPresent(i) ? 1 : 0));
            target.advance(length);
        }
    }

    private static int lengthEnd(byte[] bytes, int start, int end) {
        if (end - start < Integer.BYTES) {
            throw new DamagedPageException("a page ends inside a length");
        }

        int length = ByteSink.intAt(bytes, start);
        if (length < 0 || length > end - start - Integer.BYTES) {
            throw new DamagedPageException(
                    "a page claims " + length + " bytes of values, " + (end - start - Integer.BYTES) + " are left");
        }

        return start + Integer.BYTES + length;
    }

    /** parquet-java takes the memory that the header of deltas claims to need. */
    private static void checkDeltas(byte[] bytes, int start, int end, int values) {
        long[] header = new long[3];
        int at = start;
        for (int i = 0; i < header.length; i++) {
            int shift = 0;
            int next;
            do {
                if (at >= end) {
                    throw new DamagedPageException("a page ends inside the header of its deltas");
                }
                next = bytes[at++];
                header[i] |= (long) (next & 0x7F) << shift;
                shift += 7;
            } while (next < 0 && shift < 35);
        }
        if (header[0] > MAX_BLOCK || header[1] > header[0] || header[2] > values) {
            throw new DamagedPageException(
                    "a page of " + values + " values claims " + header[2] + " deltas in blocks of " + header[0]);
        }
    }
}
