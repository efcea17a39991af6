package io.convergence.mapping;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A rule that changes names or columns on the way (DMS guide, "Transformation rules and actions"). Of several rules that
 * change one object the one with the lowest id is applied. Immutable and thread-safe.
 */
public sealed interface TransformationRule extends Rule
        permits NamingRule,
                MaskingRule,
                TransformationRule.RemoveColumn,
                TransformationRule.IncludeColumn,
                TransformationRule.AddColumn,
                TransformationRule.ChangeDataType,
                TransformationRule.DefinePrimaryKey,
                TransformationRule.AddBeforeImageColumns {
    /** The expression that gives the change sequence: 16 digits of time and 19 of a counter, empty in full-load rows. */
    String CHANGE_SEQUENCE = "$AR_H_CHANGE_SEQ";

    RuleTarget target();

    /** Action {@code remove-column}. */
    record RemoveColumn(String id, String name, ObjectLocator locator, Map<String, String> otherKeys)
            implements TransformationRule {
        public RemoveColumn {
            requireNonNull(id, "id");
            requireNonNull(name, "name");
            requireNonNull(locator, "locator");
            otherKeys = Map.copyOf(otherKeys);
        }

        @Override
        public RuleTarget target() {
            return RuleTarget.COLUMN;
        }

        @Override
        public RemoveColumn withId(String newId) {
            return new RemoveColumn(newId, name, locator, otherKeys);
        }

        @Override
        public RemoveColumn withName(String newName) {
            return new RemoveColumn(id, newName, locator, otherKeys);
        }
    }

    /** Action {@code include-column}: of the matched table only columns that such rules name are written. */
    record IncludeColumn(String id, String name, ObjectLocator locator, Map<String, String> otherKeys)
            implements TransformationRule {
        public IncludeColumn {
            requireNonNull(id, "id");
            requireNonNull(name, "name");
            requireNonNull(locator, "locator");
            otherKeys = Map.copyOf(otherKeys);
        }

        @Override
        public RuleTarget target() {
            return RuleTarget.COLUMN;
        }

        @Override
        public IncludeColumn withId(String newId) {
            return new IncludeColumn(newId, name, locator, otherKeys);
        }

        @Override
        public IncludeColumn withName(String newName) {
            return new IncludeColumn(id, newName, locator, otherKeys);
        }
    }

    /**
     * Action {@code add-column}.
     *
     * @param columnName the name of the new column
     * @param dataType null if the rule gives none, which DMS's examples never do
     * @param expression a SQLite expression, see {@link Expression}; null adds an empty column
     */
    record AddColumn(
            String id,
            String name,
            ObjectLocator locator,
            String columnName,
            @Nullable RuleDataType dataType,
            @Nullable String expression,
            Map<String, String> otherKeys)
            implements TransformationRule {
        public AddColumn {
            requireNonNull(id, "id");
            requireNonNull(name, "name");
            requireNonNull(locator, "locator");
            requireNonNull(columnName, "columnName");
            otherKeys = Map.copyOf(otherKeys);
        }

        @Override
        public RuleTarget target() {
            return RuleTarget.COLUMN;
        }

        /** Whether the column holds {@link #CHANGE_SEQUENCE}. */
        public boolean changeSequence() {
            return expression != null && expression.trim().equals(CHANGE_SEQUENCE);
        }

        @Override
        public AddColumn withId(String newId) {
            return new AddColumn(newId, name, locator, columnName, dataType, expression, otherKeys);
        }

        @Override
        public AddColumn withName(String newName) {
            return new AddColumn(id, newName, locator, columnName, dataType, expression, otherKeys);
        }
    }

    /** Action {@code change-data-type}: the type of the column in the files. */
    record ChangeDataType(
            String id, String name, ObjectLocator locator, RuleDataType dataType, Map<String, String> otherKeys)
            implements TransformationRule {
        public ChangeDataType {
            requireNonNull(id, "id");
            requireNonNull(name, "name");
            requireNonNull(locator, "locator");
            requireNonNull(dataType, "dataType");
            otherKeys = Map.copyOf(otherKeys);
        }

        @Override
        public RuleTarget target() {
            return RuleTarget.COLUMN;
        }

        @Override
        public ChangeDataType withId(String newId) {
            return new ChangeDataType(newId, name, locator, dataType, otherKeys);
        }

        @Override
        public ChangeDataType withName(String newName) {
            return new ChangeDataType(id, newName, locator, dataType, otherKeys);
        }
    }

    /**
     * Action {@code define-primary-key}. Files on S3 have no keys; see {@link EvaluationOptions.DefinedKeys}.
     *
     * @param keyName the name of the key or index
     * @param columns names of the key's columns, in order
     */
    record DefinePrimaryKey(
            String id,
            String name,
            ObjectLocator locator,
            String keyName,
            Origin origin,
            List<String> columns,
            Map<String, String> otherKeys)
            implements TransformationRule {
        /** What the key is in the target. */
        public enum Origin {
            /** The default. */
            PRIMARY_KEY,
            UNIQUE_INDEX;
            /** As AWS writes it, e.g. {@code primary-key}. */
            public String wireValue() {
                return name().toLowerCase(Locale.ROOT).replace('_', '-');
            }
        }

        public DefinePrimaryKey {
            requireNonNull(id, "id");
            requireNonNull(name, "name");
            requireNonNull(locator, "locator");
            requireNonNull(keyName, "keyName");
            requireNonNull(origin, "origin");
            columns = List.copyOf(columns);
            otherKeys = Map.copyOf(otherKeys);
        }

        @Override
        public RuleTarget target() {
            return RuleTarget.TABLE;
        }

        @Override
        public DefinePrimaryKey withId(String newId) {
            return new DefinePrimaryKey(newId, name, locator, keyName, origin, columns, otherKeys);
        }

        @Override
        public DefinePrimaryKey withName(String newName) {
            return new DefinePrimaryKey(id, newName, locator, keyName, origin, columns, otherKeys);
        }
    }

    /** Action {@code add-before-image-columns}: works on S3, though the guide speaks of streaming targets. */
    record AddBeforeImageColumns(
            String id,
            String name,
            ObjectLocator locator,
            String columnPrefix,
            String columnSuffix,
            BeforeImageFilter columnFilter,
            Map<String, String> otherKeys)
            implements TransformationRule {
        /** DMS's prefix where a rule gives none. */
        public static final String DEFAULT_PREFIX = "BI_";

        public AddBeforeImageColumns {
            requireNonNull(id, "id");
            requireNonNull(name, "name");
            requireNonNull(locator, "locator");
            requireNonNull(columnPrefix, "columnPrefix");
            requireNonNull(columnSuffix, "columnSuffix");
            requireNonNull(columnFilter, "columnFilter");
            otherKeys = Map.copyOf(otherKeys);
        }

        @Override
        public RuleTarget target() {
            return RuleTarget.COLUMN;
        }

        @Override
        public AddBeforeImageColumns withId(String newId) {
            return new AddBeforeImageColumns(newId, name, locator, columnPrefix, columnSuffix, columnFilter, otherKeys);
        }

        @Override
        public AddBeforeImageColumns withName(String newName) {
            return new AddBeforeImageColumns(id, newName, locator, columnPrefix, columnSuffix, columnFilter, otherKeys);
        }
    }
}
