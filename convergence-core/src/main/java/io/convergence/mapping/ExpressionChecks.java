package io.convergence.mapping;

import io.convergence.mapping.NamingRule.Rename;
import io.convergence.mapping.TransformationRule.AddColumn;
import java.util.Set;

/** The expressions of add-column and rename. */
final class ExpressionChecks {
    /** DMS guide, "Using SQLite expressions for building transformation rule expressions". */
    private static final Set<String> FUNCTIONS = Set.of(
            "lower",
            "upper",
            "ltrim",
            "rtrim",
            "trim",
            "replace",
            "substr",
            "replacechars",
            "hex",
            "randomblob",
            "zeroblob",
            "abs",
            "random",
            "round",
            "max",
            "min",
            "coalesce",
            "ifnull",
            "nullif",
            "date",
            "time",
            "datetime",
            "julianday",
            "strftime",
            "hash_sha256",
            "operation_indicator",
            "cast");

    private static final Set<String> HEADERS = Set.of(
            "AR_H_STREAM_POSITION",
            "AR_H_CHANGE_SEQ",
            "AR_H_TIMESTAMP",
            "AR_H_COMMIT_TIMESTAMP",
            "AR_H_OPERATION",
            "AR_H_USER",
            "AR_M_SOURCE_SCHEMA",
            "AR_M_SOURCE_TABLE_NAME",
            "AR_M_SOURCE_COLUMN_NAME",
            "AR_M_SOURCE_COLUMN_DATATYPE");

    private static final String KEY = "expression";

    private final RuleFindings findings;

    private ExpressionChecks(RuleFindings findings) {
        this.findings = findings;
    }

    static void check(TableMappings mappings, RuleFindings findings) {
        ExpressionChecks checks = new ExpressionChecks(findings);
        MappingChecks.each(mappings, AddColumn.class, (rule, index) -> {
            if (rule.expression() != null) {
                checks.expression(rule.expression(), index, false);
            }
        });
        MappingChecks.each(mappings, Rename.class, (rule, index) -> {
            if (rule.expression() != null) {
                checks.expression(rule.expression(), index, true);
            }
        });
    }

    private void expression(String text, int index, boolean name) {
        Expression expression;
        try {
            expression = Expression.parse(text);
        } catch (IllegalArgumentException e) {
            findings.error(
                    index,
                    KEY,
                    "EXPRESSION_INVALID",
                    String.valueOf(e.getMessage()),
                    "Correct the expression; DMS takes SQLite expressions.");
            return;
        }

        expression.headers().stream()
                .filter(header -> !HEADERS.contains(header))
                .forEach(
                        header -> findings.warning(
                                index,
                                KEY,
                                "EXPRESSION_HEADER_UNKNOWN",
                                "The expression uses $" + header + ", which DMS does not document.",
                                "Use one of $AR_H_CHANGE_SEQ, $AR_H_STREAM_POSITION, $AR_H_TIMESTAMP, $AR_H_COMMIT_TIMESTAMP, $AR_H_OPERATION, $AR_H_USER, "
                                        + "$AR_M_SOURCE_SCHEMA, $AR_M_SOURCE_TABLE_NAME, $AR_M_SOURCE_COLUMN_NAME, $AR_M_SOURCE_COLUMN_DATATYPE."));
        expression.functions().stream()
                .filter(function -> !FUNCTIONS.contains(function))
                .forEach(function -> findings.warning(
                        index,
                        KEY,
                        "EXPRESSION_FUNCTION_UNKNOWN",
                        "The expression calls " + function + "(), which DMS does not list.",
                        "Use one of the functions of DMS's guide, or try it on a test table."));
        expression
                .bareNames()
                .forEach(bare -> findings.warning(
                        index,
                        KEY,
                        "EXPRESSION_NAME_WITHOUT_SIGN",
                        "The expression holds the name " + bare + " without a sign: DMS finds columns by $" + bare
                                + " only.",
                        "Write $" + bare + " for the column, '" + bare + "' for a text."));
        if (expression.functions().contains("operation_indicator")) {
            findings.warning(
                    index,
                    KEY,
                    "OPERATION_INDICATOR_ON_S3",
                    "The expression calls operation_indicator(), which turns deletes into rows with a flag; files on S3 have the column Op for that.",
                    "Remove the rule.");
        }
        if (name && expression.readsRows()) {
            findings.error(
                    index,
                    KEY,
                    "NAME_FROM_ROW_DATA",
                    "The expression \"" + text + "\" makes a name of what is in a row or change.",
                    "Use constants and $AR_M_SOURCE_SCHEMA, $AR_M_SOURCE_TABLE_NAME, $AR_M_SOURCE_COLUMN_NAME.");
        }
    }
}
