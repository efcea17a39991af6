package io.convergence.judges.trino;

import io.convergence.judges.ColumnType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How a table for a case is declared, as one would declare it for Athena, and what comes back. */
final class TrinoTypes {
    private TrinoTypes() {}

    /** Why Trino's Hive connector cannot read a column of this type; empty if it can. */
    static Optional<String> unreadable(ColumnType type) {
        return switch (type.kind()) {
            case "time" -> Optional.of("Hive tables have no time type");
            case "uint4" -> Optional.of("an INT32 with UINT_32 is read as signed: values from 2^31 come out negative");
            case "uint8" -> Optional.of("the reader puts no UINT_64 into a decimal, and a bigint cannot hold it");
            default -> Optional.empty();
        };
    }

    static String declared(ColumnType type) {
        return switch (type.kind()) {
            case "boolean" -> "boolean";
            case "int1" -> "tinyint";
            case "int2", "uint1" -> "smallint";
            case "int4", "uint2" -> "integer";
            case "int8", "uint4" -> "bigint";
            case "uint8" -> "decimal(20,0)";
            case "numeric" -> "decimal(" + type.precision() + "," + type.scale() + ")";
            case "real4" -> "real";
            case "real8" -> "double";
            case "string", "wstring", "clob", "nclob" -> "varchar";
            case "bytes", "blob" -> "varbinary";
            case "date" -> "date";
            case "time" -> "time(3)";
            case "datetime" -> "timestamp(6)";
            default -> throw new IllegalArgumentException("Cannot declare a column of type " + type + ".");
        };
    }

    /** Casts without conversion: a value of another class than the declared type's is a fault. */
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
            case "datetime" -> (LocalDateTime) value;
            default -> throw new IllegalArgumentException("Cannot read a column of type " + type + ".");
        };
    }
}
