package io.convergence.mapping;

import static io.convergence.mapping.RuleFindings.OBJECTS;

import io.convergence.Severity;
import io.convergence.TableId;
import io.convergence.mapping.EvaluationOptions.DroppingRules;
import io.convergence.mapping.EvaluationOptions.IdOrder;
import io.convergence.mapping.EvaluationOptions.PrimaryKeyRules;
import io.convergence.mapping.RankedRules.Ranked;
import io.convergence.mapping.TransformationRule.ChangeDataType;
import io.convergence.mapping.TransformationRule.DefinePrimaryKey;
import io.convergence.mapping.TransformationRule.IncludeColumn;
import io.convergence.mapping.TransformationRule.RemoveColumn;
import io.convergence.source.SourceColumn;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Finds for each schema, table and column the one action that is applied to it: that with the lowest id. */
final class ActionStep {
    private final EvaluationOptions options;
    private final NameMatcher names;
    private final RankedRules rules;
    private final RuleFindings findings;
    private final List<Ranked<TransformationRule>> transformations;

    /** Those about the table in hand and its columns. */
    private List<Ranked<TransformationRule>> ofTable = List.of();

    private @Nullable TableId inHand;

    ActionStep(EvaluationOptions options, NameMatcher names, RankedRules rules, RuleFindings findings) {
        this.options = options;
        this.names = names;
        this.rules = rules;
        this.findings = findings;
        this.transformations = rules.of(TransformationRule.class);
    }

    Optional<Ranked<TransformationRule>> ofSchema(TableId table) {
        return winner(
                transformations,
                rule -> rule instanceof NamingRule
                        && rule.target() == RuleTarget.SCHEMA
                        && names.schema(rule.locator(), table),
                table.schema());
    }

    Optional<Ranked<TransformationRule>> ofTable(TableId table) {
        boolean keysToo = options.primaryKeyRules() == PrimaryKeyRules.COMPETE;
        return winner(
                about(table),
                rule -> rule.target() == RuleTarget.TABLE
                        && (rule instanceof NamingRule || (keysToo && rule instanceof DefinePrimaryKey)),
                table.toString());
    }

    /** The key that is defined for a table; with {@link PrimaryKeyRules#COMPETE} only if nothing else is applied to it. */
    Optional<Ranked<DefinePrimaryKey>> keyOf(TableId table) {
        Optional<Ranked<TransformationRule>> winner = options.primaryKeyRules() == PrimaryKeyRules.COMPETE
                ? ofTable(table)
                : winner(about(table), rule -> rule instanceof DefinePrimaryKey, table.toString());
        return winner.filter(rule -> rule.rule() instanceof DefinePrimaryKey)
                .map(rule -> new Ranked<>(rule.index(), (DefinePrimaryKey) rule.rule()));
    }

    Optional<Ranked<TransformationRule>> ofColumn(TableId table, SourceColumn column) {
        boolean dropsToo = options.droppingRules() == DroppingRules.COMPETE;
        return winner(
                about(table),
                rule -> rule.target() == RuleTarget.COLUMN
                        && (rule instanceof NamingRule
                                || rule instanceof ChangeDataType
                                || (dropsToo && (rule instanceof RemoveColumn || rule instanceof IncludeColumn)))
                        && names.column(rule.locator(), table, column),
                name(table, column));
    }

    /** Masking stands beside the column's one action. */
    Optional<MaskingRule> mask(TableId table, SourceColumn column) {
        return winner(
                        about(table),
                        rule -> rule instanceof MaskingRule && names.column(rule.locator(), table, column),
                        name(table, column))
                .map(rule -> (MaskingRule) rule.rule());
    }

    /** Notes what is about a column that is not written: matched, not applied. */
    void notApplied(TableId table, SourceColumn column) {
        about(table).stream()
                .filter(rule -> names.column(rule.rule().locator(), table, column))
                .forEach(rule -> rules.matches(rule, name(table, column)));
    }

    /** The name that the action gives, or the source's own if it is about something else. */
    TargetName name(
            Optional<Ranked<TransformationRule>> action,
            String sourceName,
            TableId table,
            @Nullable SourceColumn column) {
        if (action.isEmpty() || !(action.get().rule() instanceof NamingRule naming)) {
            return TargetName.known(sourceName);
        }

        Optional<String> known = naming.newName(sourceName);
        if (known.isPresent() && !known.get().isEmpty()) {
            return TargetName.known(known.get());
        }
        if (naming instanceof NamingRule.Rename rename && rename.expression() != null) {
            return computed(action.get(), rename.expression(), table, column);
        }
        findings.error(
                action.get().index(),
                "value",
                "NAME_EMPTY",
                "The name '" + sourceName + "' of " + (column == null ? table : name(table, column))
                        + " would become empty.",
                "Give it a name.");
        return TargetName.known(sourceName);
    }

    private TargetName computed(Ranked<?> rule, String expression, TableId table, @Nullable SourceColumn column) {
        Map<String, String> headers =
                new HashMap<>(Map.of("AR_M_SOURCE_SCHEMA", table.schema(), "AR_M_SOURCE_TABLE_NAME", table.name()));
        if (column != null) {
            headers.put("AR_M_SOURCE_COLUMN_NAME", column.name());
            headers.put(
                    "AR_M_SOURCE_COLUMN_DATATYPE", column.type().kind().name().toLowerCase(Locale.ROOT));
        }
        try {
            Optional<String> name = options.nameExpressions().name(Expression.parse(expression), headers);
            if (name.isPresent() && !name.get().isEmpty()) {
                return TargetName.known(name.get());
            }
        } catch (IllegalArgumentException e) {
            findings.error(
                    rule.index(),
                    "expression",
                    "EXPRESSION_INVALID",
                    String.valueOf(e.getMessage()),
                    "Correct the expression.");
            return TargetName.computedBy(expression);
        }
        findings.note(
                Severity.WARNING,
                rule.index(),
                "expression",
                RuleFindings.NAME_COMPUTED,
                "The name of " + OBJECTS + " is computed by the expression \"" + expression
                        + "\", which only DMS can do.",
                column == null ? table.toString() : name(table, column),
                "Give the new name as value, or EvaluationOptions.nameExpressions that compute it.");
        return TargetName.computedBy(expression);
    }

    private List<Ranked<TransformationRule>> about(TableId table) {
        if (!table.equals(inHand)) {
            inHand = table;
            ofTable = transformations.stream()
                    .filter(rule -> names.table(rule.rule().locator(), table))
                    .toList();
        }
        return ofTable;
    }

    private Optional<Ranked<TransformationRule>> winner(
            List<Ranked<TransformationRule>> candidates, Predicate<TransformationRule> about, String object) {
        List<Ranked<TransformationRule>> hits =
                candidates.stream().filter(rule -> about.test(rule.rule())).toList();
        if (hits.isEmpty()) {
            return Optional.empty();
        }

        Ranked<TransformationRule> first = hits.get(0);
        rules.applies(first, object);
        for (Ranked<TransformationRule> loser : hits.subList(1, hits.size())) {
            rules.matches(loser, object);
            outranked(loser, first, object);
        }
        return Optional.of(first);
    }

    private void outranked(Ranked<TransformationRule> loser, Ranked<TransformationRule> winner, String object) {
        boolean key = loser.rule() instanceof DefinePrimaryKey ^ winner.rule() instanceof DefinePrimaryKey;
        findings.note(
                Severity.WARNING,
                loser.index(),
                "",
                key ? "PRIMARY_KEY_COMPETES" : "RULE_OUTRANKED",
                "The action " + Actions.of(loser.rule()) + " is not applied to " + OBJECTS
                        + ": DMS applies one action to an object, and "
                        + winner.named() + " (" + Actions.of(winner.rule()) + ") has the lower id."
                        + (key ? " Whether a key really competes with a name is not documented." : ""),
                object,
                "Narrow one of the two locators, or remove a rule.");
        boolean asTextToo = (loser.rule().id().compareTo(winner.rule().id()) > 0)
                == (RuleIds.ORDER.compare(loser.rule(), winner.rule()) > 0);
        if (!asTextToo) {
            findings.note(
                    Severity.INFO,
                    loser.index(),
                    "rule-id",
                    "RULE_ID_ORDER_ASSUMED",
                    "The ids '" + winner.rule().id() + "' and '" + loser.rule().id()
                            + "' decide what is applied to " + OBJECTS
                            + ", and compare differently as numbers and as texts. Assumed here: " + options.idOrder()
                            + "; the service implies NUMERIC.",
                    object,
                    options.idOrder() == IdOrder.NUMERIC
                            ? "Use ids of the same number of digits."
                            : "Use ids of the same number of digits, or EvaluationOptions.idOrder NUMERIC.");
        }
    }

    static String name(TableId table, SourceColumn column) {
        return table + "." + column.name();
    }
}
