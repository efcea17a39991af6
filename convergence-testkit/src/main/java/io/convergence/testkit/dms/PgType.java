package io.convergence.testkit.dms;

import io.convergence.schema.DataType;
import io.convergence.schema.DataType.Kind;
import java.util.Set;

/**
 * A PostgreSQL type and the DMS type it becomes (DMS guide, "Source data types for PostgreSQL"). Written apart from the
 * library's own table of types on purpose: where the two differ, a comparison of source and lake shows it.
 *
 * @param kind {@code pg_type.typtype}
 * @param category {@code pg_type.typcategory}
 * @param modifier {@code pg_attribute.atttypmod}, -1 for none
 */
record PgType(String name, char kind, char category, int modifier) {
    private static final int HEADER = 4;
    private static final int MAX_PRECISION = 38;
    private static final Set<String> DOCUMENTED_LOBS =
            Set.of("text", "json", "jsonb", "hstore", "xml", "tsvector", "tsquery", "path", "polygon");

    /** Endpoint settings that change types. */
    record Mapping(BooleanMapping booleans, UnboundedNumericMapping unboundedNumerics) {}

    /** {@code MapBooleanAsBoolean}. */
    enum BooleanMapping {
        TEXT,
        BOOLEAN
    }

    /** {@code MapUnboundedNumericAsString}. */
    enum UnboundedNumericMapping {
        NUMERIC_28_6,
        TEXT
    }

    DataType toDms(Mapping mapping) {
        if (category == 'A' || kind == 'c') {
            return DataType.of(Kind.NCLOB);
        }
        if (kind == 'e') {
            return DataType.string(64);
        }
        if (kind == 'r') {
            return DataType.string(255);
        }

        return switch (name) {
            case "int2" -> DataType.of(Kind.INT2);
            case "int4" -> DataType.of(Kind.INT4);
            case "int8" -> DataType.of(Kind.INT8);
            case "numeric" -> numeric(mapping);
            case "money" -> DataType.numeric(MAX_PRECISION, 4);
            case "float4" -> DataType.of(Kind.REAL4);
            case "float8" -> DataType.of(Kind.REAL8);
            case "bool" ->
                mapping.booleans() == BooleanMapping.BOOLEAN ? DataType.of(Kind.BOOLEAN) : DataType.string(5);
            case "bpchar", "varchar" -> DataType.wstring(modifier < HEADER ? 0 : modifier - HEADER);
            case "bytea" -> DataType.of(Kind.BLOB);
            case "date" -> DataType.of(Kind.DATE);
            case "time", "timetz" -> DataType.of(Kind.TIME);
            case "timestamp", "timestamptz" -> DataType.datetime(modifier < 0 ? 6 : modifier);
            case "uuid" -> DataType.string(36);
            case "inet", "cidr" -> DataType.string(50);
            case "macaddr" -> DataType.string(18);
            case "interval" -> DataType.string(128);
            case "bit", "varbit" -> DataType.string(Math.max(0, modifier));
            case "point", "line", "lseg", "box", "circle" -> DataType.string(255);
            case "xml", "tsvector", "tsquery", "path", "polygon" -> DataType.of(Kind.CLOB);
            default -> DataType.of(Kind.NCLOB);
        };
    }

    /** Whether the guide's table has this type; others are written as text without a promise. */
    boolean documented() {
        boolean simple = switch (name) {
            case "int2",
                    "int4",
                    "int8",
                    "numeric",
                    "money",
                    "float4",
                    "float8",
                    "bool",
                    "bpchar",
                    "varchar",
                    "bytea",
                    "date",
                    "time",
                    "timetz",
                    "timestamp",
                    "timestamptz",
                    "uuid",
                    "inet",
                    "cidr",
                    "macaddr",
                    "interval",
                    "bit",
                    "varbit",
                    "point",
                    "line",
                    "lseg",
                    "box",
                    "circle",
                    "int4range",
                    "int8range",
                    "numrange" -> true;
            default -> DOCUMENTED_LOBS.contains(name);
        };
        return simple || category == 'A' || kind == 'c' || kind == 'e';
    }

    /** Digits before and behind the point may exceed each other since PostgreSQL 15: numeric(5,-2), numeric(3,5). */
    private DataType numeric(Mapping mapping) {
        if (modifier < HEADER) {
            return mapping.unboundedNumerics() == UnboundedNumericMapping.TEXT
                    ? DataType.string(0)
                    : DataType.numeric(28, 6);
        }

        int precision = ((modifier - HEADER) >> 16) & 0xFFFF;
        int scale = (((modifier - HEADER) & 0x7FF) ^ 0x400) - 0x400;
        int digits = scale < 0 ? precision - scale : Math.max(precision, scale);
        return digits > MAX_PRECISION ? DataType.string(digits + 2) : DataType.numeric(digits, Math.max(0, scale));
    }

    boolean unboundedNumeric() {
        return name.equals("numeric") && modifier < HEADER;
    }
}
