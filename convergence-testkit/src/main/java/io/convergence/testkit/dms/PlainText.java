package io.convergence.testkit.dms;

import io.convergence.schema.DataType;
import io.convergence.testkit.dms.ParquetColumn.TimestampUnit;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * A source column's values as rules see them: DMS's text of its source type, {@code YYYY-MM-DD HH:MM:SS.ffffff} for
 * instance, before a rule changes the type; and the same as SQLite knows it.
 */
final class PlainText {
    private static final String WHOLE_SECOND = ".000000";

    private final DataType type;
    private final ParquetColumn column;
    private final CellConverter converter;

    PlainText(String name, PgType source, DataType type, long lobMaxBytes, LossCounter losses) {
        this.type = type;
        this.column = ParquetColumn.optional(name, type, TimestampUnit.MICROS);
        this.converter = new CellConverter(source, type, column, TimestampUnit.MICROS, lobMaxBytes, losses);
    }

    /** Null where the source type's own conversion gives none. */
    @Nullable
    String of(String text) {
        boolean asItIs = switch (type.kind()) {
            case REAL4, REAL8 -> true;
            default -> false;
        };
        if (asItIs) {
            return text;
        }
        Object value = converter.convert(text);
        return value == null ? null : CsvText.of(column, value);
    }

    /** A Long, Double, String or byte[], compared as SQLite compares them. */
    @Nullable
    Object sql(String text) {
        return switch (type.kind()) {
            case BLOB, BYTES -> converter.convert(text);
            case BOOLEAN -> text.equals("t") ? 1L : 0L;
            case INT1, INT2, INT4, INT8, UINT1, UINT2, UINT4 -> Long.valueOf(text);
            case NUMERIC, UINT8 -> number(of(text));
            case REAL4, REAL8 -> Double.valueOf(text);
            case DATETIME -> {
                String plain = of(text);
                yield plain == null ? null : withoutZeros(plain);
            }
            case STRING, WSTRING, CLOB, NCLOB, DATE, TIME -> of(text);
        };
    }

    private static @Nullable Object number(@Nullable String text) {
        if (text == null) {
            return null;
        }
        BigDecimal value = new BigDecimal(text);
        boolean whole = value.scale() <= 0 && value.precision() <= 18;
        return whole ? (Object) value.longValueExact() : (Object) value.doubleValue();
    }

    /** So that a filter's {@code YYYY-MM-DD HH:MM:SS} can be equal to it. */
    private static String withoutZeros(String time) {
        return time.endsWith(WHOLE_SECOND) ? time.substring(0, time.length() - WHOLE_SECOND.length()) : time;
    }

    DataType type() {
        return type;
    }
}
