package io.convergence.judges.spark;

import io.convergence.judges.ColumnType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.jspecify.annotations.Nullable;

/** What Spark must make of each type by itself, from the file alone, and what comes back. */
final class SparkTypes {
    private SparkTypes() {}

    /** Why Spark cannot read a column of this type; empty if it can. */
    static Optional<String> unreadable(ColumnType type) {
        return switch (type.kind()) {
            case "time" ->
                Optional.of("Spark 3.5 has no time type: \"Illegal Parquet type: INT32 (TIME(MILLIS,true))\"");
            default -> Optional.empty();
        };
    }

    /** The types Spark may find in a file for this column; a timestamp's says whether the file calls it UTC. */
    static Set<DataType> inferred(ColumnType type) {
        return switch (type.kind()) {
            case "boolean" -> Set.of(DataTypes.BooleanType);
            case "int1" -> Set.of(DataTypes.ByteType);
            case "int2", "uint1" -> Set.of(DataTypes.ShortType);
            case "int4", "uint2" -> Set.of(DataTypes.IntegerType);
            case "int8", "uint4" -> Set.of(DataTypes.LongType);
            case "uint8" -> Set.of(DataTypes.createDecimalType(20, 0));
            case "numeric" -> Set.of(DataTypes.createDecimalType(type.precision(), type.scale()));
            case "real4" -> Set.of(DataTypes.FloatType);
            case "real8" -> Set.of(DataTypes.DoubleType);
            case "string", "wstring", "clob", "nclob" -> Set.of(DataTypes.StringType);
            case "bytes", "blob" -> Set.of(DataTypes.BinaryType);
            case "date" -> Set.of(DataTypes.DateType);
            case "datetime" -> Set.of(DataTypes.TimestampType, DataTypes.TimestampNTZType);
            default -> throw new IllegalArgumentException("Cannot tell Spark's type for " + type + ".");
        };
    }

    /** Casts without conversion: a value of another class than the type's is a fault. */
    static @Nullable Object cell(@Nullable Object value, ColumnType type) {
        if (value == null) {
            return null;
        }

        return switch (type.kind()) {
            case "boolean" -> (Boolean) value;
            case "int1" -> BigInteger.valueOf((Byte) value);
            case "int2", "uint1" -> BigInteger.valueOf((Short) value);
            case "int4", "uint2" -> BigInteger.valueOf((Integer) value);
            case "int8", "uint4" -> BigInteger.valueOf((Long) value);
            case "uint8" -> ((BigDecimal) value).toBigIntegerExact();
            case "numeric" -> (BigDecimal) value;
            case "real4" -> (Float) value;
            case "real8" -> (Double) value;
            case "string", "wstring", "clob", "nclob" -> (String) value;
            case "bytes", "blob" -> Base64.getEncoder().encodeToString((byte[]) value);
            case "date" -> (LocalDate) value;
            case "datetime" ->
                value instanceof Instant instant
                        ? LocalDateTime.ofInstant(instant, ZoneOffset.UTC)
                        : (LocalDateTime) value;
            default -> throw new IllegalArgumentException("Cannot read a column of type " + type + ".");
        };
    }
}
