package io.convergence.mapping;

import static java.util.Objects.requireNonNull;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A rule that changes names or columns on the way (DMS guide, "Transformation rules and actions"). Of several rules that
 * change one object the one with the lowest id is applied. Immutable and thread-safe.
 */
public sealed interface TransformationRule extends Rule {
    /** The expression that gives the change sequence: 16 digits of time and 19 of a counter, empty in full-load rows. */
    String CHANGE_SEQUENCE = "$AR_H_CHANGE_SEQ";

    RuleTarget target();

    ObjectLocator locator();

    /** What else the rule holds: JSON text by key, kept as it was read. */
    Map<String, String> otherKeys();

    /**
     * Action {@code rename}.
     *
     * @param value the new name; null if an expression yields it
     * @param expression a SQLite expression that yields the name; null if {@code value} gives it
     */
    record Rename(
            String id,
            String name,
            RuleTarget target,
            ObjectLocator locator,
            @Nullable String value,
            @Nullable String expression,
            Map<String, String> otherKeys)
            implements TransformationRule {
        public Rename {
            requireNonNull(id, "id");
            requireNonNull(name, "name");
            requireNonNull(target, "target");
            requireNonNull(locator, "locator");
            otherKeys = Map.copyOf(otherKeys);
        }

        @Override
        public Rule withId(String newId) {
            return new Rename(newId, name, target, locator, value, expression, otherKeys);
        }

        @Override
        public Rule withName(String newName) {
            return new Rename(id, newName, target, locator, value, expression, otherKeys);
        }
    }

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
        public Rule withId(String newId) {
            return new RemoveColumn(newId, name, locator, otherKeys);
        }

        @Override
        public Rule withName(String newName) {
            return new RemoveColumn(id, newName, locator, otherKeys);
        }
    }

    /**
     * Action {@code add-column}.
     *
     * @param columnName the name of the new column
     * @param dataType null if the rule gives none, which DMS's examples never do
     * @param expression a SQLite expression; null adds an empty column
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
        public Rule withId(String newId) {
            return new AddColumn(newId, name, locator, columnName, dataType, expression, otherKeys);
        }

        @Override
        public Rule withName(String newName) {
            return new AddColumn(id, newName, locator, columnName, dataType, expression, otherKeys);
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
        public Rule withId(String newId) {
            return new AddBeforeImageColumns(newId, name, locator, columnPrefix, columnSuffix, columnFilter, otherKeys);
        }

        @Override
        public Rule withName(String newName) {
            return new AddBeforeImageColumns(id, newName, locator, columnPrefix, columnSuffix, columnFilter, otherKeys);
        }
    }
}
