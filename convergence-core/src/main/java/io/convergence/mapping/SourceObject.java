package io.convergence.mapping;

import static java.util.Objects.requireNonNull;

import java.util.Map;

/**
 * What a transformation changes, for {@link TableMappings.Builder}: {@code rename(table("sales", "Orders")).to("orders")}.
 * Names are patterns, see {@link Wildcard}; rules always name source objects, never a name that another rule gives.
 * Immutable and thread-safe.
 */
public sealed interface SourceObject {
    /** The {@code rule-target} that stands for this kind of object. */
    RuleTarget target();

    ObjectLocator locator();

    static Schemas schema(String schemaPattern) {
        return new Schemas(ObjectLocator.ofSchema(schemaPattern));
    }

    static Tables table(String schemaPattern, String tablePattern) {
        return new Tables(ObjectLocator.ofTable(schemaPattern, tablePattern));
    }

    static Columns column(String schemaPattern, String tablePattern, String columnPattern) {
        return new Columns(ObjectLocator.ofColumn(schemaPattern, tablePattern, columnPattern));
    }

    /** Oracle sources and targets only. */
    static Tablespaces tableTablespace(String schemaPattern, String tablePattern, String tablespacePattern) {
        return new Tablespaces(
                RuleTarget.TABLE_TABLESPACE,
                new ObjectLocator(
                        schemaPattern,
                        requireNonNull(tablePattern, "tablePattern"),
                        null,
                        requireNonNull(tablespacePattern, "tablespacePattern"),
                        null,
                        null,
                        Map.of()));
    }

    /** Oracle sources and targets only. */
    static Tablespaces indexTablespace(String schemaPattern, String tablePattern, String tablespacePattern) {
        return new Tablespaces(
                RuleTarget.INDEX_TABLESPACE,
                new ObjectLocator(
                        schemaPattern,
                        requireNonNull(tablePattern, "tablePattern"),
                        null,
                        null,
                        requireNonNull(tablespacePattern, "tablespacePattern"),
                        null,
                        Map.of()));
    }

    /** Schemas whose names match. */
    record Schemas(ObjectLocator locator) implements SourceObject {
        public Schemas {
            requireNonNull(locator, "locator");
        }

        @Override
        public RuleTarget target() {
            return RuleTarget.SCHEMA;
        }
    }

    /** Tables whose names match. */
    record Tables(ObjectLocator locator) implements SourceObject {
        public Tables {
            requireNonNull(locator.tableName(), "locator.tableName");
        }

        @Override
        public RuleTarget target() {
            return RuleTarget.TABLE;
        }
    }

    /** Columns whose names match. */
    record Columns(ObjectLocator locator) implements SourceObject {
        public Columns {
            requireNonNull(locator.columnName(), "locator.columnName");
        }

        /** Of these columns those of one DMS type, e.g. {@code column("sales", "%", "%").ofType("clob")}. */
        public Columns ofType(String dmsType) {
            return new Columns(new ObjectLocator(
                    locator.schemaName(),
                    locator.tableName(),
                    locator.columnName(),
                    null,
                    null,
                    requireNonNull(dmsType, "dmsType"),
                    locator.otherKeys()));
        }

        @Override
        public RuleTarget target() {
            return RuleTarget.COLUMN;
        }
    }

    /** Tablespaces of tables or of indexes. */
    record Tablespaces(RuleTarget target, ObjectLocator locator) implements SourceObject {
        public Tablespaces {
            requireNonNull(target, "target");
            requireNonNull(locator, "locator");
        }
    }
}
