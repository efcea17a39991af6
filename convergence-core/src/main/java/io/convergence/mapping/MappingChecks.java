package io.convergence.mapping;

import io.convergence.Finding;
import io.convergence.mapping.TransformationRule.AddBeforeImageColumns;
import io.convergence.mapping.TransformationRule.AddColumn;
import io.convergence.mapping.TransformationRule.Rename;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The checks behind {@link TableMappings#validate()}. */
final class MappingChecks {
    /** The service says 2 MB; whether that is 2,000,000 or 2,097,152 bytes is not known. */
    private static final int SIZE_WARNING = 2_000_000;

    private static final int SIZE_ERROR = 2_097_152;

    private final TableMappings mappings;
    private final List<Finding> findings = new ArrayList<>();
    private final Map<String, Integer> ids = new HashMap<>();
    private final Map<String, Integer> names = new HashMap<>();

    private MappingChecks(TableMappings mappings) {
        this.mappings = mappings;
    }

    static List<Finding> findings(TableMappings mappings) {
        MappingChecks checks = new MappingChecks(mappings);
        checks.document();
        for (int i = 0; i < mappings.rules().size(); i++) {
            checks.rule(mappings.rules().get(i), i);
        }
        return List.copyOf(checks.findings);
    }

    private void document() {
        boolean selects = mappings.rules().stream()
                .anyMatch(rule ->
                        rule instanceof SelectionRule selection && selection.action() != SelectionRule.Action.EXCLUDE);
        if (!selects) {
            findings.add(Finding.error(
                    "NO_SELECTION",
                    "$.rules",
                    "No rule selects a table: the task fails when it starts.",
                    "Add a selection rule with the action include, e.g. include(\"public\", \"%\")."));
        }

        int size = mappings.toJson().getBytes(StandardCharsets.UTF_8).length;
        if (size > SIZE_ERROR) {
            findings.add(Finding.error(
                    "DOCUMENT_TOO_LARGE",
                    "$",
                    "The document takes " + size + " bytes, DMS allows 2 MB.",
                    "Split the tables over several tasks."));
        } else if (size > SIZE_WARNING) {
            findings.add(Finding.warning(
                    "DOCUMENT_TOO_LARGE",
                    "$",
                    "The document takes " + size
                            + " bytes; DMS allows 2 MB and does not say whether that is 2,000,000 bytes.",
                    "Split the tables over several tasks."));
        }
    }

    private void rule(Rule rule, int index) {
        String path = "$.rules[" + index + "]";
        identity(rule, path, index);
        if (rule instanceof SelectionRule selection) {
            selection(selection, path);
        } else if (rule instanceof TransformationRule transformation) {
            transformation(transformation, path);
        } else if (rule instanceof UnmodelledRule unmodelled) {
            unmodelled(unmodelled, path);
        }
    }

    private void identity(Rule rule, String path, int index) {
        if (RuleIds.number(rule.id()).isEmpty()) {
            findings.add(Finding.error(
                    "RULE_ID_NOT_A_NUMBER",
                    path + ".rule-id",
                    "The rule-id is '" + rule.id() + "': DMS wants a number, by which it decides between rules.",
                    "Give a number that no other rule has, as text: \"rule-id\": \"" + (index + 1) + "\"."));
        } else {
            Integer other = ids.putIfAbsent(RuleIds.number(rule.id()).get().toString(), index);
            if (other != null) {
                findings.add(Finding.error(
                        "DUPLICATE_RULE_ID",
                        path + ".rule-id",
                        "The rule-id '" + rule.id() + "' is also that of $.rules[" + other
                                + "]: which of them wins is not defined.",
                        "Give each rule a number of its own."));
            }
        }

        if (rule.name().isEmpty()) {
            findings.add(Finding.error(
                    "RULE_NAME_MISSING",
                    path + ".rule-name",
                    "The rule has no rule-name, which DMS requires.",
                    "Give a unique alphanumeric name."));
            return;
        }
        Integer other = names.putIfAbsent(rule.name(), index);
        if (other != null) {
            findings.add(Finding.warning(
                    "DUPLICATE_RULE_NAME",
                    path + ".rule-name",
                    "The rule-name '" + rule.name() + "' is also that of $.rules[" + other
                            + "]; DMS documents names as unique.",
                    "Give each rule a name of its own."));
        }
        if (!rule.name().matches("[A-Za-z0-9]+")) {
            findings.add(Finding.info(
                    "RULE_NAME_NOT_ALPHANUMERIC",
                    path + ".rule-name",
                    "The rule-name '" + rule.name()
                            + "' holds more than letters and digits, which DMS documents and does not enforce.",
                    "Use letters and digits only."));
        }
    }

    private void selection(SelectionRule rule, String path) {
        String where = path + ".object-locator";
        if (rule.action() == SelectionRule.Action.EXPLICIT) {
            exact(rule.locator().schemaName(), where + ".schema-name");
            exact(rule.locator().tableName(), where + ".table-name");
        } else {
            pattern(rule.locator().schemaName(), where + ".schema-name");
            pattern(rule.locator().tableName(), where + ".table-name");
        }
        if (rule.loadOrder() != null && rule.loadOrder() < 1) {
            findings.add(Finding.error(
                    "LOAD_ORDER_NOT_POSITIVE",
                    path + ".load-order",
                    "The load-order is " + rule.loadOrder() + ": it must be 1 to 2147483647.",
                    "Give a positive number; a higher one is loaded earlier."));
        }
        if (rule.filters().isEmpty()) {
            return;
        }
        if (rule.action() != SelectionRule.Action.INCLUDE) {
            findings.add(Finding.error(
                    "FILTER_IGNORED",
                    path + ".filters",
                    "The filters stand in a rule with the action " + wire(rule.action())
                            + ": DMS honours them only in include rules, so all rows would be read.",
                    "Use the action include for this table."));
        } else if (rule.locator().schemaName().contains("%")
                || String.valueOf(rule.locator().tableName()).contains("%")) {
            findings.add(Finding.error(
                    "FILTER_WITH_WILDCARD",
                    path + ".filters",
                    "The filters stand beside the pattern '" + rule.locator().schemaName() + "."
                            + rule.locator().tableName() + "': DMS filters only tables that are named exactly.",
                    "Write one include rule for each filtered table."));
        }
    }

    private void transformation(TransformationRule rule, String path) {
        String where = path + ".object-locator";
        valid(rule.locator().schemaName(), where + ".schema-name");
        rule.locator().table().ifPresent(name -> valid(name, where + ".table-name"));
        rule.locator().column().ifPresent(name -> valid(name, where + ".column-name"));
        if (rule instanceof Rename rename) {
            rename(rename, path);
        } else if (rule instanceof AddColumn add) {
            addColumn(add, path);
        } else if (rule instanceof AddBeforeImageColumns before
                && (before.columnPrefix() + before.columnSuffix()).isEmpty()) {
            findings.add(Finding.error(
                    "BEFORE_IMAGE_WITHOUT_NAME",
                    path + ".before-image-def",
                    "Prefix and suffix are both empty: before-image columns would have the names of the columns themselves.",
                    "Give a prefix, e.g. \"column-prefix\": \"before_\"."));
        }
    }

    private void rename(Rename rule, String path) {
        if (rule.value() == null && rule.expression() == null) {
            findings.add(Finding.error(
                    "RENAME_WITHOUT_NAME",
                    path + ".value",
                    "The rule renames to nothing.",
                    "Give the new name as value."));
        }
        if (rule.value() != null && rule.value().isEmpty()) {
            findings.add(Finding.error(
                    "RENAME_WITHOUT_NAME",
                    path + ".value",
                    "The rule renames to an empty name.",
                    "Give the new name as value."));
        }
        String renamed = switch (rule.target()) {
            case TABLE -> rule.locator().tableName();
            case COLUMN -> rule.locator().columnName();
            case SCHEMA, TABLE_TABLESPACE, INDEX_TABLESPACE -> null;
        };
        if (rule.value() != null && renamed != null && renamed.contains("%")) {
            findings.add(Finding.warning(
                    "RENAME_MANY_TO_ONE",
                    path + ".value",
                    "Everything that matches '" + renamed + "' is renamed to '" + rule.value()
                            + "': where two match, they collide.",
                    "Write one rename rule for each name."));
        }
        if (rule.target() == RuleTarget.COLUMN
                && mappings.rules().stream().anyMatch(AddBeforeImageColumns.class::isInstance)) {
            findings.add(Finding.warning(
                    "BEFORE_IMAGE_OF_RENAMED_COLUMN",
                    path,
                    "A column is renamed and before-image columns are added: whether DMS names the before-image after the old or the new name is not documented.",
                    "Keep the names of key columns, or compare a file with the spec."));
        }
    }

    private void addColumn(AddColumn rule, String path) {
        RuleDataType type = rule.dataType();
        if (type == null) {
            findings.add(Finding.error(
                    "ADDED_COLUMN_WITHOUT_TYPE",
                    path + ".data-type",
                    "Column '" + rule.columnName() + "' is added without a data-type.",
                    "Give one, e.g. {\"type\":\"string\",\"length\":50}."));
        } else if (type.toDataType().isEmpty()) {
            findings.add(Finding.error(
                    "ADDED_COLUMN_TYPE_UNKNOWN",
                    path + ".data-type",
                    "Column '" + rule.columnName() + "' is added with the data-type " + type
                            + ", which is none that files can hold.",
                    "Give one of DMS's types, e.g. {\"type\":\"string\",\"length\":50}."));
        } else if (rule.changeSequence() && sequenceCut(type)) {
            findings.add(Finding.error(
                    "CHANGE_SEQUENCE_CUT",
                    path + ".data-type",
                    "Column '" + rule.columnName() + "' is to hold " + TransformationRule.CHANGE_SEQUENCE
                            + ", a text of 35 digits, as " + type.toDataType().get()
                            + ": it would be cut, and changes lose their order.",
                    "Use {\"type\":\"string\",\"length\":35}."));
        }
        if (rule.expression() == null) {
            findings.add(Finding.info(
                    "ADDED_COLUMN_EMPTY",
                    path + ".expression",
                    "Column '" + rule.columnName() + "' is added without an expression: it stays empty.",
                    "Give an expression, or leave the column out."));
        }
    }

    private static boolean sequenceCut(RuleDataType type) {
        return type.toDataType()
                .filter(dms -> !dms.kind().text() || (dms.length() > 0 && dms.length() < 35))
                .isPresent();
    }

    private void unmodelled(UnmodelledRule rule, String path) {
        String what = "The rule (" + rule.type() + (rule.action().isEmpty() ? "" : " " + rule.action()) + ") "
                + rule.reason();
        if (rule.mayChangeTables()) {
            findings.add(Finding.warning(
                    "RULE_NOT_INTERPRETED",
                    path,
                    what + ". It is kept and passed to DMS, but what it does to tables and columns is not known here.",
                    "Correct the rule, or describe the resulting tables by hand."));
        } else {
            findings.add(Finding.info(
                    "RULE_NOT_INTERPRETED",
                    path,
                    what + ". It is kept and passed to DMS.",
                    "Nothing: it does not change names or columns."));
        }
    }

    private void exact(@Nullable String name, String path) {
        if (name != null && (name.contains("%") || name.contains("["))) {
            findings.add(Finding.error(
                    "WILDCARD_IN_EXPLICIT",
                    path,
                    "The name '" + name + "' holds a wildcard: explicit rules take names as they are.",
                    "Write the exact name, or use the action include."));
        }
    }

    private void pattern(@Nullable String pattern, String path) {
        if (pattern == null || !valid(pattern, path)) {
            return;
        }
        if (pattern.replaceAll("\\[[^]]*]", "").contains("_")) {
            findings.add(Finding.info(
                    "UNESCAPED_UNDERSCORE",
                    path,
                    "In the pattern '" + pattern + "' the underscore stands for any character.",
                    "Write '" + pattern.replaceAll("(?<!\\[)_", "[_]") + "' if an underscore is meant."));
        }
    }

    private boolean valid(String pattern, String path) {
        try {
            Wildcard.of(pattern);
            return true;
        } catch (IllegalArgumentException e) {
            findings.add(Finding.error(
                    "WILDCARD_INVALID",
                    path,
                    String.valueOf(e.getMessage()),
                    "Correct the pattern, or use the action explicit for one table."));
            return false;
        }
    }

    private static String wire(SelectionRule.Action action) {
        return action.name().toLowerCase(Locale.ROOT);
    }
}
