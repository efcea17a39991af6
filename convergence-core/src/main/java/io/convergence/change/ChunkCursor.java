package io.convergence.change;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.apache.parquet.bytes.ByteBufferInputStream;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.ValuesType;
import org.apache.parquet.column.values.ValuesReader;
import org.apache.parquet.io.ParquetDecodingException;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.jspecify.annotations.Nullable;

/**
 * Where reading stands in a column chunk: the page at hand, its levels, and its values as ids of the chunk's dictionary or as bytes in
 * the encoding PLAIN, which the other encodings are turned into piece by piece. Not thread-safe.
 */
final class ChunkCursor {
    static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final byte NULL = (byte) CellState.NULL.ordinal();

    /** Pages of the chunk after its dictionary, in order. */
    interface Pages {
        /** Entries of the dictionary in PLAIN; null without one. */
        @Nullable
        ValuePage dictionary();

        /** The next page of values. @throws ParquetDecodingException if there is none */
        ValuePage next();
    }

    private final Pages pages;
    private final ColumnDescriptor column;
    private final PrimitiveTypeName physical;
    private final int fixedBytes;
    private final boolean optional;
    private @Nullable ValuePage page;
    private int left;
    private @Nullable HybridRuns levels;
    private @Nullable HybridRuns runs;
    private @Nullable ValuesReader others;
    private byte[] plain = {};
    private int at;
    private int end;
    private int bit;
    private byte[] turned = {};

    ChunkCursor(Pages pages, ColumnDescriptor column) {
        PrimitiveType type = column.getPrimitiveType();
        this.pages = pages;
        this.column = column;
        this.physical = type.getPrimitiveTypeName();
        this.optional = column.getMaxDefinitionLevel() > 0;
        this.fixedBytes = switch (physical) {
            case INT32, FLOAT -> 4;
            case INT64, DOUBLE -> 8;
            case INT96 -> 12;
            case FIXED_LEN_BYTE_ARRAY -> type.getTypeLength();
            case BOOLEAN, BINARY -> 0;
        };
    }

    /** At the first page, which is read for that. */
    ChunkCursor begun() {
        rows(1);
        return this;
    }

    /** Bytes of each value; 0 where that varies. */
    int fixedBytes() {
        return fixedBytes;
    }

    PrimitiveTypeName physical() {
        return physical;
    }

    @Nullable
    ValuePage dictionary() {
        return pages.dictionary();
    }

    /** How many of the next rows lie in one page, up to so many. */
    int rows(int most) {
        while (left == 0) {
            open(pages.next());
        }

        return Math.min(left, most);
    }

    private void open(ValuePage next) {
        page = next;
        left = next.values();
        levels = optional && next.levelsEnd() > next.levelsStart()
                ? new HybridRuns(next.bytes(), next.levelsStart(), next.levelsEnd(), 1)
                : null;
        plain = next.bytes();
        at = next.valuesStart();
        end = next.valuesEnd();
        bit = 0;
        runs = null;
        others = null;
        Encoding encoding = next.encoding();
        if (next.hasIds()) {
            int width = at < end ? plain[at] : 0;
            if (width < 0 || width > 32) {
                throw new ParquetDecodingException("a page claims values of " + width + " bits");
            }
            runs = new HybridRuns(plain, Math.min(end, at + 1), end, width);
        } else if (encoding == Encoding.RLE && physical == PrimitiveTypeName.BOOLEAN) {
            runs = new HybridRuns(plain, Math.min(end, at + Integer.BYTES), end, 1);
        } else if (encoding != Encoding.PLAIN) {
            others = reader(next);
        }
    }

    private ValuesReader reader(ValuePage next) {
        try {
            ValuesReader reader = next.encoding().getValuesReader(column, ValuesType.VALUES);
            java.nio.ByteBuffer values = java.nio.ByteBuffer.wrap(plain, at, end - at).slice();
            reader.initFromPage(next.values(), ByteBufferInputStream.wrap(values));
            return reader;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Passes the levels of the next rows, which {@link #rows} allows, and marks nulls. @return how many are no nulls */
    int levels(byte[] states, int from, int count) {
        left -= count;
        if (levels != null) {
            return levels.markZeros(states, from, count, NULL);
        }
        if (page != null && page.packedLevels() >= 0) {
            return page.markPackedNulls(states, from, count, page.values() - left - count, NULL);
        }

        return count;
    }

    /** Whether the values of the page at hand are ids of the dictionary. */
    boolean hasIds() {
        return page != null && page.hasIds();
    }

    void ids(int[] target, int from, int count) {
        if (count > 0 && runs != null) {
            runs.read(target, from, count);
        }
    }

    /** Turns the next values into PLAIN where they are not; they begin at {@link #position} of {@link #plain} then. */
    void turn(int count) {
        if (physical == PrimitiveTypeName.BOOLEAN) {
            turnBooleans(count);
        } else if (others != null) {
            turnOthers(others, count);
        } else if (fixedBytes > 0 && (long) count * fixedBytes > end - at) {
            throw new ParquetDecodingException("a page ends inside a value");
        }
    }

    /** One byte each, 0 or 1: packed ones are of no use to anybody. */
    private void turnBooleans(int count) {
        reserve(count);
        if (runs != null) {
            Arrays.fill(turned, 0, count, (byte) 1);
            runs.markZeros(turned, 0, count, (byte) 0);
        } else if (others != null) {
            for (int i = 0; i < count; i++) {
                turned[i] = (byte) (others.readBoolean() ? 1 : 0);
            }
        } else {
            byte[] packed = page == null ? plain : page.bytes();
            int start = page == null ? at : page.valuesStart();
            if (((long) bit + count + 7) / 8 > end - start) {
                throw new ParquetDecodingException("a page ends inside a value");
            }
            for (int i = 0; i < count; i++, bit++) {
                turned[i] = (byte) (packed[start + (bit >>> 3)] >>> (bit & 7) & 1);
            }
        }
    }

    private void turnOthers(ValuesReader reader, int count) {
        int size = 0;
        for (int i = 0; i < count; i++) {
            switch (physical) {
                case INT32 -> {
                    reserve(size + 4);
                    INTS.set(turned, size, reader.readInteger());
                    size += 4;
                }
                case FLOAT -> {
                    reserve(size + 4);
                    INTS.set(turned, size, Float.floatToRawIntBits(reader.readFloat()));
                    size += 4;
                }
                case INT64 -> {
                    reserve(size + 8);
                    LONGS.set(turned, size, reader.readLong());
                    size += 8;
                }
                case DOUBLE -> {
                    reserve(size + 8);
                    LONGS.set(turned, size, Double.doubleToRawLongBits(reader.readDouble()));
                    size += 8;
                }
                default -> size = turnBytes(reader.readBytes(), size);
            }
        }
        plain = turned;
        at = 0;
        end = size;
    }

    private int turnBytes(Binary value, int size) {
        byte[] bytes = value.getBytesUnsafe();
        int from = size;
        if (physical == PrimitiveTypeName.BINARY) {
            reserve((long) size + Integer.BYTES);
            INTS.set(turned, size, bytes.length);
            from += Integer.BYTES;
        } else if (bytes.length != fixedBytes) {
            throw new ParquetDecodingException("a value has " + bytes.length + " bytes instead of " + fixedBytes);
        }
        reserve((long) from + bytes.length);
        System.arraycopy(bytes, 0, turned, from, bytes.length);
        return from + bytes.length;
    }

    private void reserve(long size) {
        if (size > PlainCells.MAX_DATA) {
            throw new ParquetDecodingException("the values of one batch exceed 2 GB; read smaller batches");
        }
        if (size > turned.length) {
            turned = Arrays.copyOf(turned, (int) Math.min(PlainCells.MAX_DATA, Math.max(size, turned.length * 2L)));
        }
    }

    /** Bytes of values in PLAIN; of booleans one byte each. */
    byte[] plain() {
        return physical == PrimitiveTypeName.BOOLEAN ? turned : plain;
    }

    int position() {
        return physical == PrimitiveTypeName.BOOLEAN ? 0 : at;
    }

    int end() {
        return end;
    }

    /** The values before this place were read. */
    void passTo(int position) {
        if (physical != PrimitiveTypeName.BOOLEAN) {
            at = position;
        }
    }

    void skip(int count) {
        byte[] states = new byte[Math.min(count, 4096)];
        int done = 0;
        while (done < count) {
            int rows = rows(Math.min(count - done, states.length));
            skipValues(levels(states, 0, rows));
            done += rows;
        }
    }

    private void skipValues(int count) {
        if (runs != null) {
            runs.skip(count);
        } else if (others != null) {
            others.skip(count);
        } else if (physical == PrimitiveTypeName.BOOLEAN) {
            bit += count;
        } else if (fixedBytes > 0) {
            at = (int) Math.min(end, at + (long) count * fixedBytes);
        } else {
            for (int i = 0; i < count; i++) {
                at = valueEnd(plain, at, end);
            }
        }
    }

    /** Where the value of four bytes of length and the bytes after them ends. */
    static int valueEnd(byte[] bytes, int start, int end) {
        if (end - start < Integer.BYTES) {
            throw new ParquetDecodingException("a page ends inside a value");
        }

        int length = (int) INTS.get(bytes, start);
        if (length < 0 || length > end - start - Integer.BYTES) {
            throw new ParquetDecodingException("a value claims " + length + " bytes");
        }

        return start + Integer.BYTES + length;
    }
}
