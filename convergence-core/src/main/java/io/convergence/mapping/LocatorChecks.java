package io.convergence.mapping;

import org.jspecify.annotations.Nullable;

/** The object-locators of transformations and of rules on tags, validation and streams. */
final class LocatorChecks {
    private static final String WHERE = "object-locator.";

    private LocatorChecks() {}

    static void check(TableMappings mappings, RuleFindings findings) {
        MappingChecks.each(mappings, Rule.class, (rule, index) -> {
            boolean patterns = rule instanceof TransformationRule
                    || rule instanceof PostProcessingRule
                    || rule instanceof ObjectMappingRule
                    || rule instanceof ValidationRule;
            if (!patterns) {
                return;
            }

            ObjectLocator where = rule.locator();
            readable(where.schemaName(), index, WHERE + "schema-name", findings);
            readable(where.tableName(), index, WHERE + "table-name", findings);
            if (readable(where.columnName(), index, WHERE + "column-name", findings) && where.columnName() != null) {
                columnName(Patterns.withoutSets(where.columnName()), index, WHERE + "column-name", findings);
            }
            readable(where.tableTablespaceName(), index, WHERE + "table-tablespace-name", findings);
            readable(where.indexTablespaceName(), index, WHERE + "index-tablespace-name", findings);
        });
        MappingChecks.each(mappings, TransformationRule.class, (rule, index) -> {
            superfluous(rule, index, findings);
            dataType(rule, index, findings);
        });
    }

    /** The name of a column in a locator or filter. */
    static void columnName(String name, int index, String key, RuleFindings findings) {
        if (name.codePoints().anyMatch(LocatorChecks::rightToLeft)) {
            findings.error(
                    index,
                    key,
                    "COLUMN_NAME_RIGHT_TO_LEFT",
                    "The column name '" + name
                            + "' is written from right to left, which DMS does not support in rules.",
                    "Leave this column out of the rules.");
        }
        if (name.chars().anyMatch(c -> "#\\/-".indexOf(c) >= 0)) {
            findings.warning(
                    index,
                    key,
                    "COLUMN_NAME_SPECIAL",
                    "The column name '" + name
                            + "' holds one of # \\ / -: DMS does not transform columns with such names.",
                    "Rename the column in the source, or leave it out of the rules.");
        }
    }

    private static boolean rightToLeft(int codePoint) {
        byte direction = Character.getDirectionality(codePoint);
        return direction == Character.DIRECTIONALITY_RIGHT_TO_LEFT
                || direction == Character.DIRECTIONALITY_RIGHT_TO_LEFT_ARABIC;
    }

    private static void superfluous(TransformationRule rule, int index, RuleFindings findings) {
        ObjectLocator where = rule.locator();
        boolean addsColumns = rule instanceof TransformationRule.AddColumn
                || rule instanceof TransformationRule.AddBeforeImageColumns;
        String kind = rule.target().wireValue();
        if (rule.target() == RuleTarget.SCHEMA && where.tableName() != null) {
            superfluous("table-name", where.tableName(), kind, index, findings);
        }
        if (where.columnName() != null && (rule.target() != RuleTarget.COLUMN || addsColumns)) {
            superfluous("column-name", where.columnName(), addsColumns ? Actions.of(rule) : kind, index, findings);
        }
        if (where.tableTablespaceName() != null && where.indexTablespaceName() != null) {
            findings.error(
                    index,
                    "object-locator",
                    "TABLESPACES_BOTH",
                    "The locator names a tablespace of tables and one of indexes: a rule is about one of them.",
                    "Write two rules.");
        }
    }

    private static void superfluous(String key, @Nullable String value, String kind, int index, RuleFindings findings) {
        findings.info(
                index,
                WHERE + key,
                "LOCATOR_FIELD_SUPERFLUOUS",
                "The locator of a rule for " + kind + " has the " + key + " '" + value
                        + "', which means nothing there.",
                "Remove it.");
    }

    private static void dataType(TransformationRule rule, int index, RuleFindings findings) {
        String type = rule.locator().dataType();
        if (type == null) {
            return;
        }
        if (!RuleDataType.NAMES.contains(type)) {
            findings.error(
                    index,
                    WHERE + "data-type",
                    "DATA_TYPE_UNKNOWN",
                    "The locator is about columns of type '" + type
                            + "': that is none of DMS's types, and wildcards do not work there.",
                    "Write one of " + String.join(", ", RuleDataType.NAMES) + ".");
        } else if (rule.target() != RuleTarget.COLUMN) {
            superfluous("data-type", type, rule.target().wireValue(), index, findings);
        } else if (!"%".equals(rule.locator().columnName())) {
            findings.warning(
                    index,
                    WHERE + "column-name",
                    "DATA_TYPE_WITH_NAMED_COLUMN",
                    "The locator names the type '" + type + "' and the column '"
                            + rule.locator().columnName()
                            + "': DMS documents a type together with the column-name '%'.",
                    "Write \"column-name\": \"%\", or leave the type out.");
        }
    }

    static boolean readable(@Nullable String pattern, int index, String key, RuleFindings findings) {
        if (pattern == null) {
            return true;
        }
        try {
            Wildcard.of(pattern);
            return true;
        } catch (IllegalArgumentException e) {
            findings.error(
                    index,
                    key,
                    "WILDCARD_INVALID",
                    String.valueOf(e.getMessage()),
                    "Correct the pattern, or use the action explicit for one table.");
            return false;
        }
    }
}
