package io.convergence.mapping;

import static io.convergence.mapping.RuleFindings.OBJECTS;

import io.convergence.Severity;
import io.convergence.TableId;
import io.convergence.mapping.EvaluationOptions.DroppingRules;
import io.convergence.mapping.MaskingRule.DigitsRandomize;
import io.convergence.mapping.MaskingRule.HashMask;
import io.convergence.mapping.RankedRules.Ranked;
import io.convergence.mapping.TableEvaluation.ColumnEvaluation;
import io.convergence.mapping.TransformationRule.ChangeDataType;
import io.convergence.mapping.TransformationRule.IncludeColumn;
import io.convergence.mapping.TransformationRule.RemoveColumn;
import io.convergence.schema.DataType;
import io.convergence.schema.DataType.Kind;
import io.convergence.source.SourceColumn;
import io.convergence.source.SourceTable;
import java.util.List;
import java.util.Optional;

/** Decides what becomes of the columns of a table. */
final class ColumnStep {
    private final EvaluationOptions options;
    private final NameMatcher names;
    private final RankedRules rules;
    private final RuleFindings findings;
    private final ActionStep actions;
    private final List<Ranked<IncludeColumn>> includes;
    private final List<Ranked<RemoveColumn>> removes;

    ColumnStep(
            EvaluationOptions options,
            NameMatcher names,
            RankedRules rules,
            RuleFindings findings,
            ActionStep actions) {
        this.options = options;
        this.names = names;
        this.rules = rules;
        this.findings = findings;
        this.actions = actions;
        this.includes = rules.of(IncludeColumn.class);
        this.removes = rules.of(RemoveColumn.class);
    }

    List<ColumnEvaluation> columns(SourceTable table) {
        return table.columns().stream().map(column -> column(table, column)).toList();
    }

    private ColumnEvaluation column(SourceTable table, SourceColumn column) {
        TableId id = table.id();
        boolean competing = options.droppingRules() == DroppingRules.COMPETE;
        if (!competing && dropped(id, column)) {
            actions.notApplied(id, column);
            return dropped(column);
        }
        Optional<Ranked<TransformationRule>> action = actions.ofColumn(id, column);
        if (competing && droppedByAction(id, action)) {
            return dropped(column);
        }

        if (!competing && action.isPresent()) {
            includedWithAction(id, column);
        }
        action.filter(rule -> lob(column.type()))
                .ifPresent(rule -> findings.note(
                        Severity.WARNING,
                        rule.index(),
                        "",
                        "LOB_TRANSFORMED",
                        "The action " + Actions.of(rule.rule()) + " is about the LOB " + OBJECTS
                                + ": DMS documents remove-column as the only action for LOBs.",
                        ActionStep.name(id, column),
                        "Leave LOBs out of the locator, and look at a file."));
        DataType type = type(id, column, action);
        Optional<MaskingRule> mask = actions.mask(id, column);
        mask.ifPresent(rule -> checkMask(table, column, type, rule));
        return new ColumnEvaluation(
                column, actions.name(action, column.name(), id, column), type, false, mask.orElse(null));
    }

    private static ColumnEvaluation dropped(SourceColumn column) {
        return new ColumnEvaluation(column, TargetName.known(column.name()), column.type(), true, null);
    }

    private boolean dropped(TableId id, SourceColumn column) {
        String name = ActionStep.name(id, column);
        List<Ranked<RemoveColumn>> removing = removes.stream()
                .filter(rule -> names.column(rule.rule().locator(), id, column))
                .toList();
        removing.forEach(rule -> rules.applies(rule, name));
        List<Ranked<IncludeColumn>> including = including(id, column);
        including.forEach(rule -> rules.applies(rule, name));
        return !removing.isEmpty() || (includesSome(id) && including.isEmpty());
    }

    private List<Ranked<IncludeColumn>> including(TableId id, SourceColumn column) {
        return includes.stream()
                .filter(rule -> names.column(rule.rule().locator(), id, column))
                .toList();
    }

    private void includedWithAction(TableId id, SourceColumn column) {
        for (Ranked<IncludeColumn> rule : including(id, column)) {
            findings.note(
                    Severity.WARNING,
                    rule.index(),
                    "",
                    "INCLUDE_COLUMN_WITH_ACTION",
                    "The columns " + OBJECTS
                            + " are included and also renamed or given a type: whether DMS applies both is not documented. Assumed here: both.",
                    ActionStep.name(id, column),
                    "Look at a file, or set EvaluationOptions.droppingRules to what you observe.");
        }
    }

    private boolean droppedByAction(TableId id, Optional<Ranked<TransformationRule>> action) {
        boolean removed =
                action.filter(rule -> rule.rule() instanceof RemoveColumn).isPresent();
        boolean included =
                action.filter(rule -> rule.rule() instanceof IncludeColumn).isPresent();
        return removed || (includesSome(id) && !included);
    }

    private boolean includesSome(TableId id) {
        return includes.stream().anyMatch(rule -> names.table(rule.rule().locator(), id));
    }

    private DataType type(TableId id, SourceColumn column, Optional<Ranked<TransformationRule>> action) {
        if (action.isEmpty() || !(action.get().rule() instanceof ChangeDataType change)) {
            return column.type();
        }

        Optional<DataType> type = change.dataType().toDataType();
        if (type.isEmpty()) {
            findings.error(
                    action.get().index(),
                    "data-type",
                    "DATA_TYPE_NOT_FOR_FILES",
                    "Column " + ActionStep.name(id, column) + " would get the type " + change.dataType()
                            + ", which is none that files can hold.",
                    "Give e.g. {\"type\":\"string\",\"length\":50}.");
        }
        return type.orElse(column.type());
    }

    private void checkMask(SourceTable table, SourceColumn column, DataType type, MaskingRule mask) {
        int index = rules.of(MaskingRule.class).stream()
                .filter(rule -> rule.rule().equals(mask))
                .mapToInt(Ranked::index)
                .findFirst()
                .orElseThrow();
        String name = ActionStep.name(table.id(), column);
        boolean text = type.kind() == Kind.STRING || type.kind() == Kind.WSTRING;
        boolean digits = type.kind() == Kind.NUMERIC || type.kind().integer() || type.kind() == Kind.UINT8;
        if (!text && !(mask instanceof DigitsRandomize && digits)) {
            findings.note(
                    Severity.WARNING,
                    index,
                    "",
                    "MASK_OF_OTHER_TYPE",
                    "The action " + Actions.of(mask) + " is about " + OBJECTS
                            + ", of a type that DMS does not document for it: the values may be written as they are.",
                    name + " " + type,
                    "Remove the column, or change its type to string.");
        }
        if (mask instanceof HashMask && text && type.length() > 0 && type.length() < HashMask.LENGTH) {
            findings.note(
                    Severity.WARNING,
                    index,
                    "",
                    "HASH_CUT",
                    "A hash takes " + HashMask.LENGTH + " characters, and there are fewer in " + OBJECTS + ".",
                    name + " " + type,
                    "Change the type to string(64) in a rule with a smaller id.");
        }
        if (!table.primaryKey().contains(column.name())) {
            return;
        }
        if (mask instanceof HashMask) {
            findings.note(
                    Severity.WARNING,
                    index,
                    "",
                    "KEY_MASKED",
                    "The key column " + OBJECTS
                            + " is hashed: equal values stay equal, but DMS's validation treats the table as without a key.",
                    name,
                    "Keep the key, or accept it.");
        } else {
            findings.error(
                    index,
                    "",
                    "KEY_MASKED",
                    "Key column " + name + " is masked by " + Actions.of(mask)
                            + ", so that rows can no longer be told apart.",
                    "Use data-masking-hash-mask, or keep the key.");
        }
    }

    static boolean lob(DataType type) {
        return type.kind() == Kind.CLOB || type.kind() == Kind.NCLOB || type.kind() == Kind.BLOB;
    }
}
