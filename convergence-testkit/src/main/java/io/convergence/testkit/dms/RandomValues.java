package io.convergence.testkit.dms;

import io.convergence.schema.Bytes;
import io.convergence.schema.DataType;
import io.convergence.source.SourceColumn;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** Draws values of types, and types of columns. */
final class RandomValues {
    private static final LocalDate DAY = LocalDate.of(2026, 1, 1);
    private static final int THOUSAND_DAYS_SECONDS = 86_400_000;

    private final Random random;

    RandomValues(Random random) {
        this.random = random;
    }

    Object of(DataType type) {
        return switch (type.kind()) {
            case BOOLEAN -> random.nextBoolean();
            case INT2 -> (long) (short) random.nextInt();
            case INT4, INT8 -> (long) random.nextInt(1_000_000_000);
            case NUMERIC -> new BigDecimal(new BigInteger(Math.min(30, 3 * type.precision()), random), type.scale());
            case REAL4 -> (float) random.nextInt(1_000_000) / 8;
            case REAL8 -> (double) random.nextInt() / 1024;
            case STRING, WSTRING -> cut("v" + random.nextInt(1_000_000_000), type.length());
            case CLOB, NCLOB -> "lob " + random.nextLong() + " ü";
            case BLOB -> Bytes.of(new BigInteger(64, random).toByteArray());
            case DATE -> DAY.plusDays(random.nextInt(10_000));
            case TIME -> LocalTime.ofSecondOfDay(random.nextInt(86_400));
            case DATETIME ->
                LocalDateTime.of(DAY.plusDays(random.nextInt(1000)), LocalTime.MIN)
                        .plusSeconds(random.nextInt(THOUSAND_DAYS_SECONDS));
            case INT1, UINT1, UINT2, UINT4, UINT8, BYTES ->
                throw new IllegalStateException("Cannot draw a value of type " + type + ": scripts refuse it.");
        };
    }

    private static String cut(String text, int length) {
        return length == 0 || text.length() <= length ? text : text.substring(text.length() - length);
    }

    /** A column to add, of a new name. */
    SourceColumn column(boolean withDefault) {
        List<DataType> types = List.of(
                DataType.of(DataType.Kind.INT4),
                DataType.wstring(20),
                DataType.numeric(9, 2),
                DataType.of(DataType.Kind.DATE));
        SourceColumn bare = SourceColumn.nullable(name("added_"), types.get(random.nextInt(types.size())));
        return new SourceColumn(bare.name(), bare.type(), true, "", bare.maxBytes(), bare.fixedWidth(), withDefault);
    }

    /** A new name. */
    String name(String prefix) {
        return prefix + Integer.toUnsignedString(random.nextInt(), Character.MAX_RADIX);
    }

    /** The next wider type; empty if there is none. */
    Optional<DataType> wider(DataType type) {
        return switch (type.kind()) {
            case INT2 -> Optional.of(DataType.of(DataType.Kind.INT4));
            case INT4 -> Optional.of(DataType.of(DataType.Kind.INT8));
            case REAL4 -> Optional.of(DataType.of(DataType.Kind.REAL8));
            case NUMERIC ->
                type.precision() > 30
                        ? Optional.empty()
                        : Optional.of(DataType.numeric(type.precision() + 2, type.scale()));
            default -> Optional.empty();
        };
    }
}
