package io.convergence.mapping;

import io.convergence.mapping.NamingRule.Rename;
import io.convergence.mapping.SelectionRule.Action;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Rules about tables that no rule selects, often because they name what another rule makes of them. */
final class CoverageChecks {
    private final List<SelectionRule> selections;

    /** The tables that explicit rules select. */
    private final Set<String> selectedTables;

    private final List<SelectionRule> patterns;
    private final List<Rename> renames;
    private final RuleFindings findings;

    private CoverageChecks(TableMappings mappings, RuleFindings findings) {
        this.selections = only(mappings, SelectionRule.class).stream()
                .filter(rule -> rule.action() != Action.EXCLUDE)
                .toList();
        this.selectedTables = selections.stream()
                .filter(rule -> rule.action() == Action.EXPLICIT)
                .map(TableKey::of)
                .collect(Collectors.toSet());
        this.patterns = selections.stream()
                .filter(rule -> rule.action() != Action.EXPLICIT)
                .toList();
        this.renames = only(mappings, Rename.class);
        this.findings = findings;
    }

    static void check(TableMappings mappings, RuleFindings findings) {
        CoverageChecks checks = new CoverageChecks(mappings, findings);
        // A rule that cannot be read may be the one that selects.
        boolean unread = mappings.rules().stream().anyMatch(UnmodelledRule.class::isInstance);
        if (!checks.selections.isEmpty() && !unread) {
            MappingChecks.each(mappings, Rule.class, checks::rule);
        }
    }

    private void rule(Rule rule, int index) {
        boolean exclude = rule instanceof SelectionRule selection && selection.action() == Action.EXCLUDE;
        if ((rule instanceof SelectionRule && !exclude) || selected(rule)) {
            return;
        }
        if (exclude) {
            findings.warning(
                    index,
                    "object-locator",
                    "EXCLUDES_NOTHING",
                    "The rule excludes '" + rule.locator() + "', which no rule selects.",
                    "Correct the names, in upper and lower case, or remove the rule.");
            return;
        }

        Rename origin = origin(rule.locator());
        if (origin != null) {
            findings.error(
                    index,
                    "object-locator",
                    "LOCATOR_NAMES_TARGET",
                    "The rule is about '" + rule.locator() + "': '" + origin.value() + "' is the name that rule '"
                            + origin.id() + "' gives to '" + origin.locator()
                            + "', and locators name objects as the source does.",
                    "Write the source's name.");
        } else {
            findings.warning(
                    index,
                    "object-locator",
                    "NOT_SELECTED",
                    "The rule is about '" + rule.locator() + "', which no rule selects: it does nothing.",
                    "Select these tables, or correct the names, in upper and lower case.");
        }
    }

    private boolean selected(Rule rule) {
        ObjectLocator where = rule.locator();
        boolean one = where.tableName() != null
                && (rule instanceof TableSettingsRule
                        || (Patterns.exact(where.schemaName()) && Patterns.exact(where.tableName())));
        if (one && selectedTables.contains(TableKey.of(rule))) {
            return true;
        }
        return (one ? patterns : selections)
                .stream()
                        .anyMatch(selection ->
                                overlaps(selection.locator(), selection.action() == Action.EXPLICIT, rule));
    }

    private static boolean overlaps(ObjectLocator selection, boolean exact, Rule rule) {
        ObjectLocator where = rule.locator();
        boolean exactToo = rule instanceof TableSettingsRule;
        if (!readable(where) || !readable(selection)) {
            return true;
        }
        return Patterns.overlap(pattern(selection.schemaName(), exact), pattern(where.schemaName(), exactToo))
                && (where.tableName() == null
                        || Patterns.overlap(
                                pattern(String.valueOf(selection.tableName()), exact),
                                pattern(where.tableName(), exactToo)));
    }

    private static boolean readable(ObjectLocator locator) {
        return Patterns.namesOf(locator).stream().allMatch(Patterns::readable);
    }

    private static String pattern(String name, boolean exact) {
        return exact ? Patterns.asPattern(name) : name;
    }

    private @Nullable Rename origin(ObjectLocator locator) {
        for (Rename rename : renames) {
            boolean schema =
                    rename.target() == RuleTarget.SCHEMA && locator.schemaName().equals(rename.value());
            boolean table = rename.target() == RuleTarget.TABLE
                    && rename.value() != null
                    && rename.value().equals(locator.tableName());
            if (schema || table) {
                return rename;
            }
        }
        return null;
    }

    static <T extends Rule> List<T> only(TableMappings mappings, Class<T> type) {
        return mappings.rules().stream()
                .filter(type::isInstance)
                .map(type::cast)
                .toList();
    }
}
