package io.convergence.testkit.dms;

import io.convergence.TableId;
import io.convergence.mapping.MappedTable;
import io.convergence.mapping.MaskingRule;
import io.convergence.mapping.Rule;
import io.convergence.mapping.SelectionRule;
import io.convergence.mapping.TableMappings;
import io.convergence.mapping.TransformationRule.AddColumn;
import io.convergence.mapping.TransformationRule.ChangeDataType;
import io.convergence.mapping.Wildcard;
import io.convergence.source.RowImages;
import io.convergence.source.SourceColumn;
import io.convergence.source.SourceEngine;
import io.convergence.source.SourceSchema;
import io.convergence.source.SourceTable;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Plans from table mappings. */
final class MappedPlans implements TablePlans {
    private final TableMappings mappings;
    private final PgType.Mapping types;
    private final List<AddColumn> addColumns;

    MappedPlans(TableMappings mappings, PgType.Mapping types) {
        this.mappings = mappings;
        this.types = types;
        this.addColumns = mappings.rules().stream()
                .filter(AddColumn.class::isInstance)
                .map(AddColumn.class::cast)
                .sorted(Comparator.comparing(rule -> number(rule.id())))
                .toList();
        for (Rule rule : mappings.rules()) {
            if (rule instanceof SelectionRule selection && !selection.filters().isEmpty()) {
                throw new StandInException("Cannot replicate with rule '" + rule.id()
                        + "': the stand-in does not filter rows. Select whole tables.");
            }
            if (rule instanceof ChangeDataType || rule instanceof MaskingRule) {
                throw new StandInException("Cannot replicate with rule '" + rule.id()
                        + "': the stand-in does not change types or mask data. Remove the rule.");
            }
        }
    }

    private static BigInteger number(String id) {
        try {
            return new BigInteger(id);
        } catch (NumberFormatException e) {
            throw new StandInException("Cannot order rule '" + id + "': its id is no number. Number the rules.", e);
        }
    }

    /** The source tables that the mappings select, in the order of the schema. */
    List<TableId> selected(SourceSchema schema) {
        return mappings.mappedTables(schema).stream()
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
        List<MappedTable> mapped = mappings.mappedTables(SourceSchema.of(SourceEngine.POSTGRESQL, table));
        if (mapped.size() != 1) {
            throw new StandInException("Cannot replicate table " + source + ": the mappings do not select it.");
        }
        return plan(source, columns, mapped.get(0));
    }

    private TablePlan plan(TableId source, List<TableShape.SourceColumn> columns, MappedTable mapped) {
        Map<String, String> renamed = new HashMap<>();
        List<String> removed = new ArrayList<>();
        for (TableShape.SourceColumn column : columns) {
            mapped.nameOf(column.name())
                    .ifPresentOrElse(name -> renamed.put(column.name(), name), () -> removed.add(column.name()));
        }
        return new TablePlan(source, mapped.target(), renamed, removed, added(source), mapped.beforeImage());
    }

    private List<AddedColumn> added(TableId source) {
        List<AddedColumn> added = new ArrayList<>();
        for (AddColumn rule : addColumns) {
            String table = rule.locator().tableName();
            boolean matches = Wildcard.of(rule.locator().schemaName()).matches(source.schema())
                    && (table == null || Wildcard.of(table).matches(source.name()));
            if (matches) {
                String expression = rule.expression();
                if (expression == null) {
                    throw new StandInException("Cannot compute column '" + rule.columnName() + "': rule '" + rule.id()
                            + "' gives no expression. Give one.");
                }
                added.add(AddedColumn.parse(rule.columnName(), expression));
            }
        }
        return added;
    }
}
