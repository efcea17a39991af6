package io.convergence.store.internal;

import io.convergence.store.internal.pages.CompactThrift;
import io.convergence.store.internal.pages.ThriftSink;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.parquet.format.Util;
import org.apache.parquet.format.converter.ParquetMetadataConverter;
import org.apache.parquet.hadoop.metadata.FileMetaData;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.jspecify.annotations.Nullable;

/** The schema of a flat file as a footer holds it. Types that DMS does not have are left to parquet-java. */
public final class SchemaThrift {
    private static final int SCHEMA = CompactThrift.field(2, CompactThrift.LIST);

    private SchemaThrift() {}

    /** Writes a schema as a field of a footer. */
    public static void write(int id, MessageType schema, ThriftSink target) throws IOException {
        List<Type> fields = schema.getFields();
        for (Type field : fields) {
            if (!field.isPrimitive() || !isKnown(field.getLogicalTypeAnnotation())) {
                target.written(id, CompactThrift.LIST, byParquetJava(schema));
                return;
            }
        }

        target.list(id, CompactThrift.STRUCT, fields.size() + 1);
        target.begin().text(4, schema.getName()).i32(5, fields.size()).end();
        for (Type field : fields) {
            element(field.asPrimitiveType(), target);
        }
    }

    private static boolean isKnown(@Nullable LogicalTypeAnnotation annotation) {
        return annotation == null
                || annotation instanceof LogicalTypeAnnotation.StringLogicalTypeAnnotation
                || annotation instanceof LogicalTypeAnnotation.DecimalLogicalTypeAnnotation
                || annotation instanceof LogicalTypeAnnotation.DateLogicalTypeAnnotation
                || annotation instanceof LogicalTypeAnnotation.TimeLogicalTypeAnnotation
                || annotation instanceof LogicalTypeAnnotation.TimestampLogicalTypeAnnotation
                || annotation instanceof LogicalTypeAnnotation.IntLogicalTypeAnnotation;
    }

    private static byte[] byParquetJava(MessageType schema) throws IOException {
        var empty = new ParquetMetadata(new FileMetaData(schema, Map.of(), ""), List.of());
        var footer = new ByteArrayOutputStream();
        Util.writeFileMetaData(new ParquetMetadataConverter().toParquetMetadata(1, empty), footer);
        byte[] bytes = footer.toByteArray();
        CompactThrift thrift = new CompactThrift(bytes, 0, bytes.length);
        for (int field = thrift.next(0); field != 0; field = thrift.next(field)) {
            int start = thrift.position();
            thrift.pass(field, 0);
            if (field == SCHEMA) {
                return Arrays.copyOfRange(bytes, start, thrift.position());
            }
        }

        throw new IllegalStateException("Cannot write schema " + schema + ": parquet-java wrote none.");
    }

    private static void element(PrimitiveType type, ThriftSink target) {
        target.begin().i32(1, physical(type.getPrimitiveTypeName()));
        if (type.getTypeLength() > 0) {
            target.i32(2, type.getTypeLength());
        }
        target.i32(3, type.getRepetition().ordinal()).text(4, type.getName());
        LogicalTypeAnnotation annotation = type.getLogicalTypeAnnotation();
        if (annotation != null && annotation.toOriginalType() != null) {
            target.i32(6, converted(annotation));
        }
        if (annotation instanceof LogicalTypeAnnotation.DecimalLogicalTypeAnnotation decimal) {
            target.i32(7, decimal.getScale()).i32(8, decimal.getPrecision());
        }
        if (type.getId() != null) {
            target.i32(9, type.getId().intValue());
        }
        if (annotation != null) {
            target.begin(10);
            logical(annotation, target);
            target.end();
        }
        target.end();
    }

    /** The number of a type in Parquet. */
    public static int physical(PrimitiveTypeName type) {
        return switch (type) {
            case BOOLEAN -> 0;
            case INT32 -> 1;
            case INT64 -> 2;
            case INT96 -> 3;
            case FLOAT -> 4;
            case DOUBLE -> 5;
            case BINARY -> 6;
            case FIXED_LEN_BYTE_ARRAY -> 7;
        };
    }

    /** For readers that do not know logical types yet. */
    private static int converted(LogicalTypeAnnotation annotation) {
        return switch (annotation.toOriginalType()) {
            case UTF8 -> 0;
            case DECIMAL -> 5;
            case DATE -> 6;
            case TIME_MILLIS -> 7;
            case TIME_MICROS -> 8;
            case TIMESTAMP_MILLIS -> 9;
            case TIMESTAMP_MICROS -> 10;
            case UINT_8 -> 11;
            case UINT_16 -> 12;
            case UINT_32 -> 13;
            case UINT_64 -> 14;
            case INT_8 -> 15;
            case INT_16 -> 16;
            case INT_32 -> 17;
            case INT_64 -> 18;
            default ->
                throw new IllegalStateException("Cannot write type " + annotation + ": it has no number in Parquet.");
        };
    }

    private static void logical(LogicalTypeAnnotation annotation, ThriftSink target) {
        if (annotation instanceof LogicalTypeAnnotation.StringLogicalTypeAnnotation) {
            target.begin(1).end();
        } else if (annotation instanceof LogicalTypeAnnotation.DecimalLogicalTypeAnnotation decimal) {
            target.begin(5)
                    .i32(1, decimal.getScale())
                    .i32(2, decimal.getPrecision())
                    .end();
        } else if (annotation instanceof LogicalTypeAnnotation.DateLogicalTypeAnnotation) {
            target.begin(6).end();
        } else if (annotation instanceof LogicalTypeAnnotation.TimeLogicalTypeAnnotation time) {
            target.begin(7).flag(1, time.isAdjustedToUTC());
            unit(time.getUnit(), target);
            target.end();
        } else if (annotation instanceof LogicalTypeAnnotation.TimestampLogicalTypeAnnotation timestamp) {
            target.begin(8).flag(1, timestamp.isAdjustedToUTC());
            unit(timestamp.getUnit(), target);
            target.end();
        } else if (annotation instanceof LogicalTypeAnnotation.IntLogicalTypeAnnotation integer) {
            target.begin(10)
                    .i8(1, integer.getBitWidth())
                    .flag(2, integer.isSigned())
                    .end();
        }
    }

    private static void unit(TimeUnit unit, ThriftSink target) {
        int code = switch (unit) {
            case MILLIS -> 1;
            case MICROS -> 2;
            case NANOS -> 3;
        };
        target.begin(2).begin(code).end().end();
    }
}
