package io.convergence.mapping;

import static java.util.Objects.requireNonNull;

import io.convergence.schema.DataType;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A {@code data-type} object of a rule, as it was written. Immutable and thread-safe.
 *
 * @param type one of DMS's type names
 * @param length for string, wstring and bytes
 * @param precision for numeric; for datetime the fraction digits
 * @param scale for numeric; DMS takes it for datetime too
 * @param otherKeys what else it holds: JSON text by key, kept as it was read
 */
public record RuleDataType(
        String type,
        @Nullable Integer length,
        @Nullable Integer precision,
        @Nullable Integer scale,
        Map<String, String> otherKeys) {
    /** The names that rules may give, in the order of DMS's guide; the last four are not for files. */
    public static final List<String> NAMES = List.of(
            "bytes",
            "date",
            "time",
            "datetime",
            "int1",
            "int2",
            "int4",
            "int8",
            "numeric",
            "real4",
            "real8",
            "string",
            "uint1",
            "uint2",
            "uint4",
            "uint8",
            "wstring",
            "blob",
            "nclob",
            "clob",
            "boolean",
            "set",
            "list",
            "map",
            "tuple");

    public RuleDataType {
        requireNonNull(type, "type");
        otherKeys = Map.copyOf(otherKeys);
    }

    public RuleDataType(String type, @Nullable Integer length, @Nullable Integer precision, @Nullable Integer scale) {
        this(type, length, precision, scale, Map.of());
    }

    public static RuleDataType of(DataType type) {
        String name = type.kind().name().toLowerCase(Locale.ROOT);
        return switch (type.kind()) {
            case NUMERIC -> new RuleDataType(name, null, type.precision(), type.scale());
            case STRING, WSTRING, BYTES ->
                new RuleDataType(name, type.length() == 0 ? null : type.length(), null, null);
            case DATETIME -> new RuleDataType(name, null, type.scale(), null);
            case BOOLEAN,
                    INT1,
                    INT2,
                    INT4,
                    INT8,
                    UINT1,
                    UINT2,
                    UINT4,
                    UINT8,
                    REAL4,
                    REAL8,
                    CLOB,
                    NCLOB,
                    BLOB,
                    DATE,
                    TIME -> new RuleDataType(name, null, null, null);
        };
    }

    /** The DMS type it names; empty if it is none of those files can hold, or its numbers do not fit. */
    public Optional<DataType> toDataType() {
        try {
            DataType plain = DataType.parse(type);
            return Optional.of(
                    switch (plain.kind()) {
                        case NUMERIC ->
                            precision == null ? plain : DataType.numeric(precision, scale == null ? 0 : scale);
                        case STRING -> DataType.string(length == null ? 0 : length);
                        case WSTRING -> DataType.wstring(length == null ? 0 : length);
                        case BYTES -> DataType.bytes(length == null ? 0 : length);
                        case DATETIME ->
                            precision == null && scale == null
                                    ? plain
                                    : DataType.datetime(scale != null ? scale : requireNonNull(precision));
                        case BOOLEAN,
                                INT1,
                                INT2,
                                INT4,
                                INT8,
                                UINT1,
                                UINT2,
                                UINT4,
                                UINT8,
                                REAL4,
                                REAL8,
                                CLOB,
                                NCLOB,
                                BLOB,
                                DATE,
                                TIME -> plain;
                    });
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** As in {@code numeric(18,4)} or {@code string(50)}. */
    @Override
    public String toString() {
        return type
                + Stream.of(length, precision, scale)
                        .filter(Objects::nonNull)
                        .map(String::valueOf)
                        .collect(Collectors.collectingAndThen(
                                Collectors.joining(","), numbers -> numbers.isEmpty() ? "" : "(" + numbers + ")"));
    }
}
