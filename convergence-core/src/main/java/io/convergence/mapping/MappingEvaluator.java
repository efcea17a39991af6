package io.convergence.mapping;

import io.convergence.TableId;
import io.convergence.mapping.MappedTable.BeforeImage;
import io.convergence.mapping.TransformationRule.AddBeforeImageColumns;
import io.convergence.mapping.TransformationRule.AddColumn;
import io.convergence.mapping.TransformationRule.RemoveColumn;
import io.convergence.mapping.TransformationRule.Rename;
import io.convergence.schema.Column;
import io.convergence.schema.DataType;
import io.convergence.source.SourceColumn;
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
    private final List<SelectionRule> selections;
    private final List<TransformationRule> transformations;

    MappingEvaluator(TableMappings mappings) {
        for (Rule rule : mappings.rules()) {
            if (rule instanceof UnmodelledRule unmodelled && unmodelled.mayChangeTables()) {
                throw new UnsupportedOperationException(
                        "Cannot evaluate table mappings: rule '" + rule.id() + "' ("
                                + unmodelled.type() + " " + unmodelled.action() + ") " + unmodelled.reason()
                                + ", and it may change what is written. Remove the rule, or describe the resulting tables by hand.");
            }
        }

        List<Rule> ordered = mappings.rules().stream().sorted(RuleIds.ORDER).toList();
        selections = only(ordered, SelectionRule.class);
        transformations = only(ordered, TransformationRule.class);
    }

    List<MappedTable> evaluate(SourceSchema schema) {
        List<MappedTable> mapped = new ArrayList<>();
        Map<TableId, TableId> sources = new HashMap<>();
        for (SourceTable table : schema.tables()) {
            if (!selected(table.id())) {
                continue;
            }

            MappedTable result = map(table);
            TableId other = sources.put(result.target(), table.id());
            if (other != null) {
                throw new InvalidMappingException(
                        "Cannot evaluate table mappings: source tables " + other + " and " + table.id()
                                + " would both be written to " + result.target()
                                + ", where their files overwrite each other. Rename one of them to another name, or exclude it.",
                        null);
            }
            mapped.add(result);
        }
        return List.copyOf(mapped);
    }

    private boolean selected(TableId table) {
        boolean chosen = false;
        for (SelectionRule rule : selections) {
            if (!rule.matches(table.schema(), table.name())) {
                continue;
            }
            if (rule.action() == SelectionRule.Action.EXCLUDE) {
                return false;
            }
            chosen = true;
        }
        return chosen;
    }

    private MappedTable map(SourceTable table) {
        TableId id = table.id();
        String schema = newName(RuleTarget.SCHEMA, id, null).orElse(id.schema());
        String name = newName(RuleTarget.TABLE, id, null).orElse(id.name());

        List<MappedColumn> columns = new ArrayList<>();
        for (SourceColumn column : table.columns()) {
            if (removed(id, column.name())) {
                if (table.primaryKey().contains(column.name())) {
                    throw new InvalidMappingException(
                            "Cannot evaluate table mappings: key column '" + column.name() + "' of " + id
                                    + " is removed by a remove-column rule, so that rows can no longer be told apart. Keep the key columns.",
                            null);
                }
                continue;
            }
            columns.add(new MappedColumn(
                    column, newName(RuleTarget.COLUMN, id, column.name()).orElse(column.name())));
        }

        List<Column> added = new ArrayList<>();
        String sequence = null;
        for (AddColumn rule : only(transformations, AddColumn.class)) {
            if (!rule.locator().matchesTable(id.schema(), id.name())) {
                continue;
            }
            if (sequence == null && rule.changeSequence()) {
                sequence = rule.columnName();
            } else {
                added.add(Column.nullable(rule.columnName(), typeOf(rule)));
            }
        }

        MappedTable mapped =
                new MappedTable(table, TableId.of(schema, name), columns, added, sequence, beforeImage(id));
        refuseCollisions(mapped);
        return mapped;
    }

    private static DataType typeOf(AddColumn rule) {
        RuleDataType type = rule.dataType();
        return Optional.ofNullable(type)
                .flatMap(RuleDataType::toDataType)
                .orElseThrow(() -> new InvalidMappingException(
                        "Cannot evaluate table mappings: the data-type " + type + " of added column '"
                                + rule.columnName() + "' (rule '" + rule.id()
                                + "') is none that files can hold. Give e.g. {\"type\":\"string\",\"length\":50}.",
                        null));
    }

    private Optional<String> newName(RuleTarget target, TableId id, @Nullable String column) {
        for (Rename rule : only(transformations, Rename.class)) {
            boolean matches = rule.target() == target
                    && switch (target) {
                        case SCHEMA -> rule.locator().matchesSchema(id.schema());
                        case TABLE -> rule.locator().matchesTable(id.schema(), id.name());
                        case COLUMN -> column != null && rule.locator().matchesColumn(id.schema(), id.name(), column);
                        case TABLE_TABLESPACE, INDEX_TABLESPACE -> false;
                    };
            if (!matches) {
                continue;
            }
            if (rule.value() == null) {
                throw new UnsupportedOperationException(
                        "Cannot evaluate table mappings: rule '" + rule.id() + "' renames by the expression '"
                                + rule.expression() + "', which only DMS can compute. Give the new name as value.");
            }
            return Optional.of(rule.value());
        }
        return Optional.empty();
    }

    private boolean removed(TableId id, String column) {
        return only(transformations, RemoveColumn.class).stream()
                .anyMatch(rule -> rule.locator().matchesColumn(id.schema(), id.name(), column));
    }

    private @Nullable BeforeImage beforeImage(TableId id) {
        for (AddBeforeImageColumns rule : only(transformations, AddBeforeImageColumns.class)) {
            if (rule.locator().matchesTable(id.schema(), id.name())) {
                return new BeforeImage(rule.columnPrefix(), rule.columnSuffix(), rule.columnFilter());
            }
        }
        return null;
    }

    /** DMS wants column names to be unique; engines that read the files often ignore case. */
    private static void refuseCollisions(MappedTable table) {
        List<String> names = new ArrayList<>();
        table.columns().forEach(column -> names.add(column.name()));
        table.addedColumns().forEach(column -> names.add(column.name()));
        table.sequence().ifPresent(names::add);
        table.beforeImages()
                .ifPresent(
                        image -> table.columnsWithBeforeImage().forEach(column -> names.add(image.columnFor(column))));

        Set<String> taken = new HashSet<>();
        for (String name : names) {
            if (!taken.add(name.toLowerCase(Locale.ROOT))) {
                throw new InvalidMappingException(
                        "Cannot evaluate table mappings: " + table.source().id() + " would get two columns named '"
                                + name
                                + "' (in upper or lower case). Choose another name for the renamed, added or before-image column.",
                        null);
            }
        }
    }

    private static <T> List<T> only(List<? extends Rule> rules, Class<T> type) {
        return rules.stream().filter(type::isInstance).map(type::cast).toList();
    }
}
