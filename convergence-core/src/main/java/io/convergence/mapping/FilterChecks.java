package io.convergence.mapping;

import io.convergence.mapping.Filter.Condition;
import io.convergence.mapping.SelectionRule.Action;
import java.math.BigDecimal;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The filters of selection rules. */
final class FilterChecks {
    private static final Set<String> ONE_VALUE = Set.of("lte", "ste", "gte", "eq", "noteq");
    private static final Set<String> TWO_VALUES = Set.of("between", "notbetween");
    private static final Set<String> NO_VALUE = Set.of("null", "notnull");
    private static final Set<String> NEGATIVE = Set.of("noteq", "notbetween", "notnull");

    /** What people write, and what DMS has for it. */
    private static final Map<String, String> MEANT =
            Map.of("ne", "noteq", "neq", "noteq", "gt", "gte", "lt", "lte", "le", "lte", "ge", "gte", "isnull", "null");

    private final RuleFindings findings;
    private final int index;

    private FilterChecks(RuleFindings findings, int index) {
        this.findings = findings;
        this.index = index;
    }

    static void check(TableMappings mappings, RuleFindings findings) {
        MappingChecks.each(mappings, SelectionRule.class, (rule, index) -> {
            if (!rule.filters().isEmpty()) {
                new FilterChecks(findings, index).rule(rule);
            }
        });
    }

    private void rule(SelectionRule rule) {
        if (rule.action() != Action.INCLUDE) {
            findings.error(
                    index,
                    "filters",
                    "FILTER_IGNORED",
                    "The filters stand in a rule with the action " + Actions.of(rule)
                            + ": DMS honours them only in include rules, "
                            + (rule.action() == Action.EXPLICIT
                                    ? "so all rows would be read."
                                    : "so whole tables would be left out."),
                    "Use the action include for this table.");
        } else if (rule.locator().schemaName().contains("%")
                || String.valueOf(rule.locator().tableName()).contains("%")) {
            findings.error(
                    index,
                    "filters",
                    "FILTER_WITH_WILDCARD",
                    "The filters stand beside the pattern '" + rule.locator().schemaName() + "."
                            + rule.locator().tableName() + "': DMS filters only tables that are named exactly.",
                    "Write one include rule for each filtered table.");
        }
        for (int i = 0; i < rule.filters().size(); i++) {
            filter(rule.filters().get(i), "filters[" + i + "]");
        }
    }

    private void filter(Filter filter, String path) {
        LocatorChecks.columnName(filter.columnName(), index, path + ".column-name", findings);
        if (filter.conditions().isEmpty()) {
            findings.error(
                    index,
                    path + ".filter-conditions",
                    "FILTER_WITHOUT_CONDITION",
                    "The filter of column '" + filter.columnName() + "' has no condition.",
                    "Give one, e.g. {\"filter-operator\":\"gte\",\"value\":\"2024-01-01\"}, or remove the filter.");
        }
        long negative = filter.conditions().stream()
                .filter(condition -> NEGATIVE.contains(condition.operator()))
                .count();
        if (negative > 1) {
            findings.warning(
                    index,
                    path + ".filter-conditions",
                    "FILTER_NEGATIONS",
                    "The filter of column '" + filter.columnName() + "' has " + negative
                            + " negative conditions: one of them suffices for a row to be read, and an older guide forbade more than one.",
                    "Write each into a filter of its own: filters must all hold.");
        }
        for (int i = 0; i < filter.conditions().size(); i++) {
            condition(filter.conditions().get(i), path + ".filter-conditions[" + i + "]");
        }
    }

    private void condition(Condition condition, String path) {
        String operator = condition.operator();
        boolean one = ONE_VALUE.contains(operator);
        boolean two = TWO_VALUES.contains(operator);
        if (!one && !two && !NO_VALUE.contains(operator)) {
            String meant = MEANT.get(operator);
            findings.error(
                    index,
                    path + ".filter-operator",
                    "FILTER_OPERATOR_UNKNOWN",
                    "The filter-operator is '" + operator
                            + "': DMS knows lte, ste, gte, eq, noteq, between, notbetween, null, notnull.",
                    meant == null ? "Write one of these." : "Write '" + meant + "', and adapt the value.");
            return;
        }

        values(condition, path, one, two);
        Optional<BigDecimal> start = number(condition.startValue());
        Optional<BigDecimal> end = number(condition.endValue());
        if (two && start.isPresent() && end.isPresent() && start.get().compareTo(end.get()) > 0) {
            findings.warning(
                    index,
                    path + ".start-value",
                    "FILTER_RANGE_REVERSED",
                    "The range begins at " + condition.startValue() + " and ends at " + condition.endValue() + ": "
                            + (operator.equals("between") ? "it holds nothing." : "all is outside of it."),
                    "Write the lower value first.");
        }
    }

    private void values(Condition condition, String path, boolean one, boolean two) {
        value(condition, path, "value", condition.value(), one);
        value(condition, path, "start-value", condition.startValue(), two);
        value(condition, path, "end-value", condition.endValue(), two);
    }

    private void value(Condition condition, String path, String key, @Nullable String value, boolean needed) {
        boolean given = value != null && (needed || !value.isEmpty());
        if (needed && !given) {
            findings.error(
                    index,
                    path + "." + key,
                    "FILTER_VALUE_MISSING",
                    "The condition " + condition.operator() + " has no " + key + ".",
                    "Give it as text, e.g. \"" + key + "\": \"10\".");
        } else if (!needed && given) {
            findings.warning(
                    index,
                    path + "." + key,
                    "FILTER_VALUE_SUPERFLUOUS",
                    "The condition " + condition.operator() + " has a " + key + ", '" + value
                            + "', which it does not take.",
                    "Remove it, or use another operator.");
        }
    }

    private static Optional<BigDecimal> number(@Nullable String text) {
        return text != null && text.matches("-?\\d{1,30}(\\.\\d{1,30})?")
                ? Optional.of(new BigDecimal(text))
                : Optional.empty();
    }
}
