package io.convergence.schema;

import io.convergence.schema.DataType.Kind;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** The smallest DMS type that holds every value of two others without loss (rule S15). */
final class TypeWidening {
    private static final Set<Kind> UNSIGNED = EnumSet.of(Kind.UINT1, Kind.UINT2, Kind.UINT4, Kind.UINT8);

    private TypeWidening() {}

    static Optional<DataType> of(DataType a, DataType b) {
        Kind left = a.kind();
        Kind right = b.kind();
        if (a.equals(b)) {
            return Optional.of(a);
        }
        if (whole(left) && whole(right)) {
            return Optional.of(wholeNumber(left, right));
        }
        if (decimal(left) && decimal(right)) {
            return numeric(digits(a), a.scale(), digits(b), b.scale());
        }
        if (real(left) && real(right)) {
            return Optional.of(DataType.of(Kind.REAL8));
        }
        if (left.text() && right.text()) {
            return Optional.of(text(a, b));
        }
        if (left.binary() && right.binary()) {
            return Optional.of(left == right ? DataType.bytes(longer(a, b)) : DataType.of(Kind.BLOB));
        }
        if (left == right && left == Kind.DATETIME) {
            return Optional.of(DataType.datetime(Math.max(a.scale(), b.scale())));
        }
        if (left == right && left == Kind.TIME) {
            return Optional.of(DataType.time(Math.max(a.scale(), b.scale())));
        }

        return Optional.empty();
    }

    private static DataType wholeNumber(Kind left, Kind right) {
        if (left == right) {
            return DataType.of(left);
        }

        boolean unsigned = UNSIGNED.contains(left) && UNSIGNED.contains(right);
        int bits = Math.max(unsigned ? bits(left) : signedBits(left), unsigned ? bits(right) : signedBits(right));
        return switch (bits) {
            case 8 -> DataType.of(unsigned ? Kind.UINT1 : Kind.INT1);
            case 16 -> DataType.of(unsigned ? Kind.UINT2 : Kind.INT2);
            case 32 -> DataType.of(unsigned ? Kind.UINT4 : Kind.INT4);
            case 64 -> DataType.of(unsigned ? Kind.UINT8 : Kind.INT8);
            default -> DataType.numeric(20, 0);
        };
    }

    private static int bits(Kind kind) {
        return switch (kind) {
            case INT1, UINT1 -> 8;
            case INT2, UINT2 -> 16;
            case INT4, UINT4 -> 32;
            default -> 64;
        };
    }

    /** The size of the signed type that holds all values of this one. */
    private static int signedBits(Kind kind) {
        return UNSIGNED.contains(kind) ? 2 * bits(kind) : bits(kind);
    }

    private static Optional<DataType> numeric(int leftDigits, int leftScale, int rightDigits, int rightScale) {
        int scale = Math.max(leftScale, rightScale);
        int precision = Math.max(leftDigits, rightDigits) + scale;
        return precision > 38 ? Optional.empty() : Optional.of(DataType.numeric(precision, scale));
    }

    /** Digits before the point. */
    private static int digits(DataType type) {
        return switch (type.kind()) {
            case INT1, UINT1 -> 3;
            case INT2, UINT2 -> 5;
            case INT4, UINT4 -> 10;
            case INT8 -> 19;
            case UINT8 -> 20;
            default -> type.precision() - type.scale();
        };
    }

    private static DataType text(DataType a, DataType b) {
        boolean wide = wide(a.kind()) || wide(b.kind());
        if (lob(a.kind()) || lob(b.kind())) {
            return DataType.of(wide ? Kind.NCLOB : Kind.CLOB);
        }

        int length = longer(a, b);
        return wide ? DataType.wstring(length) : DataType.string(length);
    }

    private static int longer(DataType a, DataType b) {
        return a.length() == 0 || b.length() == 0 ? 0 : Math.max(a.length(), b.length());
    }

    private static boolean wide(Kind kind) {
        return kind == Kind.WSTRING || kind == Kind.NCLOB;
    }

    private static boolean lob(Kind kind) {
        return kind == Kind.CLOB || kind == Kind.NCLOB;
    }

    private static boolean whole(Kind kind) {
        return kind.integer() || kind == Kind.UINT8;
    }

    private static boolean decimal(Kind kind) {
        return whole(kind) || kind == Kind.NUMERIC;
    }

    private static boolean real(Kind kind) {
        return kind == Kind.REAL4 || kind == Kind.REAL8;
    }
}
