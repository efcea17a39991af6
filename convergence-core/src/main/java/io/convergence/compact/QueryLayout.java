package io.convergence.compact;

import org.apache.parquet.schema.LogicalTypeAnnotation.DecimalLogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Types;

/** How outputs store a column so that query engines read it fast: the same values, the same annotation, maybe another physical type. */
final class QueryLayout {
    private static final int INT_DIGITS = 9;
    private static final int LONG_DIGITS = 18;

    private QueryLayout() {}

    /** Decimals of up to 18 digits are whole numbers: DMS writes them as bytes, which engines convert one by one. */
    static PrimitiveType of(PrimitiveType type) {
        boolean bytes = type.getPrimitiveTypeName() == PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY
                || type.getPrimitiveTypeName() == PrimitiveTypeName.BINARY;
        if (!bytes
                || !(type.getLogicalTypeAnnotation() instanceof DecimalLogicalTypeAnnotation decimal)
                || decimal.getPrecision() > LONG_DIGITS) {
            return type;
        }

        return Types.primitive(
                        decimal.getPrecision() > INT_DIGITS ? PrimitiveTypeName.INT64 : PrimitiveTypeName.INT32,
                        type.getRepetition())
                .as(decimal)
                .named(type.getName());
    }
}
