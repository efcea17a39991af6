package io.convergence.cli;

import io.convergence.mapping.MaskingRule;
import io.convergence.mapping.Rule;
import io.convergence.mapping.SelectionRule;
import io.convergence.mapping.TransformationRule;
import io.convergence.mapping.UnmodelledRule;
import java.util.Locale;

/** How a rule is called: by its id and what it does, in AWS's words where it has one. */
final class RuleName {
    private RuleName() {}

    static String of(Rule rule) {
        return "rule " + (rule.id().isEmpty() ? "without id" : rule.id()) + " (" + action(rule) + " " + rule.locator()
                + ")";
    }

    /** The {@code rule-action}; for rules without one their type. Masks lack their common prefix. */
    static String action(Rule rule) {
        if (rule instanceof SelectionRule selection) {
            return selection.action().name().toLowerCase(Locale.ROOT);
        }
        if (rule instanceof UnmodelledRule unmodelled) {
            return unmodelled.action().isEmpty() ? "unknown" : unmodelled.action();
        }

        boolean action = rule instanceof TransformationRule || rule instanceof MaskingRule;
        String name = rule.getClass()
                .getSimpleName()
                .replaceAll("(?<=[a-z])(?=[A-Z])", "-")
                .toLowerCase(Locale.ROOT);
        return action ? name : name.replaceAll("-rule$", "");
    }
}
