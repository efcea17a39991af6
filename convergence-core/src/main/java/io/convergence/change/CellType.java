package io.convergence.change;

import io.convergence.schema.DataType;
import io.convergence.schema.DataType.Kind;
import io.convergence.store.internal.ParquetTypes;
import java.util.Optional;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;

/** The DMS type of a Parquet column, and how its values are read as that type or as a wider one. */
record CellType(PrimitiveType primitive, DataType natural) {
    /** Empty if DMS has no such type. */
    static Optional<CellType> of(PrimitiveType primitive) {
        return ParquetTypes.natural(primitive).map(natural -> new CellType(primitive, natural));
    }

    /**
     * How to read the file's values as {@code target}; empty if their kind is another. Where the target is narrower among whole
     * numbers and decimals, each value is checked: a file written before the source changed a type stays readable as long as its
     * values fit (rule S15).
     */
    Optional<CellForm> form(DataType target) {
        Kind from = natural.kind();
        Kind to = target.kind();
        PrimitiveTypeName physical = primitive.getPrimitiveTypeName();
        if (to == Kind.BOOLEAN) {
            return from == Kind.BOOLEAN
                    ? Optional.of(CellForm.BOOLEAN)
                    : optional(from.text() && !isUuid(), CellForm.TEXT_AS_BOOLEAN);
        }
        if (to.text()) {
            if (from == Kind.BOOLEAN) {
                return Optional.of(CellForm.BOOLEAN_AS_TEXT);
            }

            return optional(from.text(), isUuid() ? CellForm.UUID_AS_TEXT : CellForm.TEXT);
        }
        if (to.binary()) {
            return optional(from.binary(), CellForm.BYTES);
        }
        if (to == Kind.NUMERIC) {
            return decimalForm();
        }
        if (to.integer() || to == Kind.UINT8) {
            return optional(isWhole(from), physical == PrimitiveTypeName.INT32 ? CellForm.INT32 : CellForm.INT64);
        }

        return switch (to) {
            case REAL4 -> optional(from == Kind.REAL4, CellForm.FLOAT);
            case REAL8 ->
                from == Kind.REAL8
                        ? Optional.of(CellForm.DOUBLE)
                        : optional(from == Kind.REAL4, CellForm.FLOAT_AS_DOUBLE);
            case DATE -> optional(from == Kind.DATE, CellForm.DATE);
            case TIME ->
                optional(from == Kind.TIME, physical == PrimitiveTypeName.INT32 ? CellForm.TIME32 : CellForm.TIME64);
            case DATETIME ->
                optional(
                        from == Kind.DATETIME,
                        physical == PrimitiveTypeName.INT96 ? CellForm.INT96 : CellForm.DATETIME);
            default -> Optional.empty();
        };
    }

    /**
     * How to read values of a column that was widened from {@code raw} as that type again, or as the {@code target} that it
     * can be read as; empty if it cannot be.
     */
    Optional<CellForm> formOf(DataType raw, DataType target) {
        boolean readable = of(ParquetTypes.optional("c", raw))
                .flatMap(type -> type.form(target))
                .isPresent();
        if (!readable) {
            return Optional.empty();
        }
        if (natural.kind() == Kind.NUMERIC && isWhole(target.kind())) {
            return Optional.of(CellForm.DECIMAL_AS_WHOLE);
        }

        return natural.kind() == Kind.REAL8 && target.kind() == Kind.REAL4
                ? Optional.of(CellForm.DOUBLE_AS_FLOAT)
                : form(target);
    }

    private Optional<CellForm> decimalForm() {
        if (natural.kind() == Kind.NUMERIC) {
            return Optional.of(
                    switch (primitive.getPrimitiveTypeName()) {
                        case INT32 -> CellForm.DECIMAL32;
                        case INT64 -> CellForm.DECIMAL64;
                        default -> CellForm.DECIMAL_BYTES;
                    });
        }
        if (!isWhole(natural.kind())) {
            return Optional.empty();
        }
        if (natural.kind() == Kind.UINT8) {
            return Optional.of(CellForm.UINT64_AS_DECIMAL);
        }

        return Optional.of(
                primitive.getPrimitiveTypeName() == PrimitiveTypeName.INT32
                        ? CellForm.INT32_AS_DECIMAL
                        : CellForm.INT64_AS_DECIMAL);
    }

    private boolean isUuid() {
        return LogicalTypeAnnotation.uuidType().equals(primitive.getLogicalTypeAnnotation());
    }

    private static boolean isWhole(Kind kind) {
        return kind.integer() || kind == Kind.UINT8;
    }

    /** Whether some value of the file may be none of {@code target}, which is of a kind that {@link #form} takes. */
    boolean narrows(DataType target) {
        Kind to = target.kind();
        if (to == Kind.NUMERIC) {
            int whole = target.precision() - target.scale();
            return natural.kind() == Kind.NUMERIC
                    ? natural.scale() > target.scale() || natural.precision() - natural.scale() > whole
                    : digits(natural.kind()) > whole;
        }

        return isWhole(to) && isWhole(natural.kind()) && !contains(to, natural.kind());
    }

    /** Whether every value of {@code narrow} is one of {@code wide}. */
    private static boolean contains(Kind wide, Kind narrow) {
        int wideBits = bits(wide);
        int narrowBits = bits(narrow);
        if (isUnsigned(wide) == isUnsigned(narrow)) {
            return narrowBits <= wideBits;
        }

        return isUnsigned(narrow) && narrowBits < wideBits;
    }

    private static boolean isUnsigned(Kind kind) {
        return kind == Kind.UINT1 || kind == Kind.UINT2 || kind == Kind.UINT4 || kind == Kind.UINT8;
    }

    static int bits(Kind kind) {
        return switch (kind) {
            case INT1, UINT1 -> 8;
            case INT2, UINT2 -> 16;
            case INT4, UINT4 -> 32;
            default -> 64;
        };
    }

    private static int digits(Kind kind) {
        return switch (kind) {
            case INT1, UINT1 -> 3;
            case INT2, UINT2 -> 5;
            case INT4, UINT4 -> 10;
            case INT8 -> 19;
            default -> 20;
        };
    }

    private static <T> Optional<T> optional(boolean given, T value) {
        return given ? Optional.of(value) : Optional.empty();
    }

    /** For messages: physical type with its annotation. */
    @Override
    public String toString() {
        return describe(primitive);
    }

    static String describe(PrimitiveType primitive) {
        return ParquetTypes.describe(primitive);
    }
}
