package io.convergence.mapping;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * A rule that says which tables DMS reads (DMS guide, "Selection rules and actions"). A table is read if an include rule
 * matches it or an explicit rule names it, and no exclude rule matches it. Immutable and thread-safe.
 *
 * @param tableType which kind of object it selects
 * @param loadOrder tables with a higher number are loaded first; null if not given
 * @param filters which rows; all of them must hold; honoured in include rules only
 * @param otherKeys what else the rule holds: JSON text by key, kept as it was read
 */
public record SelectionRule(
        String id,
        String name,
        Action action,
        ObjectLocator locator,
        TableType tableType,
        @Nullable Integer loadOrder,
        List<Filter> filters,
        Map<String, String> otherKeys)
        implements Rule {
    /** What a selection rule does. */
    public enum Action {
        INCLUDE,
        /** Wins over include and explicit rules, whatever their order: as far as AWS's only example shows. */
        EXCLUDE,
        /** One table by its exact names, without wildcards. */
        EXPLICIT
    }

    /** Which kind of object a selection rule is about. */
    public enum TableType {
        /** The default. */
        TABLE,
        /** Full-load tasks only, not serverless. */
        VIEW,
        ALL
    }

    public SelectionRule {
        requireNonNull(id, "id");
        requireNonNull(name, "name");
        requireNonNull(action, "action");
        requireNonNull(tableType, "tableType");
        requireNonNull(locator.tableName(), "locator.tableName");
        filters = List.copyOf(filters);
        otherKeys = Map.copyOf(otherKeys);
    }

    public OptionalInt order() {
        return loadOrder == null ? OptionalInt.empty() : OptionalInt.of(loadOrder);
    }

    @Override
    public SelectionRule withId(String newId) {
        return new SelectionRule(newId, name, action, locator, tableType, loadOrder, filters, otherKeys);
    }

    @Override
    public SelectionRule withName(String newName) {
        return new SelectionRule(id, newName, action, locator, tableType, loadOrder, filters, otherKeys);
    }
}
