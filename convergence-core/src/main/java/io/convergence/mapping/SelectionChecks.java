package io.convergence.mapping;

import io.convergence.mapping.SelectionRule.Action;
import io.convergence.mapping.SelectionRule.TableType;
import org.jspecify.annotations.Nullable;

/** Selection rules, apart from their filters. */
final class SelectionChecks {
    private SelectionChecks() {}

    static void check(TableMappings mappings, RuleFindings findings) {
        MappingChecks.each(mappings, SelectionRule.class, (rule, index) -> {
            names(rule, index, findings);
            if (rule.order().isPresent() && rule.order().getAsInt() < 1) {
                findings.error(
                        index,
                        "load-order",
                        "LOAD_ORDER_NOT_POSITIVE",
                        "The load-order is " + rule.order().getAsInt() + ": it must be 1 to " + Integer.MAX_VALUE + ".",
                        "Give a positive number; a higher one is loaded earlier.");
            }
            if (rule.tableType() != TableType.TABLE && rule.action() != Action.EXCLUDE) {
                findings.warning(
                        index,
                        "object-locator.table-type",
                        "VIEWS_ARE_LOADED_ONCE",
                        "The rule selects views: DMS loads them in full-load tasks only, without changes, and not in serverless replications.",
                        "Put views into a full-load-only task of their own.");
            }
            if (rule.locator().columnName() != null) {
                findings.info(
                        index,
                        "object-locator.column-name",
                        "LOCATOR_FIELD_SUPERFLUOUS",
                        "A selection rule names a column, '" + rule.locator().columnName()
                                + "': it selects whole tables.",
                        "Remove it, or use remove-column or include-column.");
            }
        });
    }

    private static void names(SelectionRule rule, int index, RuleFindings findings) {
        String schemaKey = "object-locator.schema-name";
        String tableKey = "object-locator.table-name";
        if (rule.action() == Action.EXPLICIT) {
            exact(rule.locator().schemaName(), index, schemaKey, findings);
            exact(rule.locator().tableName(), index, tableKey, findings);
            return;
        }
        underscore(rule.locator().schemaName(), index, schemaKey, findings);
        underscore(rule.locator().tableName(), index, tableKey, findings);
    }

    private static void exact(@Nullable String name, int index, String key, RuleFindings findings) {
        if (name != null && (name.contains("%") || name.contains("["))) {
            findings.error(
                    index,
                    key,
                    "WILDCARD_IN_EXPLICIT",
                    "The name '" + name + "' holds a wildcard: explicit rules take names as they are.",
                    "Write the exact name, or use the action include.");
        }
    }

    private static void underscore(@Nullable String pattern, int index, String key, RuleFindings findings) {
        if (pattern == null || !LocatorChecks.readable(pattern, index, key, findings)) {
            return;
        }
        if (Patterns.withoutSets(pattern).contains("_")) {
            findings.info(
                    index,
                    key,
                    "UNESCAPED_UNDERSCORE",
                    "In the pattern '" + pattern + "' the underscore stands for any character.",
                    "Write '" + pattern.replaceAll("(?<!\\[)_", "[_]") + "' if an underscore is meant.");
        }
    }
}
