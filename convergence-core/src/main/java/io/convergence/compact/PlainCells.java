package io.convergence.compact;

import io.convergence.store.internal.pages.PlainValues;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.io.api.Binary;

/** Values in {@code PLAIN} as the cells that a {@link CellConversion} takes. Not thread-safe. */
final class PlainCells implements ColumnReader {
    private final ColumnDescriptor column;
    private PlainValues values;
    private int at;

    PlainCells(ColumnDescriptor column) {
        this.column = column;
        this.values = new PlainValues(column.getPrimitiveType());
    }

    void read(PlainValues source) {
        values = source;
        at = 0;
    }

    @Override
    public long getTotalValueCount() {
        return values.count();
    }

    @Override
    public void consume() {
        at++;
    }

    @Override
    public int getCurrentRepetitionLevel() {
        return 0;
    }

    @Override
    public int getCurrentDefinitionLevel() {
        return column.getMaxDefinitionLevel();
    }

    @Override
    public void writeCurrentValueToConverter() {
        throw new IllegalStateException("Cannot convert values of pages: ask for them by type.");
    }

    @Override
    public void skip() {
        // The value is passed by consume().
    }

    @Override
    public int getCurrentValueDictionaryID() {
        throw new IllegalStateException("Cannot tell a dictionary id: values of pages have none.");
    }

    @Override
    public int getInteger() {
        return values.intAt(at);
    }

    @Override
    public boolean getBoolean() {
        return values.bytes()[values.start(at)] != 0;
    }

    @Override
    public long getLong() {
        return values.longAt(at);
    }

    @Override
    public Binary getBinary() {
        return Binary.fromReusedByteArray(values.bytes(), values.start(at), values.end(at) - values.start(at));
    }

    @Override
    public float getFloat() {
        return Float.intBitsToFloat(values.intAt(at));
    }

    @Override
    public double getDouble() {
        return Double.longBitsToDouble(values.longAt(at));
    }

    @Override
    public ColumnDescriptor getDescriptor() {
        return column;
    }
}
