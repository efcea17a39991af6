package io.convergence.curated;

import io.convergence.store.internal.pages.ByteSink;
import java.nio.ByteBuffer;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.RecordConsumer;

/** Takes a value as {@link ParquetCells} writes it, for a column. Not thread-safe. */
final class ColumnConsumer extends RecordConsumer {
    /** Few columns need it. */
    private final ByteSink bytes = new ByteSink(0);

    private ColumnInMaking column;

    ColumnConsumer(ColumnInMaking first) {
        this.column = first;
    }

    ColumnConsumer to(ColumnInMaking target) {
        column = target;
        return this;
    }

    @Override
    public void addInteger(int value) {
        column.putInt(value);
    }

    @Override
    public void addLong(long value) {
        column.putLong(value);
    }

    @Override
    public void addBoolean(boolean value) {
        column.putBoolean(value);
    }

    @Override
    public void addBinary(Binary value) {
        ByteBuffer buffer = value.toByteBuffer();
        int length = buffer.remaining();
        bytes.clear();
        buffer.get(buffer.position(), bytes.reserve(length), 0, length);
        column.putBytes(bytes.bytes(), 0, length);
    }

    @Override
    public void addFloat(float value) {
        column.putInt(Float.floatToRawIntBits(value));
    }

    @Override
    public void addDouble(double value) {
        column.putLong(Double.doubleToRawLongBits(value));
    }

    @Override
    public void startMessage() {}

    @Override
    public void endMessage() {}

    @Override
    public void startField(String field, int index) {}

    @Override
    public void endField(String field, int index) {}

    @Override
    public void startGroup() {}

    @Override
    public void endGroup() {}
}
