package io.convergence.mapping;

import io.convergence.mapping.EvaluationOptions.IdOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The rules of a document in the order in which they win, and what each matched. Not thread-safe. */
final class RankedRules {
    private final List<Ranked<Rule>> ranked = new ArrayList<>();
    private final List<Set<String>> matched = new ArrayList<>();
    private final List<Set<String>> applied = new ArrayList<>();
    private final Map<Class<? extends Rule>, List<Ranked<?>>> byType = new HashMap<>();
    private final TableMappings mappings;

    RankedRules(TableMappings mappings, IdOrder order) {
        this.mappings = mappings;
        for (int i = 0; i < mappings.rules().size(); i++) {
            ranked.add(new Ranked<>(i, mappings.rules().get(i)));
            matched.add(new LinkedHashSet<>());
            applied.add(new LinkedHashSet<>());
        }
        Comparator<Rule> byId = order == IdOrder.NUMERIC ? RuleIds.ORDER : Comparator.comparing(Rule::id);
        ranked.sort(Comparator.comparing(Ranked::rule, byId));
    }

    /** Rules of a kind; the one that wins comes first. */
    @SuppressWarnings("unchecked")
    <T extends Rule> List<Ranked<T>> of(Class<T> type) {
        // The list under a type holds rules of that type only.
        return (List<Ranked<T>>) (List<?>) byType.computeIfAbsent(type, this::only);
    }

    private List<Ranked<?>> only(Class<? extends Rule> type) {
        return ranked.stream()
                .filter(rule -> type.isInstance(rule.rule()))
                .<Ranked<?>>map(rule -> rule)
                .toList();
    }

    void matches(Ranked<?> rule, String object) {
        matched.get(rule.index()).add(object);
    }

    void applies(Ranked<?> rule, String object) {
        matches(rule, object);
        applied.get(rule.index()).add(object);
    }

    List<RuleEvaluation> report() {
        List<RuleEvaluation> report = new ArrayList<>();
        for (int i = 0; i < matched.size(); i++) {
            report.add(new RuleEvaluation(
                    i, mappings.rules().get(i), List.copyOf(matched.get(i)), List.copyOf(applied.get(i))));
        }
        return report;
    }

    /** A rule and its place in the document. */
    record Ranked<T extends Rule>(int index, T rule) {
        String named() {
            return "rule '" + rule.id() + "'";
        }
    }
}
