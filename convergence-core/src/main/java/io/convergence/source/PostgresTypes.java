package io.convergence.source;

import io.convergence.schema.DataType;
import io.convergence.schema.DataType.Kind;
import java.util.Map;
import java.util.Set;

/**
 * How PostgreSQL's types arrive (DMS guide, "Source data types for PostgreSQL"). The sizes are those of values in a row
 * (PostgreSQL documentation, "Data Types").
 */
final class PostgresTypes {
    /** typmod of a type that was declared without parameters. */
    private static final int NO_TYPMOD = -1;

    /** PostgreSQL adds the length of its header to the declared length. */
    private static final int TYPMOD_HEADER = 4;

    private static final DataType ENUM = DataType.string(64);
    private static final DataType SHAPE = DataType.string(255);

    /** Types whose DMS type has no parameter that depends on the column, by {@code pg_type.typname}. */
    private static final Map<String, DataType> SIMPLE = Map.ofEntries(
            Map.entry("int2", DataType.of(Kind.INT2)),
            Map.entry("int4", DataType.of(Kind.INT4)),
            Map.entry("int8", DataType.of(Kind.INT8)),
            Map.entry("float4", DataType.of(Kind.REAL4)),
            Map.entry("float8", DataType.of(Kind.REAL8)),
            Map.entry("money", DataType.numeric(38, 4)),
            Map.entry("text", DataType.of(Kind.NCLOB)),
            Map.entry("bytea", DataType.of(Kind.BLOB)),
            Map.entry("date", DataType.of(Kind.DATE)),
            Map.entry("timestamp", DataType.of(Kind.DATETIME)),
            Map.entry("timestamptz", DataType.of(Kind.DATETIME)),
            Map.entry("time", DataType.of(Kind.TIME)),
            Map.entry("timetz", DataType.of(Kind.TIME)),
            Map.entry("interval", DataType.string(128)),
            Map.entry("cidr", DataType.string(50)),
            Map.entry("inet", DataType.string(50)),
            Map.entry("macaddr", DataType.string(18)),
            Map.entry("uuid", DataType.string(36)),
            Map.entry("tsvector", DataType.of(Kind.CLOB)),
            Map.entry("tsquery", DataType.of(Kind.CLOB)),
            Map.entry("xml", DataType.of(Kind.CLOB)),
            Map.entry("point", SHAPE),
            Map.entry("line", SHAPE),
            Map.entry("lseg", SHAPE),
            Map.entry("box", SHAPE),
            Map.entry("circle", SHAPE),
            Map.entry("path", DataType.of(Kind.CLOB)),
            Map.entry("polygon", DataType.of(Kind.CLOB)),
            Map.entry("json", DataType.of(Kind.NCLOB)),
            Map.entry("jsonb", DataType.of(Kind.NCLOB)),
            Map.entry("hstore", DataType.of(Kind.NCLOB)),
            Map.entry("int4range", SHAPE),
            Map.entry("int8range", SHAPE),
            Map.entry("numrange", SHAPE));

    /** Names that {@code format_type} prints for types this table knows; parameters and array brackets cut off. */
    private static final Set<String> DOCUMENTED_WORDS = Set.of(
            "smallint",
            "integer",
            "bigint",
            "real",
            "double precision",
            "numeric",
            "character",
            "character varying",
            "boolean",
            "bit",
            "bit varying",
            "timestamp without time zone",
            "timestamp with time zone",
            "time without time zone",
            "time with time zone",
            "enum",
            "composite");

    private PostgresTypes() {}

    /** A column's type after domains are resolved, as the catalog has it. */
    record CatalogType(String name, char kind, char category, int fixedBytes, int typmod) {}

    static DataType toDms(CatalogType type, SourceOptions options) {
        if (type.category() == 'A' || type.kind() == 'c') {
            return DataType.of(Kind.NCLOB);
        }
        if (type.kind() == 'e') {
            return ENUM;
        }

        return switch (type.name()) {
            case "bool" -> options.mapBooleanAsBoolean() ? DataType.of(Kind.BOOLEAN) : DataType.string(5);
            case "numeric" -> numeric(type.typmod(), options);
            case "bpchar", "varchar" -> DataType.wstring(declared(type.typmod()));
            case "bit", "varbit" -> DataType.string(Math.max(type.typmod(), 0));
            case "jsonb" -> DataType.of(options.mapJsonbAsClob() ? Kind.CLOB : Kind.NCLOB);
            // Whatever else there is can be had as text of any length: nothing is cut, and SourceSchema.validate says
            // so.
            default -> SIMPLE.getOrDefault(type.name(), DataType.of(Kind.NCLOB));
        };
    }

    /** The most bytes a value takes in a row. */
    static long maxBytes(CatalogType type) {
        if (type.fixedBytes() > 0) {
            return type.fixedBytes();
        }

        return switch (type.name()) {
            case "bpchar", "varchar" ->
                type.typmod() == NO_TYPMOD
                        ? SourceColumn.UNBOUNDED
                        : (long) SourceColumn.BYTES_PER_CHARACTER * declared(type.typmod());
            case "numeric" ->
                type.typmod() == NO_TYPMOD
                        ? SourceColumn.UNBOUNDED
                        : SourceColumn.numericBytes(precision(type.typmod()));
            case "bit", "varbit" -> type.typmod() == NO_TYPMOD ? SourceColumn.UNBOUNDED : (type.typmod() + 7) / 8 + 4;
            case "cidr", "inet" -> 22;
            default -> SourceColumn.UNBOUNDED;
        };
    }

    static boolean documented(String nativeType) {
        String word = nativeType.endsWith("[]")
                ? "json"
                : nativeType.replaceAll("\\(.*?\\)", "").replaceAll(" +", " ").trim();
        return SIMPLE.containsKey(word)
                || DOCUMENTED_WORDS.contains(word)
                || word.startsWith("enum ")
                || word.startsWith("composite ");
    }

    private static DataType numeric(int typmod, SourceOptions options) {
        if (typmod == NO_TYPMOD) {
            return options.mapUnboundedNumericAsString() ? DataType.string(0) : DataType.numeric(28, 6);
        }

        int precision = precision(typmod);
        int scale = scale(typmod);
        // Since PostgreSQL 15 a scale may be negative (trailing zeros before the point) or larger than the precision.
        int digits = Math.max(precision, scale) - Math.min(scale, 0);
        return digits > 38 ? DataType.string(digits + 2) : DataType.numeric(digits, Math.max(scale, 0));
    }

    private static int declared(int typmod) {
        return typmod == NO_TYPMOD ? 0 : typmod - TYPMOD_HEADER;
    }

    private static int precision(int typmod) {
        return ((typmod - TYPMOD_HEADER) >> 16) & 0xffff;
    }

    /** Eleven bits with sign. */
    private static int scale(int typmod) {
        return (((typmod - TYPMOD_HEADER) & 0x7ff) ^ 1024) - 1024;
    }
}
