package io.convergence.mapping;

import io.convergence.mapping.MaskingRule.DigitsMask;
import io.convergence.mapping.TransformationRule.AddBeforeImageColumns;
import io.convergence.mapping.TransformationRule.AddColumn;
import io.convergence.mapping.TransformationRule.ChangeDataType;
import io.convergence.mapping.TransformationRule.DefinePrimaryKey;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/** Rules that add columns or change types, keys and data. */
final class ColumnChecks {
    private final RuleFindings findings;

    private ColumnChecks(RuleFindings findings) {
        this.findings = findings;
    }

    static void check(TableMappings mappings, RuleFindings findings) {
        ColumnChecks checks = new ColumnChecks(findings);
        MappingChecks.each(mappings, AddColumn.class, checks::addColumn);
        MappingChecks.each(mappings, ChangeDataType.class, checks::changeDataType);
        MappingChecks.each(mappings, DefinePrimaryKey.class, checks::primaryKey);
        MappingChecks.each(mappings, AddBeforeImageColumns.class, checks::beforeImage);
        MappingChecks.each(mappings, DigitsMask.class, checks::mask);
    }

    private void addColumn(AddColumn rule, int index) {
        RuleDataType type = rule.dataType();
        if (rule.columnName().isEmpty()) {
            findings.error(
                    index,
                    "value",
                    "ADDED_COLUMN_WITHOUT_NAME",
                    "The rule adds a column without a name.",
                    "Give the name as value.");
        }
        if (type == null) {
            findings.error(
                    index,
                    "data-type",
                    "ADDED_COLUMN_WITHOUT_TYPE",
                    "Column '" + rule.columnName() + "' is added without a data-type.",
                    "Give one, e.g. {\"type\":\"string\",\"length\":50}.");
        } else if (type.toDataType().isEmpty()) {
            findings.error(
                    index,
                    "data-type",
                    "ADDED_COLUMN_TYPE_UNKNOWN",
                    "Column '" + rule.columnName() + "' is added with the data-type " + type
                            + ", which is none that files can hold.",
                    "Give one of DMS's types, e.g. {\"type\":\"string\",\"length\":50}.");
        } else if (rule.changeSequence() && sequenceCut(type)) {
            findings.error(
                    index,
                    "data-type",
                    "CHANGE_SEQUENCE_CUT",
                    "Column '" + rule.columnName() + "' is to hold " + TransformationRule.CHANGE_SEQUENCE
                            + ", a text of 35 digits, as "
                            + type.toDataType().get() + ": it would be cut, and changes lose their order.",
                    "Use {\"type\":\"string\",\"length\":35}.");
        } else {
            parameters(type, index);
        }
        if (rule.expression() == null) {
            findings.info(
                    index,
                    "expression",
                    "ADDED_COLUMN_EMPTY",
                    "Column '" + rule.columnName() + "' is added without an expression: it stays empty.",
                    "Give an expression, or leave the column out.");
        }
    }

    private static boolean sequenceCut(RuleDataType type) {
        return type.toDataType()
                .filter(dms -> !dms.kind().text() || (dms.length() > 0 && dms.length() < 35))
                .isPresent();
    }

    private void changeDataType(ChangeDataType rule, int index) {
        RuleDataType type = rule.dataType();
        if (type.toDataType().isEmpty()) {
            boolean known = RuleDataType.NAMES.contains(type.type());
            findings.error(
                    index,
                    "data-type",
                    "DATA_TYPE_UNKNOWN",
                    "The columns '" + rule.locator() + "' would get the type " + type + ", which "
                            + (known ? "files cannot hold with these numbers." : "is none of DMS's types."),
                    "Give e.g. {\"type\":\"string\",\"length\":50}, with one of "
                            + String.join(", ", RuleDataType.NAMES) + ".");
            return;
        }
        parameters(type, index);
    }

    private void parameters(RuleDataType type, int index) {
        switch (type.type().toLowerCase(Locale.ROOT)) {
            case "numeric" ->
                missing(type.precision() == null || type.scale() == null, type, "precision and scale", index);
            case "string", "wstring", "bytes" -> missing(type.length() == null, type, "a length", index);
            default -> {
                boolean fraction =
                        type.type().equalsIgnoreCase("datetime") || type.type().equalsIgnoreCase("time");
                if (type.length() != null || (!fraction && (type.precision() != null || type.scale() != null))) {
                    findings.info(
                            index,
                            "data-type",
                            "DATA_TYPE_NUMBERS_SUPERFLUOUS",
                            "The data-type " + type + " has numbers that " + type.type() + " does not take.",
                            "Remove them.");
                }
            }
        }
    }

    private void missing(boolean missing, RuleDataType type, String what, int index) {
        if (missing) {
            findings.warning(
                    index,
                    "data-type",
                    "DATA_TYPE_NUMBERS_MISSING",
                    "The data-type " + type + " gives no " + what.replaceFirst("^a ", "")
                            + ": what DMS takes in its place is not documented.",
                    "Give " + what + ".");
        }
    }

    private void primaryKey(DefinePrimaryKey rule, int index) {
        boolean pattern = rule.locator().schemaName().contains("%")
                || String.valueOf(rule.locator().tableName()).contains("%");
        if (pattern) {
            findings.error(
                    index,
                    "object-locator",
                    "PRIMARY_KEY_WITH_WILDCARD",
                    "A key is defined for '" + rule.locator() + "': DMS takes no wildcard there.",
                    "Write one rule for each table.");
        }
        if (rule.columns().isEmpty()) {
            findings.error(
                    index,
                    "primary-key-def.columns",
                    "PRIMARY_KEY_WITHOUT_COLUMNS",
                    "The key '" + rule.keyName() + "' has no columns.",
                    "Name the columns, in order.");
        }
        Set<String> seen = new HashSet<>();
        rule.columns().stream()
                .filter(column -> !seen.add(column))
                .distinct()
                .forEach(column -> findings.error(
                        index,
                        "primary-key-def.columns",
                        "PRIMARY_KEY_COLUMN_TWICE",
                        "The key '" + rule.keyName() + "' names column '" + column + "' twice.",
                        "Name each column once."));
    }

    private void beforeImage(AddBeforeImageColumns rule, int index) {
        if ((rule.columnPrefix() + rule.columnSuffix()).isEmpty()) {
            findings.error(
                    index,
                    "before-image-def",
                    "BEFORE_IMAGE_WITHOUT_NAME",
                    "Prefix and suffix are both empty: before-image columns would have the names of the columns themselves.",
                    "Give a prefix, e.g. \"column-prefix\": \"before_\".");
        }
        if (rule.columnFilter() == BeforeImageFilter.ALL) {
            findings.warning(
                    index,
                    "before-image-def.column-filter",
                    "BEFORE_IMAGE_OF_LOBS",
                    "Before-images are asked for all columns: DMS does not support them for LOBs.",
                    "Write \"column-filter\": \"non-lob\".");
        }
    }

    private void mask(DigitsMask rule, int index) {
        if (!rule.value().matches("[!-~]")) {
            findings.error(
                    index,
                    "value",
                    "MASK_CHARACTER_INVALID",
                    "The mask is '" + rule.value() + "': DMS takes exactly one printable ASCII character, not a blank.",
                    "Write e.g. \"value\": \"#\".");
        }
    }
}
