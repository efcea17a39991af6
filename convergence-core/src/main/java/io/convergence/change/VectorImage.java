package io.convergence.change;

import io.convergence.schema.Bytes;
import io.convergence.schema.Column;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.List;
import java.util.Map;

/** One row across vectors. */
record VectorImage(List<Column> columns, Map<String, Integer> index, CellVector[] vectors, int row)
        implements RowImage {
    @Override
    public int indexOf(String column) {
        return index.getOrDefault(column, -1);
    }

    @Override
    public CellState state(int column) {
        return vectors[column].state(row);
    }

    @Override
    public Object value(int column) {
        return vectors[column].value(row);
    }

    @Override
    public boolean booleanValue(int column) {
        return vectors[column].booleanValue(row);
    }

    @Override
    public long longValue(int column) {
        return vectors[column].longValue(row);
    }

    @Override
    public float floatValue(int column) {
        return vectors[column].floatValue(row);
    }

    @Override
    public double doubleValue(int column) {
        return vectors[column].doubleValue(row);
    }

    @Override
    public BigDecimal decimalValue(int column) {
        return vectors[column].decimalValue(row);
    }

    @Override
    public String textValue(int column) {
        return vectors[column].textValue(row);
    }

    @Override
    public Bytes bytesValue(int column) {
        return vectors[column].bytesValue(row);
    }

    @Override
    public LocalDate dateValue(int column) {
        return vectors[column].dateValue(row);
    }

    @Override
    public LocalTime timeValue(int column) {
        return vectors[column].timeValue(row);
    }

    @Override
    public LocalDateTime dateTimeValue(int column) {
        return vectors[column].dateTimeValue(row);
    }
}
