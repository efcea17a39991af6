package io.convergence.mapping;

import io.convergence.Severity;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Keys that a rule of its kind does not have, and rules that cannot be read at all. */
final class KeyChecks {
    /** Keys that mean something in a rule of another kind, so that somebody expects an effect. */
    private static final Set<String> MEANINGFUL = Set.of(
            "rule-target",
            "rule-action",
            "value",
            "old-value",
            "expression",
            "data-type",
            "primary-key-def",
            "before-image-def",
            "filters",
            "load-order",
            "parallel-load",
            "lob-settings",
            "tag-set",
            "mapping-parameters",
            "target-table-name",
            "kafka-target-topic",
            "source-function",
            "target-function");

    /** What the console writes for what is not set. */
    private static final Set<String> EMPTY = Set.of("\"\"", "[]", "{}", "false");

    private KeyChecks() {}

    static void check(TableMappings mappings, RuleFindings findings) {
        MappingChecks.each(
                mappings,
                UnmodelledRule.class,
                (rule, index) -> rule.problems()
                        .forEach(problem -> findings.error(
                                index, problem.path(), problem.code(), problem.message(), problem.fix())));
        MappingChecks.each(mappings, Rule.class, (rule, index) -> {
            keys(rule, index, "", rule.otherKeys(), findings);
            if (!(rule instanceof UnmodelledRule)) {
                keys(rule, index, "object-locator.", rule.locator().otherKeys(), findings);
            }
        });
    }

    private static void keys(Rule rule, int index, String path, Map<String, String> others, RuleFindings findings) {
        new TreeMap<>(others).forEach((key, json) -> {
            if (EMPTY.contains(json) || nested(rule, key)) {
                return;
            }
            boolean meaningful = path.isEmpty() && MEANINGFUL.contains(key);
            String kind = Actions.of(rule).isEmpty() ? "this kind" : "the action " + Actions.of(rule);
            findings.note(
                    meaningful ? Severity.WARNING : Severity.INFO,
                    index,
                    path + key,
                    meaningful ? "KEY_WITHOUT_EFFECT" : "UNKNOWN_KEY",
                    meaningful
                            ? "The key '" + key + "' has no meaning in a rule with " + kind + "."
                            : "DMS does not document the key '" + key + "' here.",
                    key,
                    meaningful
                            ? "Remove it, or use the action it belongs to."
                            : "Nothing, if it is a note; it is kept.");
        });
    }

    /** Under such a key stands only what is unknown of an object that the rule does have. */
    private static boolean nested(Rule rule, String key) {
        return (key.equals("primary-key-def") && rule instanceof TransformationRule.DefinePrimaryKey)
                || (key.equals("before-image-def") && rule instanceof TransformationRule.AddBeforeImageColumns);
    }
}
