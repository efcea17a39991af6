package io.convergence.mapping;

import static io.convergence.mapping.RuleFindings.OBJECTS;

import io.convergence.Severity;
import io.convergence.TableId;
import io.convergence.mapping.EvaluationOptions.OverlappingFilters;
import io.convergence.mapping.RankedRules.Ranked;
import io.convergence.mapping.SelectionRule.Action;
import io.convergence.mapping.SelectionRule.TableType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Decides which tables are read. */
final class SelectionStep {
    private final EvaluationOptions options;
    private final NameMatcher names;
    private final RankedRules rules;
    private final RuleFindings findings;
    private final List<Ranked<SelectionRule>> selections;

    SelectionStep(EvaluationOptions options, NameMatcher names, RankedRules rules, RuleFindings findings) {
        this.options = options;
        this.names = names;
        this.rules = rules;
        this.findings = findings;
        this.selections = rules.of(SelectionRule.class);
    }

    /** @param rule null if no rule is about the table */
    record Decision(
            boolean selected,
            @Nullable Rule rule,
            List<Filter> filters,
            @Nullable Integer loadOrder) {}

    Decision decide(TableId table, boolean view) {
        List<Ranked<SelectionRule>> hits = selections.stream()
                .filter(rule -> matches(rule.rule(), table, view))
                .toList();
        hits.forEach(rule -> rules.matches(rule, table.toString()));

        Optional<Ranked<SelectionRule>> exclude = first(hits, Action.EXCLUDE);
        Optional<Ranked<SelectionRule>> chosen = hits.stream()
                .filter(rule -> rule.rule().action() != Action.EXCLUDE)
                .findFirst();
        if (chosen.isEmpty()) {
            return out(exclude, table);
        }
        if (exclude.isPresent() && excluded(hits, exclude.get(), table)) {
            return out(exclude, table);
        }

        hits.stream()
                .filter(rule -> rule.rule().action() != Action.EXCLUDE)
                .forEach(rule -> rules.applies(rule, table.toString()));
        return new Decision(true, chosen.get().rule(), filters(hits, table), loadOrder(hits));
    }

    private boolean excluded(List<Ranked<SelectionRule>> hits, Ranked<SelectionRule> exclude, TableId table) {
        boolean explicit = first(hits, Action.EXPLICIT).isPresent();
        Ranked<SelectionRule> last = hits.get(hits.size() - 1);
        if (explicit) {
            findings.note(
                    Severity.WARNING,
                    exclude.index(),
                    "",
                    "EXCLUDE_HITS_EXPLICIT",
                    "An exclude and an explicit rule hit " + OBJECTS
                            + ": which of them wins is not documented. Assumed here: " + options.excludes() + ".",
                    table.toString(),
                    "Remove one of the two rules, or set EvaluationOptions.excludes to what you observe.");
        } else if (last.rule().action() != Action.EXCLUDE) {
            findings.note(
                    Severity.INFO,
                    exclude.index(),
                    "rule-id",
                    "EXCLUDE_BEFORE_INCLUDE",
                    "The exclude rule has a lower id than an include rule that hits " + OBJECTS
                            + "; AWS's only example has the exclude last. Assumed here: " + options.excludes() + ".",
                    table.toString(),
                    "Give exclude rules the highest ids.");
        }
        return switch (options.excludes()) {
            case ALWAYS_WIN -> true;
            case LOSE_TO_EXPLICIT -> !explicit;
            case HIGHEST_ID_DECIDES -> last.rule().action() == Action.EXCLUDE;
        };
    }

    private Decision out(Optional<Ranked<SelectionRule>> exclude, TableId table) {
        exclude.ifPresent(rule -> rules.applies(rule, table.toString()));
        return new Decision(false, exclude.map(Ranked::rule).orElse(null), List.of(), null);
    }

    private List<Filter> filters(List<Ranked<SelectionRule>> hits, TableId table) {
        List<Ranked<SelectionRule>> includes = hits.stream()
                .filter(rule -> rule.rule().action() == Action.INCLUDE)
                .toList();
        List<Ranked<SelectionRule>> filtered = includes.stream()
                .filter(rule -> !rule.rule().filters().isEmpty())
                .toList();
        if (filtered.isEmpty()) {
            return List.of();
        }

        boolean differ =
                includes.stream().map(rule -> rule.rule().filters()).distinct().count() > 1;
        if (differ) {
            findings.note(
                    Severity.WARNING,
                    filtered.get(0).index(),
                    "filters",
                    "OVERLAPPING_FILTERS",
                    "Several include rules with other filters hit " + OBJECTS
                            + ": which rows are read is not documented. Assumed here: " + options.overlappingFilters()
                            + ".",
                    table.toString(),
                    "Let one include rule hit a filtered table, or set EvaluationOptions.overlappingFilters.");
        }
        if (options.overlappingFilters() == OverlappingFilters.LOWEST_ID) {
            return includes.get(0).rule().filters();
        }
        List<Filter> all = new ArrayList<>();
        filtered.forEach(rule -> all.addAll(rule.rule().filters()));
        return all.stream().distinct().toList();
    }

    private static @Nullable Integer loadOrder(List<Ranked<SelectionRule>> hits) {
        return hits.stream()
                .filter(rule -> rule.rule().action() != Action.EXCLUDE)
                .flatMapToInt(rule -> rule.rule().order().stream())
                .boxed()
                .findFirst()
                .orElse(null);
    }

    private boolean matches(SelectionRule rule, TableId table, boolean view) {
        boolean kind = rule.tableType() == TableType.ALL || (rule.tableType() == TableType.VIEW) == view;
        return kind
                && (rule.action() == Action.EXPLICIT
                        ? names.exactTable(rule.locator(), table)
                        : names.table(rule.locator(), table));
    }

    private static Optional<Ranked<SelectionRule>> first(List<Ranked<SelectionRule>> hits, Action action) {
        return hits.stream().filter(rule -> rule.rule().action() == action).findFirst();
    }
}
