package io.convergence.schema;

import static java.util.Objects.requireNonNull;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One of DMS's built-in data types with its parameters (DMS guide, "Data types for AWS Database Migration Service").
 * Immutable. Parameters that a kind does not have are 0.
 *
 * @param length for STRING, WSTRING and BYTES: characters or bytes; 0 = not limited or not known
 * @param precision for NUMERIC: decimal digits, 1 to 38
 * @param scale for NUMERIC: fraction digits, 0 to precision; for DATETIME and TIME: fraction digits of a second, 0 to 9
 */
public record DataType(Kind kind, int length, int precision, int scale) {
    private static final Pattern TEXT =
            Pattern.compile("([a-z]+\\d?)\\s*(?:\\(\\s*(\\d+)\\s*(?:,\\s*(\\d+)\\s*)?\\))?");

    /** DMS's type names, each with the Java class of its non-null values. */
    public enum Kind {
        BOOLEAN(Boolean.class),
        INT1(Long.class),
        INT2(Long.class),
        INT4(Long.class),
        INT8(Long.class),
        UINT1(Long.class),
        UINT2(Long.class),
        UINT4(Long.class),
        UINT8(BigInteger.class),
        NUMERIC(BigDecimal.class),
        REAL4(Float.class),
        REAL8(Double.class),
        STRING(String.class),
        WSTRING(String.class),
        CLOB(String.class),
        NCLOB(String.class),
        BYTES(Bytes.class),
        BLOB(Bytes.class),
        DATE(LocalDate.class),
        TIME(LocalTime.class),
        /** Without a zone; where the source has one, DMS writes UTC. */
        DATETIME(LocalDateTime.class);

        private final Class<?> valueClass;

        Kind(Class<?> valueClass) {
            this.valueClass = valueClass;
        }

        public Class<?> valueClass() {
            return valueClass;
        }

        public boolean text() {
            return valueClass == String.class;
        }

        public boolean binary() {
            return valueClass == Bytes.class;
        }

        /** Signed or unsigned whole numbers that fit a {@code long}; UINT8 does not. */
        public boolean integer() {
            return valueClass == Long.class;
        }
    }

    public DataType {
        requireNonNull(kind, "kind");
        boolean numeric = kind == Kind.NUMERIC;
        boolean fraction = kind == Kind.DATETIME || kind == Kind.TIME;
        boolean sized = kind == Kind.STRING || kind == Kind.WSTRING || kind == Kind.BYTES;
        if (numeric && (precision < 1 || precision > 38 || scale < 0 || scale > precision)) {
            throw new IllegalArgumentException("Cannot make type numeric(" + precision + "," + scale
                    + "): precision must be 1 to 38 and scale 0 to precision.");
        }
        if (fraction && (scale < 0 || scale > 9)) {
            throw new IllegalArgumentException(
                    "Cannot make type " + name(kind) + "(" + scale + "): fraction digits must be 0 to 9.");
        }
        if ((!sized && length != 0)
                || length < 0
                || (!numeric && precision != 0)
                || (!numeric && !fraction && scale != 0)) {
            throw new IllegalArgumentException("Cannot make type " + name(kind) + " with length " + length
                    + ", precision " + precision + ", scale " + scale + ": it does not take all of these.");
        }
    }

    /** A type without parameters; DATETIME then has 6 fraction digits and TIME 3, as DMS's Parquet files have. */
    public static DataType of(Kind kind) {
        return switch (kind) {
            case NUMERIC -> numeric(38, 10);
            case DATETIME -> new DataType(kind, 0, 0, 6);
            case TIME -> new DataType(kind, 0, 0, 3);
            case BOOLEAN,
                    INT1,
                    INT2,
                    INT4,
                    INT8,
                    UINT1,
                    UINT2,
                    UINT4,
                    UINT8,
                    REAL4,
                    REAL8,
                    STRING,
                    WSTRING,
                    CLOB,
                    NCLOB,
                    BYTES,
                    BLOB,
                    DATE -> new DataType(kind, 0, 0, 0);
        };
    }

    public static DataType numeric(int precision, int scale) {
        return new DataType(Kind.NUMERIC, 0, precision, scale);
    }

    public static DataType string(int length) {
        return new DataType(Kind.STRING, length, 0, 0);
    }

    public static DataType wstring(int length) {
        return new DataType(Kind.WSTRING, length, 0, 0);
    }

    public static DataType bytes(int length) {
        return new DataType(Kind.BYTES, length, 0, 0);
    }

    public static DataType datetime(int fractionDigits) {
        return new DataType(Kind.DATETIME, 0, 0, fractionDigits);
    }

    public static DataType time(int fractionDigits) {
        return new DataType(Kind.TIME, 0, 0, fractionDigits);
    }

    /**
     * Reads a DMS type name in any case, e.g. {@code int4}, {@code numeric(10,2)}, {@code string(50)}, {@code datetime(3)}.
     *
     * @throws IllegalArgumentException if the name is none of DMS's, or its parameters do not fit
     */
    public static DataType parse(String text) {
        Matcher matcher = TEXT.matcher(requireNonNull(text, "text").trim().toLowerCase(Locale.ROOT));
        if (!matcher.matches()) {
            throw unknown(text);
        }

        Kind kind;
        try {
            kind = Kind.valueOf(matcher.group(1).toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw unknown(text);
        }

        if (matcher.group(2) == null) {
            return of(kind);
        }

        int first = Integer.parseInt(matcher.group(2));
        int second = matcher.group(3) == null ? 0 : Integer.parseInt(matcher.group(3));
        return switch (kind) {
            case NUMERIC -> numeric(first, second);
            case DATETIME, TIME -> new DataType(kind, 0, 0, first);
            case STRING, WSTRING, BYTES -> new DataType(kind, first, 0, 0);
            case BOOLEAN, INT1, INT2, INT4, INT8, UINT1, UINT2, UINT4, UINT8, REAL4, REAL8, CLOB, NCLOB, BLOB, DATE ->
                throw new IllegalArgumentException(
                        "Cannot parse type '" + text + "': " + name(kind) + " takes no parameters.");
        };
    }

    /**
     * The smallest type that holds every value of both without loss (rule S15): whole numbers to longer ones and to
     * NUMERIC, NUMERIC to s = max(s), p = max(p - s) + s, REAL4 to REAL8, DATETIME and TIME to the finer unit, text and
     * bytes to the longer.
     *
     * @return empty if there is none, e.g. a NUMERIC would need more than 38 digits
     */
    public Optional<DataType> widen(DataType other) {
        return TypeWidening.of(this, requireNonNull(other, "other"));
    }

    private static IllegalArgumentException unknown(String text) {
        return new IllegalArgumentException(
                "Cannot parse type '" + text + "': it is no DMS type. Use one of boolean, int1, int2, int4, int8, "
                        + "uint1, uint2, uint4, uint8, numeric(p,s), real4, real8, string(n), wstring(n), clob, nclob, bytes(n), blob, date, time, datetime.");
    }

    private static String name(Kind kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }

    /** The form {@link #parse} reads. */
    @Override
    public String toString() {
        String name = name(kind);
        return switch (kind) {
            case NUMERIC -> name + "(" + precision + "," + scale + ")";
            case DATETIME, TIME -> name + "(" + scale + ")";
            case STRING, WSTRING, BYTES -> length == 0 ? name : name + "(" + length + ")";
            case BOOLEAN, INT1, INT2, INT4, INT8, UINT1, UINT2, UINT4, UINT8, REAL4, REAL8, CLOB, NCLOB, BLOB, DATE ->
                name;
        };
    }
}
