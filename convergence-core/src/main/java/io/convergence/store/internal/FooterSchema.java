package io.convergence.store.internal;

import static io.convergence.store.internal.FooterReader.usual;
import static io.convergence.store.internal.pages.CompactThrift.BINARY;
import static io.convergence.store.internal.pages.CompactThrift.I32;
import static io.convergence.store.internal.pages.CompactThrift.STRUCT;
import static io.convergence.store.internal.pages.CompactThrift.demand;

import io.convergence.store.internal.pages.CompactThrift;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.parquet.CorruptStatistics;
import org.apache.parquet.hadoop.metadata.ColumnPath;
import org.apache.parquet.schema.ColumnOrder;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Types;
import org.jspecify.annotations.Nullable;

/** The schema of a flat file, and what is the same for all files of a writer. Files of one table have the same. Immutable. */
final class FooterSchema {
    private static final PrimitiveTypeName[] PHYSICAL = {
        PrimitiveTypeName.BOOLEAN,
        PrimitiveTypeName.INT32,
        PrimitiveTypeName.INT64,
        PrimitiveTypeName.INT96,
        PrimitiveTypeName.FLOAT,
        PrimitiveTypeName.DOUBLE,
        PrimitiveTypeName.BINARY,
        PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY
    };

    private static final Type.Repetition[] REPETITIONS = {
        Type.Repetition.REQUIRED, Type.Repetition.OPTIONAL, Type.Repetition.REPEATED
    };

    private static final FooterSchema NONE = new FooterSchema(new byte[0], "", "", new MessageType("none"));

    /** Of the file read before, which is mostly of the same table. */
    private static volatile FooterSchema latest = NONE;

    private final byte[] bytes;
    private final String writer;
    private final String createdBy;
    private final MessageType message;
    private final List<PrimitiveType> types = new ArrayList<>();
    private final List<ColumnPath> paths = new ArrayList<>();
    private final List<byte[]> names = new ArrayList<>();
    private final boolean[] signed;

    private FooterSchema(byte[] bytes, String writer, String createdBy, MessageType message) {
        this.bytes = bytes;
        this.writer = writer;
        this.createdBy = createdBy;
        this.message = message;
        this.signed = new boolean[message.getFieldCount()];
        for (Type field : message.getFields()) {
            PrimitiveType type = field.asPrimitiveType();
            signed[types.size()] = isSigned(type);
            types.add(type);
            paths.add(ColumnPath.get(type.getName()));
            names.add(type.getName().getBytes(StandardCharsets.UTF_8));
        }
    }

    static FooterSchema none() {
        return NONE;
    }

    /**
     * Reads a schema.
     *
     * @param footer has it, a list of elements, from {@code start} to {@code end}
     */
    static FooterSchema of(byte[] footer, int start, int end, String writer) {
        FooterSchema known = latest;
        if (known.writer.equals(writer) && Arrays.equals(known.bytes, 0, known.bytes.length, footer, start, end)) {
            return known;
        }

        FooterSchema read = new FooterSchema(
                Arrays.copyOfRange(footer, start, end),
                writer,
                ParquetFooter.parseable(writer),
                message(new CompactThrift(footer, start, end)));
        latest = read;
        return read;
    }

    private static MessageType message(CompactThrift list) {
        int count = list.structs();
        demand(count > 0, "its schema is empty");
        Element root = new Element(list);
        usual(root.type < 0 && root.id == null && root.children == count - 1, "a schema of groups");
        List<Type> fields = new ArrayList<>();
        for (int i = 1; i < count; i++) {
            fields.add(new Element(list).primitive());
        }
        return new MessageType(root.name, fields);
    }

    MessageType message() {
        return message;
    }

    String createdBy() {
        return createdBy;
    }

    List<PrimitiveType> types() {
        return types;
    }

    List<ColumnPath> paths() {
        return paths;
    }

    boolean isNamed(int column, byte[] footer, int start, int length) {
        byte[] name = names.get(column);
        return Arrays.equals(name, 0, name.length, footer, start, start + length);
    }

    /** Whether bounds of the type mean something. */
    boolean isOrdered(int column) {
        return types.get(column).columnOrder().getColumnOrderName() == ColumnOrder.ColumnOrderName.TYPE_DEFINED_ORDER;
    }

    /** Whether readers compare values as signed numbers. */
    boolean isSigned(int column) {
        return signed[column];
    }

    /** Whether the writer is one whose bounds of texts are wrong. */
    boolean hasCorruptBounds(int column) {
        return CorruptStatistics.shouldIgnoreStatistics(
                createdBy, types.get(column).getPrimitiveTypeName());
    }

    private static boolean isSigned(PrimitiveType type) {
        LogicalTypeAnnotation annotation = type.getLogicalTypeAnnotation();
        if (annotation == null) {
            return switch (type.getPrimitiveTypeName()) {
                case BOOLEAN, INT32, INT64, FLOAT, DOUBLE -> true;
                case INT96, BINARY, FIXED_LEN_BYTE_ARRAY -> false;
            };
        }
        if (annotation instanceof LogicalTypeAnnotation.IntLogicalTypeAnnotation integer) {
            return integer.isSigned();
        }

        return annotation instanceof LogicalTypeAnnotation.DateLogicalTypeAnnotation
                || annotation instanceof LogicalTypeAnnotation.TimeLogicalTypeAnnotation
                || annotation instanceof LogicalTypeAnnotation.TimestampLogicalTypeAnnotation
                || annotation instanceof LogicalTypeAnnotation.Float16LogicalTypeAnnotation;
    }

    /** One element of a schema. */
    private static final class Element {
        private int type = -1;
        private int length;
        private int repetition = -1;
        private String name = "";
        private int children;
        private int converted = -1;
        private int scale;
        private int precision;
        private @Nullable Integer id;
        private @Nullable LogicalTypeAnnotation logical;

        Element(CompactThrift list) {
            for (int field = list.next(0); field != 0; field = list.next(field)) {
                if ((field & 0xF) == I32) {
                    number(field >>> 4, (int) list.zigzag());
                } else if (field == CompactThrift.field(4, BINARY)) {
                    name = list.text();
                } else if (field == CompactThrift.field(10, STRUCT)) {
                    logical = logical(list);
                } else {
                    list.pass(field, 1);
                }
            }
        }

        private void number(int field, int value) {
            switch (field) {
                case 1 -> type = value;
                case 2 -> length = value;
                case 3 -> repetition = value;
                case 5 -> children = value;
                case 6 -> converted = value;
                case 7 -> scale = value;
                case 8 -> precision = value;
                case 9 -> id = value;
                default -> {
                    // Unknown, and passed.
                }
            }
        }

        PrimitiveType primitive() {
            usual(type >= 0 && type < PHYSICAL.length && children == 0, "a group of columns");
            usual(repetition >= 0 && repetition < REPETITIONS.length && !name.isEmpty(), "a column without a name");
            LogicalTypeAnnotation annotation = annotation();
            PrimitiveTypeName physical = PHYSICAL[type];
            Types.PrimitiveBuilder<PrimitiveType> builder = Types.primitive(physical, REPETITIONS[repetition]);
            if (physical == PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY) {
                builder.length(length);
            } else {
                usual(length == 0, "a length");
            }
            if (annotation != null) {
                builder.as(annotation);
            }
            if (id != null) {
                builder.id(id);
            }
            builder.columnOrder(
                    physical == PrimitiveTypeName.INT96 ? ColumnOrder.undefined() : ColumnOrder.typeDefined());
            try {
                return builder.named(name);
            } catch (IllegalArgumentException | IllegalStateException e) {
                // A type that cannot be: parquet-java says why.
                throw new FooterReader.UnusualException("a type");
            }
        }

        /** The newer form says more than the older one, where both are there and agree. */
        private @Nullable LogicalTypeAnnotation annotation() {
            LogicalTypeAnnotation newer = logical;
            if (converted < 0) {
                return newer;
            }

            LogicalTypeAnnotation older = older();
            if (newer == null) {
                return older;
            }

            usual(older.toOriginalType() == newer.toOriginalType(), "two types");
            if (newer instanceof LogicalTypeAnnotation.DecimalLogicalTypeAnnotation) {
                usual(newer.equals(older), "two decimals");
            }
            return newer;
        }

        private LogicalTypeAnnotation older() {
            return switch (converted) {
                case 0 -> LogicalTypeAnnotation.stringType();
                case 4 -> LogicalTypeAnnotation.enumType();
                case 5 -> LogicalTypeAnnotation.decimalType(scale, precision);
                case 6 -> LogicalTypeAnnotation.dateType();
                case 7 -> LogicalTypeAnnotation.timeType(true, TimeUnit.MILLIS);
                case 8 -> LogicalTypeAnnotation.timeType(true, TimeUnit.MICROS);
                case 9 -> LogicalTypeAnnotation.timestampType(true, TimeUnit.MILLIS);
                case 10 -> LogicalTypeAnnotation.timestampType(true, TimeUnit.MICROS);
                case 11, 12, 13, 14 -> LogicalTypeAnnotation.intType(8 << converted - 11, false);
                case 15, 16, 17, 18 -> LogicalTypeAnnotation.intType(8 << converted - 15, true);
                case 19 -> LogicalTypeAnnotation.jsonType();
                case 20 -> LogicalTypeAnnotation.bsonType();
                default -> throw new FooterReader.UnusualException("a converted type");
            };
        }

        private static LogicalTypeAnnotation logical(CompactThrift list) {
            int field = list.next(0);
            usual((field & 0xF) == STRUCT, "a logical type");
            int kind = field >>> 4;
            LogicalTypeAnnotation annotation = kind == 5 || kind == 7 || kind == 8 || kind == 10
                    ? withParameters(kind, list)
                    : simple(kind, field, list);
            usual(list.next(field) == 0, "several logical types");
            return annotation;
        }

        private static LogicalTypeAnnotation simple(int kind, int field, CompactThrift list) {
            list.pass(field, 2);
            return switch (kind) {
                case 1 -> LogicalTypeAnnotation.stringType();
                case 4 -> LogicalTypeAnnotation.enumType();
                case 6 -> LogicalTypeAnnotation.dateType();
                case 12 -> LogicalTypeAnnotation.jsonType();
                case 13 -> LogicalTypeAnnotation.bsonType();
                case 14 -> LogicalTypeAnnotation.uuidType();
                case 15 -> LogicalTypeAnnotation.float16Type();
                default -> throw new FooterReader.UnusualException("a logical type");
            };
        }

        private static LogicalTypeAnnotation withParameters(int kind, CompactThrift list) {
            int[] numbers = new int[3];
            boolean flag = false;
            int unit = -1;
            for (int field = list.next(0); field != 0; field = list.next(field)) {
                int id = field >>> 4;
                switch (field & 0xF) {
                    case CompactThrift.TRUE, CompactThrift.FALSE -> flag = (field & 0xF) == CompactThrift.TRUE;
                    case CompactThrift.BYTE -> numbers[Math.min(id, 2)] = list.eightBits();
                    case I32 -> numbers[Math.min(id, 2)] = (int) list.zigzag();
                    case STRUCT -> {
                        int of = list.next(0);
                        usual((of & 0xF) == STRUCT, "a unit of time");
                        unit = of >>> 4;
                        list.pass(of, 3);
                        usual(list.next(of) == 0, "several units of time");
                    }
                    default -> list.pass(field, 2);
                }
            }
            try {
                return switch (kind) {
                    case 5 -> LogicalTypeAnnotation.decimalType(numbers[1], numbers[2]);
                    case 7 -> LogicalTypeAnnotation.timeType(flag, unit(unit));
                    case 8 -> LogicalTypeAnnotation.timestampType(flag, unit(unit));
                    default -> LogicalTypeAnnotation.intType(numbers[1], flag);
                };
            } catch (IllegalArgumentException e) {
                throw new FooterReader.UnusualException("a logical type");
            }
        }

        private static TimeUnit unit(int code) {
            return switch (code) {
                case 1 -> TimeUnit.MILLIS;
                case 2 -> TimeUnit.MICROS;
                case 3 -> TimeUnit.NANOS;
                default -> throw new FooterReader.UnusualException("a unit of time");
            };
        }
    }
}
