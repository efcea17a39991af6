package io.convergence.mapping;

import static io.convergence.mapping.RuleFindings.OBJECTS;

import io.convergence.Finding;
import io.convergence.Severity;
import io.convergence.TableId;
import io.convergence.mapping.MappedTable.BeforeImage;
import io.convergence.mapping.RankedRules.Ranked;
import io.convergence.mapping.SelectionStep.Decision;
import io.convergence.mapping.TableEvaluation.Added;
import io.convergence.mapping.TableEvaluation.ColumnEvaluation;
import io.convergence.mapping.TransformationRule.DefinePrimaryKey;
import io.convergence.schema.Column;
import io.convergence.source.SourceSchema;
import io.convergence.source.SourceTable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Applies rules to tables as DMS documents it: locators name source objects, and of several rules for one object the lowest id wins. */
final class MappingEvaluator {
    private final EvaluationOptions options;
    private final RankedRules rules;
    private final RuleFindings findings = new RuleFindings();
    private final SelectionStep selection;
    private final ActionStep actions;
    private final ColumnStep columns;
    private final TableStep tables;

    MappingEvaluator(TableMappings mappings, EvaluationOptions options) {
        this.options = options;
        this.rules = new RankedRules(mappings, options.idOrder());
        NameMatcher names = new NameMatcher(options);
        this.selection = new SelectionStep(options, names, rules, findings);
        this.actions = new ActionStep(options, names, rules, findings);
        this.columns = new ColumnStep(options, names, rules, findings, actions);
        this.tables = new TableStep(options, names, rules, findings);
    }

    MappingEvaluation evaluate(SourceSchema schema) {
        leftOut();
        List<TableEvaluation> evaluated =
                schema.tables().stream().map(this::evaluate).toList();
        refuseTableCollisions(evaluated);
        if (evaluated.stream().noneMatch(TableEvaluation::selected)) {
            findings.add(Finding.warning(
                    "NOTHING_SELECTED",
                    "rules",
                    "No rule selects one of the " + schema.tables().size()
                            + " tables of the source: the task fails when it starts, unless FailOnNoTablesCaptured is false.",
                    "Compare the names, in upper and lower case."));
        }
        List<RuleEvaluation> report = rules.report();
        report.forEach(this::unmatched);
        return new MappingEvaluation(evaluated, report, findings.all());
    }

    /** Rules that say something DMS does not document. */
    private void leftOut() {
        for (Ranked<UnmodelledRule> rule : rules.of(UnmodelledRule.class)) {
            if (rule.rule().mayChangeTables()) {
                findings.error(
                        rule.index(),
                        "",
                        "RULE_LEFT_OUT",
                        "The rule '" + rule.rule().id() + "' (" + rule.rule().type() + " "
                                + rule.rule().action()
                                + ") cannot be interpreted, and it may change which tables and columns are written.",
                        "Correct it as validate() says, or remove it.");
            }
        }
        for (Ranked<Rule> rule : rules.of(Rule.class)) {
            boolean explicit =
                    rule.rule() instanceof SelectionRule selected && selected.action() == SelectionRule.Action.EXPLICIT;
            ObjectLocator where = rule.rule().locator();
            for (String pattern : Patterns.namesOf(where)) {
                if (!explicit && !(rule.rule() instanceof TableSettingsRule) && !Patterns.readable(pattern)) {
                    findings.error(
                            rule.index(),
                            "object-locator",
                            "WILDCARD_INVALID",
                            "The pattern '" + pattern + "' cannot be read, so that it matches nothing.",
                            "Write one of a set as [ab], a range as [a-d], an underscore as [_].");
                }
            }
        }
    }

    private TableEvaluation evaluate(SourceTable table) {
        TableId id = table.id();
        boolean view = options.views().contains(id);
        Decision decision = selection.decide(id, view);
        if (!decision.selected()) {
            return new TableEvaluation(
                    table,
                    view,
                    false,
                    decision.rule(),
                    TargetName.known(id.schema()),
                    TargetName.known(id.name()),
                    List.of(),
                    List.of(),
                    List.of(),
                    null,
                    List.of(),
                    List.of(),
                    null,
                    null,
                    List.of(),
                    null);
        }

        TargetName schema = actions.name(actions.ofSchema(id), id.schema(), id, null);
        TargetName name = actions.name(actions.ofTable(id), id.name(), id, null);
        Optional<Ranked<DefinePrimaryKey>> definedKey = actions.keyOf(id);
        List<ColumnEvaluation> evaluated = columns.columns(table);
        List<Added> added = tables.added(table);
        BeforeImage beforeImage = tables.beforeImage(id);
        List<String> key = tables.key(table, definedKey, evaluated);
        MappedTable drawn = mapped(table, TableId.of(schema.value(), name.value()), evaluated, added, beforeImage, key);
        List<String> beforeImageColumns = beforeImage == null
                ? List.of()
                : drawn.columnsWithBeforeImage().stream()
                        .map(beforeImage::columnFor)
                        .toList();
        refuseColumnCollisions(table, evaluated, added, beforeImageColumns);
        checkFilters(table, decision);
        tables.others(table);
        boolean computed = schema.computed()
                || name.computed()
                || evaluated.stream().anyMatch(column -> column.name().computed());
        return new TableEvaluation(
                table,
                view,
                true,
                decision.rule(),
                schema,
                name,
                evaluated,
                added,
                targetNames(key, evaluated),
                beforeImage,
                beforeImageColumns,
                decision.filters(),
                decision.loadOrder(),
                tables.parallelLoad(id),
                tables.tags(id),
                computed ? null : drawn);
    }

    private static MappedTable mapped(
            SourceTable table,
            TableId target,
            List<ColumnEvaluation> evaluated,
            List<Added> added,
            @Nullable BeforeImage beforeImage,
            List<String> key) {
        List<MappedColumn> columns = evaluated.stream()
                .filter(column -> !column.dropped())
                .map(column -> new MappedColumn(column.source(), column.name().value(), column.type()))
                .toList();
        String sequence = null;
        List<Column> others = new ArrayList<>();
        for (Added column : added) {
            boolean first = sequence == null && column.changeSequence();
            if (first) {
                sequence = column.name();
            } else if (column.type() != null) {
                others.add(Column.nullable(column.name(), column.type()));
            }
        }
        return new MappedTable(table, target, columns, others, sequence, beforeImage, key);
    }

    private static List<TargetName> targetNames(List<String> key, List<ColumnEvaluation> evaluated) {
        return key.stream()
                .flatMap(name -> evaluated.stream()
                        .filter(column ->
                                !column.dropped() && column.source().name().equals(name)))
                .map(ColumnEvaluation::name)
                .toList();
    }

    private void checkFilters(SourceTable table, Decision decision) {
        int index = rules.of(SelectionRule.class).stream()
                .filter(rule -> rule.rule().equals(decision.rule()))
                .mapToInt(Ranked::index)
                .findFirst()
                .orElse(0);
        for (Filter filter : decision.filters()) {
            if (table.column(filter.columnName()).isEmpty()) {
                findings.error(
                        index,
                        "filters",
                        "FILTER_COLUMN_UNKNOWN",
                        "Table " + table.id() + " is filtered by the column '" + filter.columnName()
                                + "', which it does not have.",
                        "Correct the name, in upper and lower case.");
            } else if (ColumnStep.lob(table.column(filter.columnName()).get().type())) {
                findings.error(
                        index,
                        "filters",
                        "FILTER_ON_LOB",
                        "Table " + table.id() + " is filtered by the LOB '" + filter.columnName()
                                + "', which DMS does not support.",
                        "Filter by another column.");
            }
        }
    }

    private void unmatched(RuleEvaluation rule) {
        if (!rule.matchesNothing() || rule.rule() instanceof UnmodelledRule) {
            return;
        }
        boolean selects = rule.rule() instanceof SelectionRule;
        findings.note(
                Severity.WARNING,
                rule.index(),
                "object-locator",
                "RULE_MATCHES_NOTHING",
                "The rule matches nothing: '" + OBJECTS + "' is the name of no "
                        + (selects ? "table of the source." : "object of a selected table."),
                rule.rule().locator().toString(),
                "Compare the names with those of the source, in upper and lower case, or remove the rule.");
    }

    /** S16: two tables under one name overwrite each other's files. */
    private void refuseTableCollisions(List<TableEvaluation> evaluated) {
        Map<TableId, TableId> sources = new HashMap<>();
        Map<String, TableId> ignoringCase = new HashMap<>();
        for (TableEvaluation table : evaluated) {
            if (!table.selected() || table.schema().computed() || table.name().computed()) {
                continue;
            }
            TableId target = TableId.of(table.schema().value(), table.name().value());
            TableId other = sources.put(target, table.source().id());
            if (other != null) {
                findings.add(Finding.error(
                        "TARGET_NAME_TWICE",
                        "rules",
                        "Source tables " + other + " and " + table.source().id() + " would both be written to " + target
                                + ", where their files overwrite each other.",
                        "Rename one of them to another name, or exclude it."));
            }
            TableId similar = ignoringCase.put(target.toString().toLowerCase(Locale.ROOT), target);
            if (similar != null && !similar.equals(target)) {
                findings.add(Finding.warning(
                        "TARGET_NAMES_DIFFER_BY_CASE",
                        "rules",
                        "Tables would be written to " + similar + " and " + target
                                + ", which differ in upper and lower case only: a catalog takes them for one.",
                        "Rename one of them to another name."));
            }
        }
    }

    /** DMS wants column names to be unique; engines that read the files often ignore case. */
    private void refuseColumnCollisions(
            SourceTable table, List<ColumnEvaluation> evaluated, List<Added> added, List<String> beforeImageColumns) {
        List<String> names = new ArrayList<>();
        evaluated.stream()
                .filter(column -> !column.dropped() && !column.name().computed())
                .forEach(column -> names.add(column.name().value()));
        added.stream().filter(column -> !column.changeSequence()).forEach(column -> names.add(column.name()));
        added.stream().filter(Added::changeSequence).forEach(column -> names.add(column.name()));
        names.addAll(beforeImageColumns);

        Set<String> taken = new HashSet<>();
        for (String name : names) {
            if (!taken.add(name.toLowerCase(Locale.ROOT))) {
                findings.add(Finding.error(
                        "COLUMN_NAME_TWICE",
                        "rules",
                        "Table " + table.id() + " would get two columns named '" + name + "' (in upper or lower case).",
                        "Choose another name for the renamed, added or before-image column."));
            }
        }
    }
}
