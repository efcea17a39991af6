package io.convergence.pipeline;

import io.convergence.change.CellState;
import io.convergence.change.ChangeRecord;
import io.convergence.change.ColumnVector;
import io.convergence.change.RowImage;
import io.convergence.schema.Bytes;
import io.convergence.schema.Column;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.List;

/** A column of rows that are given one by one. Immutable. */
record RowsVector(Column column, int place, List<ChangeRecord> rows) implements ColumnVector {
    private static final long MICROS = 1_000_000L;

    private RowImage image(int row) {
        return rows.get(row).image();
    }

    @Override
    public int size() {
        return rows.size();
    }

    @Override
    public CellState state(int row) {
        return image(row).state(place);
    }

    @Override
    public Object value(int row) {
        return image(row).value(place);
    }

    @Override
    public boolean booleanValue(int row) {
        return image(row).booleanValue(place);
    }

    @Override
    public long longValue(int row) {
        return image(row).longValue(place);
    }

    @Override
    public float floatValue(int row) {
        return image(row).floatValue(place);
    }

    @Override
    public double doubleValue(int row) {
        return image(row).doubleValue(place);
    }

    @Override
    public BigDecimal decimalValue(int row) {
        return image(row).decimalValue(place);
    }

    @Override
    public long unscaledValue(int row) {
        BigInteger unscaled = decimalValue(row).setScale(column.type().scale()).unscaledValue();
        return unscaled.longValueExact();
    }

    @Override
    public String textValue(int row) {
        return image(row).textValue(place);
    }

    @Override
    public Bytes bytesValue(int row) {
        return image(row).bytesValue(place);
    }

    private byte[] bytes(int row) {
        return column.type().kind().text()
                ? textValue(row).getBytes(StandardCharsets.UTF_8)
                : bytesValue(row).toArray();
    }

    @Override
    public int byteLength(int row) {
        return bytes(row).length;
    }

    @Override
    public void copyBytes(int row, byte[] target, int offset) {
        byte[] bytes = bytes(row);
        System.arraycopy(bytes, 0, target, offset, bytes.length);
    }

    @Override
    public LocalDate dateValue(int row) {
        return image(row).dateValue(place);
    }

    @Override
    public long epochDayValue(int row) {
        return dateValue(row).toEpochDay();
    }

    @Override
    public LocalTime timeValue(int row) {
        return image(row).timeValue(place);
    }

    @Override
    public LocalDateTime dateTimeValue(int row) {
        return image(row).dateTimeValue(place);
    }

    @Override
    public long epochMicrosValue(int row) {
        LocalDateTime time = dateTimeValue(row);
        return Math.addExact(Math.multiplyExact(time.toEpochSecond(ZoneOffset.UTC), MICROS), time.getNano() / 1000);
    }
}
