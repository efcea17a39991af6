package io.convergence.testkit.dms;

import io.convergence.TableId;
import io.convergence.mapping.EvaluationOptions;
import io.convergence.mapping.MappedTable;
import io.convergence.mapping.MappingEvaluation;
import io.convergence.mapping.Rule;
import io.convergence.mapping.RuleEvaluation;
import io.convergence.mapping.RuleTarget;
import io.convergence.mapping.SelectionRule;
import io.convergence.mapping.TableEvaluation;
import io.convergence.mapping.TableEvaluation.Added;
import io.convergence.mapping.TableEvaluation.ColumnEvaluation;
import io.convergence.mapping.TableMappings;
import io.convergence.mapping.TransformationRule;
import io.convergence.mapping.TransformationRule.AddColumn;
import io.convergence.mapping.TransformationRule.ChangeDataType;
import io.convergence.source.RowImages;
import io.convergence.source.SourceColumn;
import io.convergence.source.SourceEngine;
import io.convergence.source.SourceSchema;
import io.convergence.source.SourceTable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Plans from table mappings. Names given by expressions are computed. */
final class MappedPlans implements TablePlans {
    private final TableMappings mappings;
    private final PgType.Mapping types;
    private final Expressions expressions;
    private final EvaluationOptions options;

    MappedPlans(TableMappings mappings, PgType.Mapping types, Expressions expressions) {
        this.mappings = mappings;
        this.types = types;
        this.expressions = expressions;
        this.options =
                EvaluationOptions.builder().nameExpressions(expressions::name).build();
        for (Rule rule : mappings.rules()) {
            if (rule instanceof SelectionRule selection
                    && selection.action() != SelectionRule.Action.EXCLUDE
                    && selection.tableType() != SelectionRule.TableType.TABLE) {
                throw refused(rule, "the stand-in does not read views. Select tables.");
            }
            if (rule instanceof TransformationRule transformation
                    && (transformation.target() == RuleTarget.TABLE_TABLESPACE
                            || transformation.target() == RuleTarget.INDEX_TABLESPACE)) {
                throw refused(rule, "tablespaces are Oracle's. Remove the rule.");
            }
        }
    }

    private static StandInException refused(Rule rule, String why) {
        return new StandInException("Cannot replicate with rule '" + rule.id() + "': " + why);
    }

    /** The source tables that the mappings select, in the order of the schema. */
    List<TableId> selected(SourceSchema schema) {
        return mappings.evaluate(schema, options).mappedTables().stream()
                .map(table -> table.source().id())
                .toList();
    }

    @Override
    public TablePlan plan(TableId source, List<TableShape.SourceColumn> columns, List<String> primaryKey) {
        List<SourceColumn> described = columns.stream()
                .map(column ->
                        SourceColumn.nullable(column.name(), column.type().toDms(types)))
                .toList();
        SourceTable table = SourceTable.of(source, described, primaryKey, RowImages.KEY_ONLY);
        MappingEvaluation evaluation = mappings.evaluate(SourceSchema.of(SourceEngine.POSTGRESQL, table), options);
        List<MappedTable> mapped = evaluation.mappedTables();
        if (mapped.isEmpty()) {
            throw new StandInException("Cannot replicate table " + source + ": the mappings do not select it.");
        }
        return plan(evaluation, evaluation.table(source).orElseThrow(), mapped.get(0));
    }

    private TablePlan plan(MappingEvaluation evaluation, TableEvaluation table, MappedTable mapped) {
        TableId source = table.source().id();
        Map<String, TablePlan.PlannedColumn> columns = new HashMap<>();
        for (ColumnEvaluation column : table.columns()) {
            if (!column.dropped()) {
                columns.put(column.source().name(), planned(evaluation, source, column));
            }
        }
        List<AddedColumn> added = table.added().stream()
                .map(column -> added(evaluation, table, column))
                .toList();
        return new TablePlan(source, mapped.target(), columns, added, mapped.beforeImage(), table.filters());
    }

    private static TablePlan.PlannedColumn planned(
            MappingEvaluation evaluation, TableId source, ColumnEvaluation column) {
        String name = column.source().name();
        Optional<String> typeRule = evaluation.rules().stream()
                .filter(rule ->
                        rule.rule() instanceof ChangeDataType && rule.applied().contains(source + "." + name))
                .map(rule -> rule.rule().id())
                .findFirst();
        if (typeRule.isPresent() && !TypedCell.converts(column.source().type(), column.type())) {
            throw new StandInException("Cannot replicate column '" + name + "' of table " + source + ": rule '"
                    + typeRule.get() + "' changes its type from "
                    + column.source().type() + " to " + column.type()
                    + ", which the stand-in does not convert. Remove the rule.");
        }
        return new TablePlan.PlannedColumn(column.name().value(), column.type(), typeRule.orElse(null), column.mask());
    }

    private AddedColumn added(MappingEvaluation evaluation, TableEvaluation table, Added column) {
        TableId source = table.source().id();
        String ruleId = evaluation.rules().stream()
                .filter(rule -> adds(rule, column) && rule.applied().contains(source.toString()))
                .map(rule -> rule.rule().id())
                .findFirst()
                .orElseThrow();
        List<String> columns =
                table.source().columns().stream().map(SourceColumn::name).toList();
        if (column.type() == null) {
            throw new StandInException("Cannot add column '" + column.name() + "' to table " + source + ": rule '"
                    + ruleId + "' gives no type that files can hold. Give one.");
        }
        return AddedColumn.of(ruleId, column.name(), column.type(), column.expression(), source, columns, expressions);
    }

    private static boolean adds(RuleEvaluation rule, Added column) {
        return rule.rule() instanceof AddColumn add && add.columnName().equals(column.name());
    }
}
