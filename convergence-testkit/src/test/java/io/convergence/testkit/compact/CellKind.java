package io.convergence.testkit.compact;

import static org.apache.parquet.schema.LogicalTypeAnnotation.dateType;
import static org.apache.parquet.schema.LogicalTypeAnnotation.decimalType;
import static org.apache.parquet.schema.LogicalTypeAnnotation.intType;
import static org.apache.parquet.schema.LogicalTypeAnnotation.jsonType;
import static org.apache.parquet.schema.LogicalTypeAnnotation.stringType;
import static org.apache.parquet.schema.LogicalTypeAnnotation.timeType;
import static org.apache.parquet.schema.LogicalTypeAnnotation.timestampType;
import static org.apache.parquet.schema.LogicalTypeAnnotation.uuidType;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type.Repetition;
import org.apache.parquet.schema.Types;

/** A Parquet type that DMS, or another writer of raw files, may use, and how values of it come about. */
record CellKind(
        PrimitiveTypeName primitive, int length, LogicalTypeAnnotation annotation, Function<Random, Object> values) {
    private static final long DAY_MICROS = 86_400_000_000L;
    private static final int EPOCH_JULIAN_DAY = 2_440_588;
    private static final long YEARS_MILLIS = 4_000_000_000_000L;

    static final CellKind TEXT = of(PrimitiveTypeName.BINARY, stringType(), CellKind::text);
    static final CellKind INT32 = of(
            PrimitiveTypeName.INT32,
            null,
            random -> skewed(random, Integer.SIZE).intValue());
    static final CellKind INT64 = of(
            PrimitiveTypeName.INT64, null, random -> skewed(random, Long.SIZE).longValue());
    static final CellKind FLOAT = of(PrimitiveTypeName.FLOAT, null, CellKind::floating);
    static final CellKind DOUBLE = of(PrimitiveTypeName.DOUBLE, null, CellKind::doubled);

    static final List<CellKind> ALL = List.of(
            of(PrimitiveTypeName.BOOLEAN, null, Random::nextBoolean),
            INT32,
            of(PrimitiveTypeName.INT32, intType(8, true), random -> random.nextInt(256) - 128),
            of(PrimitiveTypeName.INT32, intType(16, true), random -> random.nextInt(65_536) - 32_768),
            of(PrimitiveTypeName.INT32, intType(8, false), random -> random.nextInt(256)),
            of(PrimitiveTypeName.INT32, intType(16, false), random -> random.nextInt(65_536)),
            of(PrimitiveTypeName.INT32, intType(32, false), Random::nextInt),
            INT64,
            of(PrimitiveTypeName.INT64, intType(64, false), Random::nextLong),
            FLOAT,
            DOUBLE,
            of(PrimitiveTypeName.INT96, null, CellKind::int96),
            TEXT,
            of(PrimitiveTypeName.BINARY, jsonType(), random -> Binary.fromString("{\"n\":" + random.nextInt(50) + "}")),
            of(PrimitiveTypeName.BINARY, null, random -> bytes(random, random.nextInt(12))),
            fixed(5, null, random -> bytes(random, 5)),
            fixed(16, uuidType(), random -> bytes(random, 16)),
            decimal(PrimitiveTypeName.INT32, 0, 9, 2),
            decimal(PrimitiveTypeName.INT32, 0, 5, 0),
            decimal(PrimitiveTypeName.INT64, 0, 18, 3),
            decimal(PrimitiveTypeName.INT64, 0, 12, 2),
            decimal(PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY, 7, 15, 2),
            decimal(PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY, 4, 9, 2),
            decimal(PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY, 9, 20, 4),
            decimal(PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY, 16, 38, 10),
            decimal(PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY, 16, 15, 2),
            decimal(PrimitiveTypeName.BINARY, 0, 15, 2),
            decimal(PrimitiveTypeName.BINARY, 0, 30, 6),
            of(PrimitiveTypeName.INT32, dateType(), random -> random.nextInt(60_000) - 25_000),
            of(PrimitiveTypeName.INT32, timeType(true, TimeUnit.MILLIS), random -> random.nextInt(86_400_000)),
            of(PrimitiveTypeName.INT64, timeType(true, TimeUnit.MICROS), random -> random.nextLong(DAY_MICROS)),
            of(PrimitiveTypeName.INT64, timeType(false, TimeUnit.NANOS), random -> random.nextLong(DAY_MICROS * 1000)),
            timestamp(TimeUnit.MILLIS, true),
            timestamp(TimeUnit.MICROS, true),
            timestamp(TimeUnit.MICROS, false),
            timestamp(TimeUnit.NANOS, false));

    /** What a column may turn into when the source widens it (rule S15), and one pair that cannot be widened. */
    static final List<List<CellKind>> DRIFTS = List.of(
            List.of(INT32, INT64),
            List.of(INT32, decimal(PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY, 9, 20, 4)),
            List.of(INT64, decimal(PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY, 16, 30, 4)),
            List.of(FLOAT, DOUBLE),
            List.of(
                    decimal(PrimitiveTypeName.INT32, 0, 9, 2),
                    decimal(PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY, 8, 18, 4)),
            List.of(
                    decimal(PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY, 7, 15, 2),
                    decimal(PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY, 9, 20, 6)),
            List.of(
                    decimal(PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY, 7, 15, 2),
                    decimal(PrimitiveTypeName.INT64, 0, 15, 2)),
            List.of(timestamp(TimeUnit.MILLIS, true), timestamp(TimeUnit.MICROS, true)),
            List.of(timestamp(TimeUnit.MICROS, false), timestamp(TimeUnit.NANOS, false)),
            List.of(INT32, TEXT));

    PrimitiveType named(String name, Repetition repetition) {
        return Types.primitive(primitive, repetition)
                .length(length)
                .as(annotation)
                .named(name);
    }

    Object value(Random random) {
        return values.apply(random);
    }

    private static CellKind of(
            PrimitiveTypeName primitive, LogicalTypeAnnotation annotation, Function<Random, Object> values) {
        return new CellKind(primitive, 0, annotation, values);
    }

    private static CellKind fixed(int length, LogicalTypeAnnotation annotation, Function<Random, Object> values) {
        return new CellKind(PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY, length, annotation, values);
    }

    private static CellKind timestamp(TimeUnit unit, boolean utc) {
        long scale = unit == TimeUnit.MILLIS ? 1 : unit == TimeUnit.MICROS ? 1000 : 1_000_000;
        return of(
                PrimitiveTypeName.INT64,
                timestampType(utc, unit),
                random -> random.nextLong(YEARS_MILLIS * scale) - YEARS_MILLIS / 4 * scale);
    }

    private static CellKind decimal(PrimitiveTypeName primitive, int length, int precision, int scale) {
        Function<Random, Object> values = random -> {
            BigInteger limit = BigInteger.TEN.pow(precision);
            int bits = 1 + random.nextInt(limit.bitLength() + 2);
            BigInteger magnitude = new BigInteger(bits, random).mod(limit);
            BigInteger unscaled = random.nextBoolean() ? magnitude : magnitude.negate();
            return switch (primitive) {
                case INT32 -> unscaled.intValueExact();
                case INT64 -> unscaled.longValueExact();
                case BINARY -> Binary.fromConstantByteArray(unscaled.toByteArray());
                default -> Binary.fromConstantByteArray(padded(unscaled, length));
            };
        };
        return new CellKind(primitive, length, decimalType(scale, precision), values);
    }

    private static byte[] padded(BigInteger value, int length) {
        byte[] bytes = value.toByteArray();
        byte[] padded = new byte[length];
        Arrays.fill(padded, value.signum() < 0 ? (byte) -1 : 0);
        System.arraycopy(bytes, 0, padded, length - bytes.length, bytes.length);
        return padded;
    }

    /** Small numbers as often as large ones, so that runs, deltas and bit widths of every size occur. */
    private static Long skewed(Random random, int bits) {
        return random.nextLong() >> (Long.SIZE - 1 - random.nextInt(bits));
    }

    private static Object floating(Random random) {
        return switch (random.nextInt(8)) {
            case 0 -> Float.NaN;
            case 1 -> -0.0f;
            case 2 -> 0.0f;
            case 3 -> Float.NEGATIVE_INFINITY;
            case 4 -> Float.MIN_VALUE;
            default -> random.nextFloat() * 200 - 100;
        };
    }

    private static Object doubled(Random random) {
        return switch (random.nextInt(8)) {
            case 0 -> Double.NaN;
            case 1 -> -0.0;
            case 2 -> 0.0;
            case 3 -> Double.POSITIVE_INFINITY;
            case 4 -> -Double.MAX_VALUE;
            default -> random.nextDouble() * 2e6 - 1e6;
        };
    }

    private static Object int96(Random random) {
        byte[] bytes = new byte[12];
        ByteBuffer.wrap(bytes)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(random.nextLong(DAY_MICROS) * 1000)
                .putInt(EPOCH_JULIAN_DAY + random.nextInt(20_000));
        return Binary.fromConstantByteArray(bytes);
    }

    private static Object text(Random random) {
        return Binary.fromString(
                switch (random.nextInt(6)) {
                    case 0 -> "";
                    case 1 -> "ünïcode \uD83D\uDE00 " + random.nextInt(30);
                    case 2 -> "shared prefix of some length " + random.nextInt(1000);
                    case 3 -> String.valueOf((char) ('a' + random.nextInt(26))).repeat(random.nextInt(120));
                    default -> Long.toString(random.nextLong(), 36);
                });
    }

    private static Binary bytes(Random random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return Binary.fromConstantByteArray(bytes);
    }
}
