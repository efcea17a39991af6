package io.convergence.source;

import static java.util.Objects.requireNonNull;

import io.convergence.schema.Column;
import io.convergence.schema.DataType;

/**
 * A column as the source declares it. Immutable and thread-safe.
 *
 * @param type the DMS type that the source's type becomes (DMS guide, "Source data types" of the engine)
 * @param nativeType the type in the source's own words, e.g. {@code character varying(20)}; empty if not known
 * @param maxBytes the most bytes a value takes in the source's row; {@link #UNBOUNDED} if there is no limit or it is not known
 * @param fixedWidth whether all values take the same space, so that the source never stores them outside the row
 * @param hasDefault whether the column has a default or is generated: rows that were there before it may hold a value (rule S14)
 */
public record SourceColumn(
        String name,
        DataType type,
        boolean nullable,
        String nativeType,
        long maxBytes,
        boolean fixedWidth,
        boolean hasDefault) {
    public static final long UNBOUNDED = Long.MAX_VALUE;

    /** A character takes up to this many bytes in the encodings the engines use. */
    static final int BYTES_PER_CHARACTER = 4;

    public SourceColumn {
        if (requireNonNull(name, "name").isEmpty()) {
            throw new IllegalArgumentException("Cannot describe a source column without a name.");
        }
        requireNonNull(type, "type");
        requireNonNull(nativeType, "nativeType");
        if (maxBytes < 1) {
            throw new IllegalArgumentException("Cannot describe source column '" + name + "': a value of at most "
                    + maxBytes + " bytes holds nothing. Give the largest size, or SourceColumn.UNBOUNDED.");
        }
    }

    /** A column of which only the DMS type is known; its size follows from the type. */
    public static SourceColumn nullable(String name, DataType type) {
        return new SourceColumn(name, type, true, "", maxBytes(type), fixedWidth(type), false);
    }

    /** A NOT NULL column of which only the DMS type is known; its size follows from the type. */
    public static SourceColumn required(String name, DataType type) {
        return new SourceColumn(name, type, false, "", maxBytes(type), fixedWidth(type), false);
    }

    public Column toColumn() {
        return new Column(name, type, nullable);
    }

    static boolean fixedWidth(DataType type) {
        return !type.kind().text() && !type.kind().binary() && type.kind() != DataType.Kind.NUMERIC;
    }

    static long maxBytes(DataType type) {
        return switch (type.kind()) {
            case BOOLEAN, INT1, UINT1 -> 1;
            case INT2, UINT2 -> 2;
            case INT4, UINT4, REAL4, DATE -> 4;
            case INT8, UINT8, REAL8, DATETIME -> 8;
            case TIME -> 12;
            case NUMERIC -> numericBytes(type.precision());
            case STRING, WSTRING -> type.length() == 0 ? UNBOUNDED : (long) BYTES_PER_CHARACTER * type.length();
            case BYTES -> type.length() == 0 ? UNBOUNDED : type.length();
            case CLOB, NCLOB, BLOB -> UNBOUNDED;
        };
    }

    /** PostgreSQL's size, the largest of the engines': two bytes for four digits, one group more for the place of the point, a header of 8. */
    static long numericBytes(int precision) {
        return 2L * ((precision + 3) / 4 + 1) + 8;
    }
}
