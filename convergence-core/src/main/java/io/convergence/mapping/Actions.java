package io.convergence.mapping;

import java.util.Locale;

/** What a rule does, in AWS's spelling. */
final class Actions {
    private Actions() {}

    /** The names of the records are those of the actions; masks carry a common prefix. */
    static String of(TransformationRule rule) {
        String kebab = rule.getClass()
                .getSimpleName()
                .replaceAll("(?<=[a-z])(?=[A-Z])", "-")
                .toLowerCase(Locale.ROOT);
        return rule instanceof MaskingRule ? "data-masking-" + kebab : kebab;
    }

    static String of(Rule rule) {
        if (rule instanceof TransformationRule transformation) {
            return of(transformation);
        }
        if (rule instanceof SelectionRule selection) {
            return RuleNode.wire(selection.action());
        }
        if (rule instanceof ObjectMappingRule mapping) {
            return mapping.action().wireValue();
        }
        if (rule instanceof PostProcessingRule) {
            return "add-tag";
        }
        if (rule instanceof ValidationRule) {
            return "override-validation-function";
        }
        return rule instanceof UnmodelledRule unmodelled ? unmodelled.action() : "";
    }
}
