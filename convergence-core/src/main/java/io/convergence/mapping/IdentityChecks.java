package io.convergence.mapping;

import java.util.HashMap;
import java.util.Map;

/** Ids and names of rules. */
final class IdentityChecks {
    private final RuleFindings findings;
    private final Map<String, Integer> ids = new HashMap<>();
    private final Map<String, Integer> names = new HashMap<>();

    private IdentityChecks(RuleFindings findings) {
        this.findings = findings;
    }

    static void check(TableMappings mappings, RuleFindings findings) {
        IdentityChecks checks = new IdentityChecks(findings);
        MappingChecks.each(mappings, Rule.class, checks::id);
        MappingChecks.each(mappings, Rule.class, checks::name);
    }

    private void id(Rule rule, int index) {
        if (RuleIds.number(rule.id()).isEmpty()) {
            findings.error(
                    index,
                    "rule-id",
                    "RULE_ID_NOT_A_NUMBER",
                    "The rule-id is '" + rule.id() + "': DMS wants a number, by which it decides between rules.",
                    "Give a number that no other rule has, as text: \"rule-id\": \"" + (index + 1) + "\".");
            return;
        }

        Integer other = ids.putIfAbsent(RuleIds.number(rule.id()).get().toString(), index);
        if (other != null) {
            findings.error(
                    index,
                    "rule-id",
                    "DUPLICATE_RULE_ID",
                    "The rule-id '" + rule.id() + "' is also that of rules[" + other
                            + "]: which of them wins is not defined.",
                    "Give each rule a number of its own.");
        }
    }

    private void name(Rule rule, int index) {
        if (rule.name().isEmpty()) {
            findings.error(
                    index,
                    "rule-name",
                    "RULE_NAME_MISSING",
                    "The rule has no rule-name, which DMS requires.",
                    "Give a unique alphanumeric name.");
            return;
        }

        Integer other = names.putIfAbsent(rule.name(), index);
        if (other != null) {
            findings.warning(
                    index,
                    "rule-name",
                    "DUPLICATE_RULE_NAME",
                    "The rule-name '" + rule.name() + "' is also that of rules[" + other
                            + "]; DMS documents names as unique.",
                    "Give each rule a name of its own.");
        }
        if (!rule.name().matches("[A-Za-z0-9]+")) {
            findings.info(
                    index,
                    "rule-name",
                    "RULE_NAME_NOT_ALPHANUMERIC",
                    "The rule-name '" + rule.name()
                            + "' holds more than letters and digits, which DMS documents and does not enforce.",
                    "Use letters and digits only.");
        }
    }
}
