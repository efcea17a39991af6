package io.convergence.mapping;

import static java.util.Objects.requireNonNull;

import io.convergence.Finding;
import java.util.List;
import java.util.Map;

/**
 * A rule that says something DMS does not document: an unknown type or action, a key too few, a value of the wrong kind. It
 * is kept as it was written; {@link TableMappings#validate()} reports what is wrong with it, and an evaluation goes on
 * without it and says so. Immutable and thread-safe.
 *
 * @param type the {@code rule-type}; empty if there is none
 * @param action the {@code rule-action}; empty if there is none
 * @param json the whole rule as JSON text
 * @param problems all that is wrong with it; their paths begin inside the rule
 */
public record UnmodelledRule(String id, String name, String type, String action, String json, List<Finding> problems)
        implements Rule {
    private static final ObjectLocator UNKNOWN = ObjectLocator.ofSchema("%");

    public UnmodelledRule {
        requireNonNull(id, "id");
        requireNonNull(name, "name");
        requireNonNull(type, "type");
        requireNonNull(action, "action");
        requireNonNull(json, "json");
        problems = List.copyOf(problems);
    }

    /** Everything, because what the rule is about is not known. */
    @Override
    public ObjectLocator locator() {
        return UNKNOWN;
    }

    /** Empty: all keys are in {@link #json}. */
    @Override
    public Map<String, String> otherKeys() {
        return Map.of();
    }

    /** Whether it may change which tables and columns are written, or their names. */
    boolean mayChangeTables() {
        return !switch (type) {
            case "table-settings", "post-processing", "validation", "object-mapping" -> true;
            default -> false;
        };
    }

    @Override
    public UnmodelledRule withId(String newId) {
        return new UnmodelledRule(newId, name, type, action, json, problems);
    }

    @Override
    public UnmodelledRule withName(String newName) {
        return new UnmodelledRule(id, newName, type, action, json, problems);
    }
}
