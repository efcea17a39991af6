package io.convergence.mapping;

import static io.convergence.mapping.RuleFindings.OBJECTS;

import io.convergence.Severity;
import io.convergence.TableId;
import io.convergence.mapping.EvaluationOptions.AddedColumnOrder;
import io.convergence.mapping.EvaluationOptions.DefinedKeys;
import io.convergence.mapping.MappedTable.BeforeImage;
import io.convergence.mapping.RankedRules.Ranked;
import io.convergence.mapping.TableEvaluation.Added;
import io.convergence.mapping.TableEvaluation.ColumnEvaluation;
import io.convergence.mapping.TransformationRule.AddBeforeImageColumns;
import io.convergence.mapping.TransformationRule.AddColumn;
import io.convergence.mapping.TransformationRule.DefinePrimaryKey;
import io.convergence.mapping.TransformationRule.IncludeColumn;
import io.convergence.mapping.TransformationRule.RemoveColumn;
import io.convergence.schema.DataType;
import io.convergence.source.SourceTable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Decides what a table has beside its own columns: added ones, before-images, key, segments, tags. */
final class TableStep {
    private final EvaluationOptions options;
    private final NameMatcher names;
    private final RankedRules rules;
    private final RuleFindings findings;

    TableStep(EvaluationOptions options, NameMatcher names, RankedRules rules, RuleFindings findings) {
        this.options = options;
        this.names = names;
        this.rules = rules;
        this.findings = findings;
    }

    List<Added> added(SourceTable table) {
        List<Ranked<AddColumn>> matching = rules.of(AddColumn.class).stream()
                .filter(rule -> names.table(rule.rule().locator(), table.id()))
                .toList();
        List<Ranked<AddColumn>> inDocument =
                matching.stream().sorted(Comparator.comparingInt(Ranked::index)).toList();
        if (!inDocument.equals(matching)) {
            findings.note(
                    Severity.INFO,
                    inDocument.get(0).index(),
                    "",
                    "ADDED_COLUMN_ORDER_ASSUMED",
                    "The columns added to " + OBJECTS
                            + " stand in another order in the document than by rule-id: in which DMS adds them is not documented. Assumed here: "
                            + options.addedColumnOrder() + ".",
                    table.id().toString(),
                    "Number the rules in the order of the document.");
        }

        List<Added> added = new ArrayList<>();
        for (Ranked<AddColumn> rule : options.addedColumnOrder() == AddedColumnOrder.RULE_ID ? matching : inDocument) {
            rules.applies(rule, table.id().toString());
            added.add(added(rule, table));
        }
        return added;
    }

    private Added added(Ranked<AddColumn> ranked, SourceTable table) {
        AddColumn rule = ranked.rule();
        Optional<DataType> type = Optional.ofNullable(rule.dataType()).flatMap(RuleDataType::toDataType);
        if (type.isEmpty()) {
            findings.error(
                    ranked.index(),
                    "data-type",
                    "ADDED_COLUMN_TYPE_UNKNOWN",
                    "The data-type " + rule.dataType() + " of added column '" + rule.columnName() + "' ("
                            + ranked.named() + ") is none that files can hold.",
                    "Give e.g. {\"type\":\"string\",\"length\":50}.");
        }
        if (rule.expression() != null) {
            columnsOf(rule.expression()).stream()
                    .filter(column -> table.column(column).isEmpty())
                    .forEach(column -> findings.note(
                            Severity.WARNING,
                            ranked.index(),
                            "expression",
                            "EXPRESSION_COLUMN_UNKNOWN",
                            "The expression uses $" + column + ", and there is no such column in " + OBJECTS + ".",
                            table.id().toString(),
                            "Correct the name, in upper and lower case, or narrow the locator."));
        }
        return new Added(rule.columnName(), type.orElse(null), rule.expression());
    }

    /** What cannot be read is among the findings of the document. */
    private static List<String> columnsOf(String expression) {
        try {
            return Expression.parse(expression).columns();
        } catch (IllegalArgumentException e) {
            return List.of();
        }
    }

    @Nullable
    BeforeImage beforeImage(TableId table) {
        List<Ranked<AddBeforeImageColumns>> hits = rules.of(AddBeforeImageColumns.class).stream()
                .filter(rule -> names.table(rule.rule().locator(), table))
                .toList();
        if (hits.isEmpty()) {
            return null;
        }

        rules.applies(hits.get(0), table.toString());
        for (Ranked<AddBeforeImageColumns> loser : hits.subList(1, hits.size())) {
            rules.matches(loser, table.toString());
            findings.note(
                    Severity.WARNING,
                    loser.index(),
                    "",
                    "RULE_OUTRANKED",
                    "The before-image columns of this rule are not added to " + OBJECTS + ": "
                            + hits.get(0).named() + " has the lower id.",
                    table.toString(),
                    "Narrow one of the two locators, or remove a rule.");
        }
        AddBeforeImageColumns rule = hits.get(0).rule();
        return new BeforeImage(rule.columnPrefix(), rule.columnSuffix(), rule.columnFilter());
    }

    /** The source columns that tell rows apart. */
    List<String> key(SourceTable table, Optional<Ranked<DefinePrimaryKey>> defined, List<ColumnEvaluation> columns) {
        List<String> key = defined.map(rule -> definedKey(table, rule, columns)).orElse(table.primaryKey());
        for (ColumnEvaluation column : columns) {
            if (column.dropped() && key.contains(column.source().name())) {
                keyColumnRemoved(table, column);
            }
        }
        return key;
    }

    private void keyColumnRemoved(SourceTable table, ColumnEvaluation column) {
        Optional<Ranked<RemoveColumn>> remove = rules.of(RemoveColumn.class).stream()
                .filter(rule -> names.column(rule.rule().locator(), table.id(), column.source()))
                .findFirst();
        int index = remove.map(Ranked::index)
                .orElseGet(() -> rules.of(IncludeColumn.class).stream()
                        .filter(rule -> names.table(rule.rule().locator(), table.id()))
                        .mapToInt(Ranked::index)
                        .findFirst()
                        .orElseThrow());
        findings.error(
                index,
                "",
                "KEY_COLUMN_REMOVED",
                "Key column '" + column.source().name() + "' of " + table.id() + " is removed by "
                        + (remove.isPresent() ? "a remove-column rule" : "include-column rules that do not name it")
                        + ", so that rows can no longer be told apart.",
                "Keep the key columns.");
    }

    private List<String> definedKey(SourceTable table, Ranked<DefinePrimaryKey> rule, List<ColumnEvaluation> columns) {
        List<String> sources = new ArrayList<>();
        for (String name : rule.rule().columns()) {
            Optional<ColumnEvaluation> column = columns.stream()
                    .filter(candidate -> candidate.source().name().equals(name)
                            || candidate.name().equals(TargetName.known(name)))
                    .findFirst();
            if (column.isEmpty()) {
                findings.note(
                        options.definedKeys() == DefinedKeys.DEFINED_KEY ? Severity.ERROR : Severity.WARNING,
                        rule.index(),
                        "primary-key-def.columns",
                        "KEY_COLUMN_UNKNOWN",
                        "The key names column '" + name + "', and there is no such column in " + OBJECTS + ".",
                        table.id().toString(),
                        "Correct the name, in upper and lower case.");
            } else {
                sources.add(column.get().source().name());
            }
        }
        if (options.definedKeys() == DefinedKeys.DEFINED_KEY) {
            return sources;
        }
        if (!sources.equals(table.primaryKey())) {
            findings.note(
                    Severity.INFO,
                    rule.index(),
                    "primary-key-def",
                    "DEFINED_KEY_NOT_USED",
                    "Files on S3 have no keys, and rows of deletes are sure to hold the source's key only: by it, not by this definition, the rows of "
                            + OBJECTS + " are told apart.",
                    table.id().toString(),
                    "Set EvaluationOptions.definedKeys to DEFINED_KEY where the source logs whole rows.");
        }
        return table.primaryKey();
    }

    @Nullable
    ParallelLoad parallelLoad(TableId table) {
        ParallelLoad load = null;
        for (Ranked<TableSettingsRule> rule : rules.of(TableSettingsRule.class)) {
            if (!names.exactTable(rule.rule().locator(), table)) {
                continue;
            }
            if (load == null && rule.rule().parallelLoad() != null) {
                load = rule.rule().parallelLoad();
            }
            rules.applies(rule, table.toString());
        }
        return load;
    }

    /** The rule with the most exact locator wins, among equals the first of the document. */
    List<PostProcessingRule.Tag> tags(TableId table) {
        List<Ranked<PostProcessingRule>> hits = rules.of(PostProcessingRule.class).stream()
                .filter(rule -> names.table(rule.rule().locator(), table))
                .sorted(Comparator.<Ranked<PostProcessingRule>>comparingInt(
                                rule -> wildcards(rule.rule().locator()))
                        .thenComparingInt(Ranked::index))
                .toList();
        hits.forEach(rule -> rules.matches(rule, table.toString()));
        if (hits.isEmpty()) {
            return List.of();
        }
        rules.applies(hits.get(0), table.toString());
        return hits.get(0).rule().tags();
    }

    private static int wildcards(ObjectLocator locator) {
        return (Patterns.exact(locator.schemaName()) ? 0 : 1)
                + (Patterns.exact(String.valueOf(locator.tableName())) ? 0 : 1);
    }

    /** Rules that change nothing in the files; what they are about is reported all the same. */
    void others(SourceTable table) {
        for (Ranked<ObjectMappingRule> rule : rules.of(ObjectMappingRule.class)) {
            if (names.table(rule.rule().locator(), table.id())) {
                rules.matches(rule, table.id().toString());
            }
        }
        for (Ranked<ValidationRule> rule : rules.of(ValidationRule.class)) {
            table.columns().stream()
                    .filter(column -> names.column(rule.rule().locator(), table.id(), column))
                    .forEach(column -> rules.applies(rule, ActionStep.name(table.id(), column)));
        }
        for (Ranked<TransformationRule> rule : rules.of(TransformationRule.class)) {
            boolean tablespace = rule.rule().target() == RuleTarget.TABLE_TABLESPACE
                    || rule.rule().target() == RuleTarget.INDEX_TABLESPACE;
            if (tablespace && names.table(rule.rule().locator(), table.id())) {
                rules.matches(rule, table.id().toString());
            }
        }
    }
}
