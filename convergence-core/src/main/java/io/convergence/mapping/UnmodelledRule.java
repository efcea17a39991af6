package io.convergence.mapping;

import static java.util.Objects.requireNonNull;

/**
 * A rule that is kept as it was written: of a type or action this version does not interpret, or too malformed to. Reported
 * by {@link TableMappings#validate()}; {@link TableMappings#evaluate} refuses to go on where such a rule could matter.
 *
 * @param type the {@code rule-type}; empty if there is none
 * @param action the {@code rule-action}; empty if there is none
 * @param json the whole rule as JSON text
 * @param reason why it is not interpreted, as the end of a sentence
 */
public record UnmodelledRule(String id, String name, String type, String action, String json, String reason)
        implements Rule {
    public UnmodelledRule {
        requireNonNull(id, "id");
        requireNonNull(name, "name");
        requireNonNull(type, "type");
        requireNonNull(action, "action");
        requireNonNull(json, "json");
        requireNonNull(reason, "reason");
    }

    /** Whether it may change which tables and columns are written, or their names. */
    boolean mayChangeTables() {
        return !switch (type) {
            case "table-settings", "post-processing", "validation", "object-mapping" -> true;
            default -> false;
        };
    }

    @Override
    public Rule withId(String newId) {
        return new UnmodelledRule(newId, name, type, action, json, reason);
    }

    @Override
    public Rule withName(String newName) {
        return new UnmodelledRule(id, newName, type, action, json, reason);
    }
}
