package io.convergence.mapping;

import static java.util.Objects.requireNonNull;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A transformation that gives its object another name; names only, never data. Several may stand in one document, but only
 * the one with the lowest id is applied to an object. Immutable and thread-safe.
 */
public sealed interface NamingRule extends TransformationRule {
    /** The name this rule makes of a source name; empty if only DMS can compute it, from an expression. */
    Optional<String> newName(String sourceName);

    /**
     * Action {@code rename}.
     *
     * @param value the new name; null if an expression yields it
     * @param expression a SQLite expression that yields the name, see {@link Expression}; null if {@code value} gives it
     */
    record Rename(
            String id,
            String name,
            RuleTarget target,
            ObjectLocator locator,
            @Nullable String value,
            @Nullable String expression,
            Map<String, String> otherKeys)
            implements NamingRule {
        public Rename {
            requireNonNull(id, "id");
            requireNonNull(name, "name");
            requireNonNull(target, "target");
            requireNonNull(locator, "locator");
            otherKeys = Map.copyOf(otherKeys);
        }

        @Override
        public Optional<String> newName(String sourceName) {
            return expression == null ? Optional.ofNullable(value) : Optional.empty();
        }

        @Override
        public Rename withId(String newId) {
            return new Rename(newId, name, target, locator, value, expression, otherKeys);
        }

        @Override
        public Rename withName(String newName) {
            return new Rename(id, newName, target, locator, value, expression, otherKeys);
        }
    }

    /** Action {@code convert-lowercase}. */
    record ConvertLowercase(
            String id, String name, RuleTarget target, ObjectLocator locator, Map<String, String> otherKeys)
            implements NamingRule {
        public ConvertLowercase {
            requireNonNull(id, "id");
            requireNonNull(name, "name");
            requireNonNull(target, "target");
            requireNonNull(locator, "locator");
            otherKeys = Map.copyOf(otherKeys);
        }

        @Override
        public Optional<String> newName(String sourceName) {
            return Optional.of(sourceName.toLowerCase(Locale.ROOT));
        }

        @Override
        public ConvertLowercase withId(String newId) {
            return new ConvertLowercase(newId, name, target, locator, otherKeys);
        }

        @Override
        public ConvertLowercase withName(String newName) {
            return new ConvertLowercase(id, newName, target, locator, otherKeys);
        }
    }

    /** Action {@code convert-uppercase}. */
    record ConvertUppercase(
            String id, String name, RuleTarget target, ObjectLocator locator, Map<String, String> otherKeys)
            implements NamingRule {
        public ConvertUppercase {
            requireNonNull(id, "id");
            requireNonNull(name, "name");
            requireNonNull(target, "target");
            requireNonNull(locator, "locator");
            otherKeys = Map.copyOf(otherKeys);
        }

        @Override
        public Optional<String> newName(String sourceName) {
            return Optional.of(sourceName.toUpperCase(Locale.ROOT));
        }

        @Override
        public ConvertUppercase withId(String newId) {
            return new ConvertUppercase(newId, name, target, locator, otherKeys);
        }

        @Override
        public ConvertUppercase withName(String newName) {
            return new ConvertUppercase(id, newName, target, locator, otherKeys);
        }
    }

    /** Action {@code add-prefix}: {@code value} is put before the name. */
    record AddPrefix(
            String id,
            String name,
            RuleTarget target,
            ObjectLocator locator,
            String value,
            Map<String, String> otherKeys)
            implements NamingRule {
        public AddPrefix {
            requireNonNull(id, "id");
            requireNonNull(name, "name");
            requireNonNull(target, "target");
            requireNonNull(locator, "locator");
            requireNonNull(value, "value");
            otherKeys = Map.copyOf(otherKeys);
        }

        @Override
        public Optional<String> newName(String sourceName) {
            return Optional.of(value + sourceName);
        }

        @Override
        public AddPrefix withId(String newId) {
            return new AddPrefix(newId, name, target, locator, value, otherKeys);
        }

        @Override
        public AddPrefix withName(String newName) {
            return new AddPrefix(id, newName, target, locator, value, otherKeys);
        }
    }

    /** Action {@code add-suffix}: {@code value} is put after the name. */
    record AddSuffix(
            String id,
            String name,
            RuleTarget target,
            ObjectLocator locator,
            String value,
            Map<String, String> otherKeys)
            implements NamingRule {
        public AddSuffix {
            requireNonNull(id, "id");
            requireNonNull(name, "name");
            requireNonNull(target, "target");
            requireNonNull(locator, "locator");
            requireNonNull(value, "value");
            otherKeys = Map.copyOf(otherKeys);
        }

        @Override
        public Optional<String> newName(String sourceName) {
            return Optional.of(sourceName + value);
        }

        @Override
        public AddSuffix withId(String newId) {
            return new AddSuffix(newId, name, target, locator, value, otherKeys);
        }

        @Override
        public AddSuffix withName(String newName) {
            return new AddSuffix(id, newName, target, locator, value, otherKeys);
        }
    }

    /** Action {@code remove-prefix}: a name that does not begin with {@code value} stays (not documented). */
    record RemovePrefix(
            String id,
            String name,
            RuleTarget target,
            ObjectLocator locator,
            String value,
            Map<String, String> otherKeys)
            implements NamingRule {
        public RemovePrefix {
            requireNonNull(id, "id");
            requireNonNull(name, "name");
            requireNonNull(target, "target");
            requireNonNull(locator, "locator");
            requireNonNull(value, "value");
            otherKeys = Map.copyOf(otherKeys);
        }

        @Override
        public Optional<String> newName(String sourceName) {
            return Optional.of(sourceName.startsWith(value) ? sourceName.substring(value.length()) : sourceName);
        }

        @Override
        public RemovePrefix withId(String newId) {
            return new RemovePrefix(newId, name, target, locator, value, otherKeys);
        }

        @Override
        public RemovePrefix withName(String newName) {
            return new RemovePrefix(id, newName, target, locator, value, otherKeys);
        }
    }

    /** Action {@code remove-suffix}: a name that does not end with {@code value} stays (not documented). */
    record RemoveSuffix(
            String id,
            String name,
            RuleTarget target,
            ObjectLocator locator,
            String value,
            Map<String, String> otherKeys)
            implements NamingRule {
        public RemoveSuffix {
            requireNonNull(id, "id");
            requireNonNull(name, "name");
            requireNonNull(target, "target");
            requireNonNull(locator, "locator");
            requireNonNull(value, "value");
            otherKeys = Map.copyOf(otherKeys);
        }

        @Override
        public Optional<String> newName(String sourceName) {
            return Optional.of(
                    sourceName.endsWith(value)
                            ? sourceName.substring(0, sourceName.length() - value.length())
                            : sourceName);
        }

        @Override
        public RemoveSuffix withId(String newId) {
            return new RemoveSuffix(newId, name, target, locator, value, otherKeys);
        }

        @Override
        public RemoveSuffix withName(String newName) {
            return new RemoveSuffix(id, newName, target, locator, value, otherKeys);
        }
    }

    /** Action {@code replace-prefix}: a name that does not begin with {@code oldValue} stays (not documented). */
    record ReplacePrefix(
            String id,
            String name,
            RuleTarget target,
            ObjectLocator locator,
            String oldValue,
            String value,
            Map<String, String> otherKeys)
            implements NamingRule {
        public ReplacePrefix {
            requireNonNull(id, "id");
            requireNonNull(name, "name");
            requireNonNull(target, "target");
            requireNonNull(locator, "locator");
            requireNonNull(oldValue, "oldValue");
            requireNonNull(value, "value");
            otherKeys = Map.copyOf(otherKeys);
        }

        @Override
        public Optional<String> newName(String sourceName) {
            return Optional.of(
                    sourceName.startsWith(oldValue) ? value + sourceName.substring(oldValue.length()) : sourceName);
        }

        @Override
        public ReplacePrefix withId(String newId) {
            return new ReplacePrefix(newId, name, target, locator, oldValue, value, otherKeys);
        }

        @Override
        public ReplacePrefix withName(String newName) {
            return new ReplacePrefix(id, newName, target, locator, oldValue, value, otherKeys);
        }
    }

    /** Action {@code replace-suffix}: a name that does not end with {@code oldValue} stays (not documented). */
    record ReplaceSuffix(
            String id,
            String name,
            RuleTarget target,
            ObjectLocator locator,
            String oldValue,
            String value,
            Map<String, String> otherKeys)
            implements NamingRule {
        public ReplaceSuffix {
            requireNonNull(id, "id");
            requireNonNull(name, "name");
            requireNonNull(target, "target");
            requireNonNull(locator, "locator");
            requireNonNull(oldValue, "oldValue");
            requireNonNull(value, "value");
            otherKeys = Map.copyOf(otherKeys);
        }

        @Override
        public Optional<String> newName(String sourceName) {
            return Optional.of(
                    sourceName.endsWith(oldValue)
                            ? sourceName.substring(0, sourceName.length() - oldValue.length()) + value
                            : sourceName);
        }

        @Override
        public ReplaceSuffix withId(String newId) {
            return new ReplaceSuffix(newId, name, target, locator, oldValue, value, otherKeys);
        }

        @Override
        public ReplaceSuffix withName(String newName) {
            return new ReplaceSuffix(id, newName, target, locator, oldValue, value, otherKeys);
        }
    }
}
