package io.convergence.cli;

import io.convergence.mapping.Filter;
import io.convergence.mapping.MappingEvaluation;
import io.convergence.mapping.RuleEvaluation;
import io.convergence.mapping.TableEvaluation;
import io.convergence.mapping.TargetName;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** A dry run of table mappings, for people. */
final class PreviewText {
    private final Console console;

    PreviewText(Console console) {
        this.console = console;
    }

    void print(MappingEvaluation evaluation) {
        evaluation.selected().forEach(this::selected);
        evaluation.tables().stream()
                .filter(table -> !table.selected())
                .forEach(table -> console.line(table.source().id() + ": not written, "
                        + table.decision().map(RuleName::of).orElse("no rule is about it")));
        console.line("");
        evaluation.rules().forEach(this::rule);
        console.line("");
    }

    private void selected(TableEvaluation table) {
        console.line(table.source().id() + (table.view() ? " (view)" : "") + " -> " + table.schema() + "."
                + table.name() + ", by "
                + table.decision().map(RuleName::of).orElse("no rule"));
        List<String[]> rows = new ArrayList<>();
        for (TableEvaluation.ColumnEvaluation column : table.columns()) {
            rows.add(
                    new String[] {column.source().name(), column.source().type().toString(), becomes(column)});
        }
        for (TableEvaluation.Added added : table.added()) {
            String expression = added.expression();
            rows.add(new String[] {
                "+ " + added.name(),
                added.type() == null ? "?" : added.type().toString(),
                added.changeSequence() ? "change sequence" : expression == null ? "empty" : "= " + expression
            });
        }
        for (String column : table.beforeImageColumns()) {
            rows.add(new String[] {"+ " + column, "", "before-image"});
        }
        columns(rows);
        console.line("  key: "
                + (table.primaryKey().isEmpty()
                        ? "none"
                        : table.primaryKey().stream().map(TargetName::toString).collect(Collectors.joining(", "))));
        table.filters().forEach(filter -> console.line("  only rows where " + filter(filter)));
        if (table.loadOrder() != null) {
            console.line("  load order: " + table.loadOrder());
        }
        if (table.parallelLoad() != null) {
            console.line("  loaded in segments: " + table.parallelLoad().type());
        }
        table.tags().forEach(tag -> console.line("  tag: " + tag.key() + "=" + tag.value()));
    }

    private static String becomes(TableEvaluation.ColumnEvaluation column) {
        if (column.dropped()) {
            return "dropped";
        }

        List<String> changes = new ArrayList<>();
        if (!column.name().toString().equals(column.source().name())) {
            changes.add("-> " + column.name());
        }
        if (!column.type().equals(column.source().type())) {
            changes.add("as " + column.type());
        }
        if (column.mask() != null) {
            changes.add("masked by " + RuleName.action(column.mask()));
        }
        return String.join(", ", changes);
    }

    private void columns(List<String[]> rows) {
        int names = rows.stream().mapToInt(row -> row[0].length()).max().orElse(0);
        int types = rows.stream().mapToInt(row -> row[1].length()).max().orElse(0);
        for (String[] row : rows) {
            console.line(String.format(
                            Locale.ROOT,
                            "  %-" + Math.max(1, names) + "s  %-" + Math.max(1, types) + "s  %s",
                            (Object[]) row)
                    .stripTrailing());
        }
    }

    private static String filter(Filter filter) {
        return filter.conditions().stream()
                .map(condition -> filter.columnName() + " " + condition(condition))
                .collect(Collectors.joining(" or "));
    }

    private static String condition(Filter.Condition condition) {
        return switch (condition.operator()) {
            case "eq" -> "= " + condition.value();
            case "noteq" -> "<> " + condition.value();
            case "gte" -> ">= " + condition.value();
            case "lte", "ste" -> "<= " + condition.value();
            case "between" -> "between " + condition.startValue() + " and " + condition.endValue();
            case "notbetween" -> "not between " + condition.startValue() + " and " + condition.endValue();
            case "null" -> "is null";
            case "notnull" -> "is not null";
            default -> condition.operator() + " " + condition.value();
        };
    }

    private void rule(RuleEvaluation rule) {
        String matched = rule.matchesNothing()
                ? "matches nothing"
                : "matches " + rule.matched().size()
                        + (rule.applied().size() < rule.matched().size()
                                ? ", applied to " + rule.applied().size()
                                : "");
        console.line(RuleName.of(rule.rule()) + ": " + matched);
    }
}
