package io.convergence.store.internal.pages;

import java.nio.charset.StandardCharsets;

/** Writes Thrift in its compact protocol, field by field in the order of their ids. Not thread-safe. */
public final class ThriftSink {
    private static final int SHORT_LIST = 15;
    private static final int MAX_NESTING = 32;

    private final ByteSink bytes;
    private final int[] outer = new int[MAX_NESTING];
    private int depth;
    private int last;

    public ThriftSink(ByteSink bytes) {
        this.bytes = bytes;
    }

    private void field(int id, int type) {
        int delta = id - last;
        if (delta > 0 && delta <= 15) {
            bytes.put(delta << 4 | type);
        } else {
            bytes.put(type);
            bytes.putZigzag(id);
        }
        last = id;
    }

    public ThriftSink i16(int id, int value) {
        field(id, CompactThrift.I16);
        bytes.putZigzag(value);
        return this;
    }

    public ThriftSink i32(int id, int value) {
        field(id, CompactThrift.I32);
        bytes.putZigzag(value);
        return this;
    }

    public ThriftSink i64(int id, long value) {
        field(id, CompactThrift.I64);
        bytes.putZigzag(value);
        return this;
    }

    public ThriftSink i8(int id, int value) {
        field(id, CompactThrift.BYTE);
        bytes.put(value);
        return this;
    }

    public ThriftSink flag(int id, boolean value) {
        field(id, value ? CompactThrift.TRUE : CompactThrift.FALSE);
        return this;
    }

    public ThriftSink binary(int id, byte[] value) {
        field(id, CompactThrift.BINARY);
        element(value);
        return this;
    }

    public ThriftSink text(int id, String value) {
        return binary(id, value.getBytes(StandardCharsets.UTF_8));
    }

    /** Begins with a list, whose elements follow. */
    public ThriftSink list(int id, int type, int count) {
        field(id, CompactThrift.LIST);
        elements(type, count);
        return this;
    }

    private void elements(int type, int count) {
        if (count < SHORT_LIST) {
            bytes.put(count << 4 | type);
        } else {
            bytes.put(SHORT_LIST << 4 | type);
            bytes.putVarint(count);
        }
    }

    /** A field that was written already: what follows its header. */
    public ThriftSink written(int id, int type, byte[] value) {
        field(id, type);
        bytes.put(value, 0, value.length);
        return this;
    }

    /** An element of a list. */
    public void element(long number) {
        bytes.putZigzag(number);
    }

    /** An element of a list. */
    public void element(boolean flag) {
        bytes.put(flag ? CompactThrift.TRUE : CompactThrift.FALSE);
    }

    /** An element of a list. */
    public void element(byte[] value) {
        bytes.putVarint(value.length);
        bytes.put(value, 0, value.length);
    }

    /** Begins with a struct that is a field. */
    public ThriftSink begin(int id) {
        field(id, CompactThrift.STRUCT);
        return begin();
    }

    /** Begins with a struct that is an element of a list or stands alone. */
    public ThriftSink begin() {
        outer[depth++] = last;
        last = 0;
        return this;
    }

    public ThriftSink end() {
        bytes.put(0);
        last = outer[--depth];
        return this;
    }
}
