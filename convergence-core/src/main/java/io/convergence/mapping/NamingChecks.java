package io.convergence.mapping;

import io.convergence.mapping.NamingRule.Rename;
import io.convergence.mapping.TransformationRule.AddBeforeImageColumns;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Rules that give names. */
final class NamingChecks {
    private NamingChecks() {}

    static void check(TableMappings mappings, RuleFindings findings) {
        boolean beforeImages = mappings.rules().stream().anyMatch(AddBeforeImageColumns.class::isInstance);
        MappingChecks.each(mappings, Rename.class, (rule, index) -> rename(rule, index, findings));
        MappingChecks.each(mappings, NamingRule.class, (rule, index) -> {
            affix(rule)
                    .filter(String::isEmpty)
                    .ifPresent(empty -> findings.error(
                            index,
                            rule instanceof NamingRule.ReplacePrefix || rule instanceof NamingRule.ReplaceSuffix
                                    ? "old-value"
                                    : "value",
                            "AFFIX_EMPTY",
                            "The action " + Actions.of(rule)
                                    + " has an empty text to add, remove or replace: it does nothing.",
                            "Give the text, or remove the rule."));
            boolean tablespace =
                    rule.target() == RuleTarget.TABLE_TABLESPACE || rule.target() == RuleTarget.INDEX_TABLESPACE;
            if (tablespace && !(rule instanceof Rename)) {
                findings.warning(
                        index,
                        "rule-action",
                        "TABLESPACE_ACTION_UNCERTAIN",
                        "The action " + Actions.of(rule)
                                + " is about a tablespace: DMS documents only rename for them.",
                        "Use rename.");
            }
            if (rule.target() == RuleTarget.COLUMN && beforeImages) {
                findings.warning(
                        index,
                        "",
                        "BEFORE_IMAGE_OF_RENAMED_COLUMN",
                        "A column is renamed and before-image columns are added: whether DMS names the before-image after the old or the new name is not documented.",
                        "Keep the names of key columns, or compare a file with the spec.");
            }
        });
    }

    private static Optional<String> affix(NamingRule rule) {
        if (rule instanceof NamingRule.AddPrefix affix) {
            return Optional.of(affix.value());
        }
        if (rule instanceof NamingRule.AddSuffix affix) {
            return Optional.of(affix.value());
        }
        if (rule instanceof NamingRule.RemovePrefix affix) {
            return Optional.of(affix.value());
        }
        if (rule instanceof NamingRule.RemoveSuffix affix) {
            return Optional.of(affix.value());
        }
        if (rule instanceof NamingRule.ReplacePrefix affix) {
            return Optional.of(affix.oldValue());
        }
        return rule instanceof NamingRule.ReplaceSuffix affix ? Optional.of(affix.oldValue()) : Optional.empty();
    }

    private static void rename(Rename rule, int index, RuleFindings findings) {
        if (rule.value() == null && rule.expression() == null) {
            findings.error(
                    index,
                    "value",
                    "RENAME_WITHOUT_NAME",
                    "The rule renames to nothing.",
                    "Give the new name as value.");
        } else if (rule.value() != null && rule.value().isEmpty() && rule.expression() == null) {
            findings.error(
                    index,
                    "value",
                    "RENAME_WITHOUT_NAME",
                    "The rule renames to an empty name.",
                    "Give the new name as value.");
        } else if (rule.value() != null && !rule.value().isEmpty() && rule.expression() != null) {
            findings.warning(
                    index,
                    "expression",
                    "RENAME_NAMED_TWICE",
                    "The rule gives the name '" + rule.value() + "' and the expression \"" + rule.expression()
                            + "\": which of them DMS takes is not documented.",
                    "Give one of them.");
        }

        String renamed = renamed(rule);
        if (rule.value() != null && renamed != null && renamed.contains("%")) {
            findings.warning(
                    index,
                    "value",
                    "RENAME_MANY_TO_ONE",
                    "Everything that matches '" + renamed + "' is renamed to '" + rule.value()
                            + "': where two match, they collide.",
                    "Write one rename rule for each name.");
        }
    }

    private static @Nullable String renamed(Rename rule) {
        return switch (rule.target()) {
            case TABLE -> rule.locator().tableName();
            case COLUMN -> rule.locator().columnName();
            case SCHEMA, TABLE_TABLESPACE, INDEX_TABLESPACE -> null;
        };
    }
}
