package io.convergence.judges;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import org.jspecify.annotations.Nullable;

/**
 * The Java value each type is compared by, with the class's own equality: integers as BigInteger, decimals with their scale,
 * floating point by bits (so that -0.0 is not 0.0 and NaN equals NaN), bytes as base64 text.
 */
final class Cells {
    private Cells() {}

    static @Nullable Object parse(@Nullable JsonNode node, ColumnType type) {
        if (node == null) {
            throw new IllegalArgumentException("it is missing; write null where the value is null.");
        }

        if (node.isNull()) {
            return null;
        }

        return switch (type.kind()) {
            case "boolean" -> {
                if (!node.isBoolean()) {
                    throw new IllegalArgumentException("it must be true or false, not " + node + ".");
                }
                yield node.booleanValue();
            }
            case "int1", "int2", "int4", "int8", "uint1", "uint2", "uint4", "uint8" -> new BigInteger(node.asText());
            case "numeric" -> decimal(node, type);
            case "real4" -> Float.valueOf(node.asText());
            case "real8" -> Double.valueOf(node.asText());
            case "string", "wstring", "clob", "nclob", "bytes", "blob" -> text(node);
            case "date" -> LocalDate.parse(text(node));
            case "time" -> LocalTime.parse(text(node));
            case "datetime" -> LocalDateTime.parse(text(node));
            default -> throw new IllegalArgumentException("its type " + type + " is none of DMS's.");
        };
    }

    private static BigDecimal decimal(JsonNode node, ColumnType type) {
        BigDecimal value = new BigDecimal(text(node));
        if (value.scale() != type.scale()) {
            throw new IllegalArgumentException("it is " + node + ", which has not the scale of " + type + ".");
        }

        return value;
    }

    private static String text(JsonNode node) {
        if (!node.isTextual()) {
            throw new IllegalArgumentException("it must be text, not " + node + ".");
        }

        return node.textValue();
    }
}
