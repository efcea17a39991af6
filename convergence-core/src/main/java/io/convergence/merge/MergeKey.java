package io.convergence.merge;

import io.convergence.schema.Bytes;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.List;

/**
 * The values of a table's key columns, by which its rows are told apart. Equal values are equal keys whatever Java type
 * or scale carries them, so that a key survives a widening of its column: 1, 1.0 and 1.00 are one key, and so are 0.0
 * and -0.0. The order is total: numbers by value, text by code point (as Parquet statistics and UTF-8 order it), bytes
 * unsigned. Immutable; thread-safe.
 */
public final class MergeKey implements Comparable<MergeKey> {
    private final List<Object> values;
    private final int hash;

    private MergeKey(List<Object> values) {
        this.values = values;
        this.hash = values.hashCode();
    }

    /**
     * @param values one for each key column, in their order, of the Java classes of {@link io.convergence.schema.DataType.Kind#valueClass()}
     * @throws IllegalArgumentException if there is no value, or one of another class
     */
    public static MergeKey of(List<?> values) {
        if (values.isEmpty()) {
            throw new IllegalArgumentException("Cannot make a key without values.");
        }
        var canonical = new ArrayList<Object>(values.size());
        for (Object value : values) {
            canonical.add(canonical(value));
        }
        return new MergeKey(List.copyOf(canonical));
    }

    public static MergeKey of(Object... values) {
        return of(List.of(values));
    }

    /** In their canonical form: whole numbers that fit are {@link Long}, other exact numbers {@link BigDecimal} without trailing zeros. */
    public List<Object> values() {
        return values;
    }

    private static Object canonical(Object value) {
        if (value instanceof Long
                || value instanceof String
                || value instanceof Boolean
                || value instanceof Bytes
                || value instanceof LocalDate
                || value instanceof LocalTime
                || value instanceof LocalDateTime) {
            return value;
        }
        if (value instanceof Integer || value instanceof Short || value instanceof Byte) {
            return ((Number) value).longValue();
        }
        if (value instanceof BigInteger integer) {
            return canonical(new BigDecimal(integer));
        }
        if (value instanceof BigDecimal decimal) {
            return canonical(decimal);
        }
        if (value instanceof Float || value instanceof Double) {
            double number = ((Number) value).doubleValue();
            return number == 0.0 ? 0.0 : number;
        }
        throw new IllegalArgumentException("Cannot use a value of class "
                + value.getClass().getName() + " in a key: it is none of the classes of column values.");
    }

    private static Object canonical(BigDecimal decimal) {
        BigDecimal stripped = decimal.stripTrailingZeros();
        boolean fits = stripped.scale() <= 0
                && stripped.precision() - stripped.scale() <= 19
                && stripped.toBigInteger().bitLength() < Long.SIZE;
        return fits ? (Object) stripped.longValueExact() : stripped;
    }

    @Override
    public int compareTo(MergeKey other) {
        int shared = Math.min(values.size(), other.values.size());
        for (int i = 0; i < shared; i++) {
            int order = compare(values.get(i), other.values.get(i));
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(values.size(), other.values.size());
    }

    private static int compare(Object one, Object other) {
        if (one instanceof Long a && other instanceof Long b) {
            return a.compareTo(b);
        }
        if (one instanceof String a && other instanceof String b) {
            return compareCodePoints(a, b);
        }
        int byRank = Integer.compare(rank(one), rank(other));
        if (byRank != 0) {
            return byRank;
        }
        if (one instanceof Long || one instanceof BigDecimal) {
            return decimal(one).compareTo(decimal(other));
        }
        if (one instanceof LocalDate a && other instanceof LocalDate b) {
            return a.compareTo(b);
        }
        if (one instanceof LocalDateTime a && other instanceof LocalDateTime b) {
            return a.compareTo(b);
        }
        @SuppressWarnings("unchecked") // equal ranks from here on are equal classes
        var comparable = (Comparable<Object>) one;
        return comparable.compareTo(other);
    }

    private static BigDecimal decimal(Object value) {
        return value instanceof BigDecimal decimal ? decimal : BigDecimal.valueOf((Long) value);
    }

    private static int rank(Object value) {
        if (value instanceof Boolean) {
            return 0;
        }
        if (value instanceof Long || value instanceof BigDecimal) {
            return 1;
        }
        if (value instanceof Double) {
            return 2;
        }
        if (value instanceof String) {
            return 3;
        }
        if (value instanceof Bytes) {
            return 4;
        }
        if (value instanceof LocalDate) {
            return 5;
        }
        return value instanceof LocalTime ? 6 : 7;
    }

    // String.compareTo orders supplementary characters before U+E000..U+FFFF, UTF-8 after.
    private static int compareCodePoints(String one, String other) {
        int shared = Math.min(one.length(), other.length());
        for (int i = 0; i < shared; i++) {
            char a = one.charAt(i);
            char b = other.charAt(i);
            if (a != b) {
                boolean high = Character.isSurrogate(a);
                return high == Character.isSurrogate(b) ? Character.compare(a, b) : Boolean.compare(high, !high);
            }
        }
        return Integer.compare(one.length(), other.length());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof MergeKey key && hash == key.hash && values.equals(key.values);
    }

    @Override
    public int hashCode() {
        return hash;
    }

    @Override
    public String toString() {
        return values.toString();
    }
}
