package io.convergence.compact;

import io.convergence.schema.DataType;
import io.convergence.schema.DataType.Kind;
import io.convergence.store.internal.ParquetTypes;
import java.util.Objects;
import java.util.Optional;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DecimalLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimestampLogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Types;

/** How the Parquet types that a column has in different files become one (rule S15). Types of the same name. */
final class ColumnTypes {
    private ColumnTypes() {}

    /** The type with nulls. */
    static PrimitiveType optional(PrimitiveType type) {
        return type.isRepetition(Type.Repetition.OPTIONAL)
                ? type
                : Types.optional(type.getPrimitiveTypeName())
                        .length(type.getTypeLength())
                        .as(type.getLogicalTypeAnnotation())
                        .named(type.getName());
    }

    /** Whether values are stored alike. */
    static boolean same(PrimitiveType one, PrimitiveType other) {
        return one.getPrimitiveTypeName() == other.getPrimitiveTypeName()
                && one.getTypeLength() == other.getTypeLength()
                && Objects.equals(one.getLogicalTypeAnnotation(), other.getLogicalTypeAnnotation());
    }

    /** The smallest type that takes every value of both exactly; empty if there is none. Optional. */
    static Optional<PrimitiveType> widest(PrimitiveType one, PrimitiveType other) {
        if (same(one, other)) {
            return Optional.of(optional(one));
        }

        DataType left = ParquetTypes.natural(one).orElse(null);
        DataType right = ParquetTypes.natural(other).orElse(null);
        if (left == null || right == null || !convertible(one, left, other, right)) {
            return Optional.empty();
        }

        return left.widen(right).map(wide -> {
            // What readers of one side know already is kept if it does.
            boolean first = wide.equals(left) && holds(one, other);
            boolean second = wide.equals(right) && holds(other, one);
            if (first || second) {
                return optional(first ? one : other);
            }

            return ParquetTypes.optional(one.getName(), wide);
        });
    }

    /** Whether the layout of one takes values of the other, if its type does. */
    private static boolean holds(PrimitiveType one, PrimitiveType other) {
        boolean fixed = one.getPrimitiveTypeName() == PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY;
        if (!fixed || other.getPrimitiveTypeName() != PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY) {
            return true;
        }

        boolean number = one.getLogicalTypeAnnotation() instanceof DecimalLogicalTypeAnnotation;
        return number ? one.getTypeLength() >= other.getTypeLength() : one.getTypeLength() == other.getTypeLength();
    }

    private static boolean convertible(PrimitiveType one, DataType left, PrimitiveType other, DataType right) {
        if (left.kind() == Kind.DATETIME && right.kind() == Kind.DATETIME) {
            return isMicrosOrCoarser(one) && isMicrosOrCoarser(other) && isInstant(one) == isInstant(other);
        }

        return isUuid(one) == isUuid(other);
    }

    /** Nanoseconds in 64 bits end in the year 2262, INT96 has a calendar of its own. */
    private static boolean isMicrosOrCoarser(PrimitiveType type) {
        return type.getLogicalTypeAnnotation() instanceof TimestampLogicalTypeAnnotation timestamp
                && timestamp.getUnit() != LogicalTypeAnnotation.TimeUnit.NANOS;
    }

    private static boolean isInstant(PrimitiveType type) {
        return type.getLogicalTypeAnnotation() instanceof TimestampLogicalTypeAnnotation timestamp
                && timestamp.isAdjustedToUTC();
    }

    private static boolean isUuid(PrimitiveType type) {
        return LogicalTypeAnnotation.uuidType().equals(type.getLogicalTypeAnnotation());
    }

    /** How cells of a type become those of a type that {@link #widest} made of it. */
    static CellConversion conversion(PrimitiveType from, PrimitiveType to) {
        boolean sameLayout =
                from.getPrimitiveTypeName() == to.getPrimitiveTypeName() && from.getTypeLength() == to.getTypeLength();
        DataType source = ParquetTypes.natural(from).orElse(null);
        DataType target = ParquetTypes.natural(to).orElse(null);
        if (same(from, to) || source == null || target == null) {
            return CellConversion.NONE;
        }

        boolean number = target.kind() == Kind.NUMERIC || target.kind().integer() || target.kind() == Kind.UINT8;
        boolean real = target.kind() == Kind.REAL8;
        boolean time = target.kind() == Kind.TIME || target.kind() == Kind.DATETIME;
        if (sameLayout && !number && !(time && source.scale() != target.scale())) {
            return CellConversion.NONE;
        }
        if (real) {
            return WidenedCells.OfFloats::new;
        }
        if (time) {
            long factor = (long) Math.pow(10, target.scale() - source.scale());
            return cells -> new WidenedCells.OfTimes(cells, from, factor);
        }
        if (!number) {
            return WidenedCells.OfBytes::new;
        }
        if (sameLayout && source.scale() == target.scale() && !maskedWhole(from)) {
            return CellConversion.NONE;
        }

        int shift = target.scale() - source.scale();
        return to.getPrimitiveTypeName() == PrimitiveTypeName.INT32
                        || to.getPrimitiveTypeName() == PrimitiveTypeName.INT64
                ? cells -> new WidenedCells.OfNumbers(cells, from, source, shift, 0)
                : cells -> new WidenedCells.OfNumbers(
                        cells,
                        from,
                        source,
                        shift,
                        to.getPrimitiveTypeName() == PrimitiveTypeName.BINARY ? -1 : to.getTypeLength());
    }

    /** Small whole numbers may be stored with bits beyond their size, which mean nothing. */
    private static boolean maskedWhole(PrimitiveType type) {
        DataType natural = ParquetTypes.natural(type).orElseThrow();
        return type.getPrimitiveTypeName() == PrimitiveTypeName.INT32
                && natural.kind() != Kind.INT4
                && natural.kind() != Kind.NUMERIC;
    }

    static String describe(PrimitiveType type) {
        return ParquetTypes.describe(type);
    }
}
