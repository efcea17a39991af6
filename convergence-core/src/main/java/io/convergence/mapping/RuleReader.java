package io.convergence.mapping;

import com.fasterxml.jackson.databind.JsonNode;
import io.convergence.Finding;
import io.convergence.mapping.SelectionRule.Action;
import io.convergence.mapping.SelectionRule.TableType;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads one rule. A rule with problems is kept as it is, together with them. */
final class RuleReader {
    private static final List<String> TYPES =
            List.of("selection", "transformation", "table-settings", "object-mapping", "post-processing", "validation");

    /** Stands in for a locator that cannot be read; the rule is dropped for the problem. */
    private static final ObjectLocator NOWHERE = ObjectLocator.ofColumn("", "", "");

    private RuleReader() {}

    static Rule read(JsonNode json) {
        List<Finding> problems = new ArrayList<>();
        RuleNode node = new RuleNode(json, "", problems);
        String id = node.text("rule-id");
        String name = node.text("rule-name");
        String type = node.text("rule-type");
        Rule rule = read(node, type, id == null ? "" : id, name == null ? "" : name);
        if (rule != null && problems.isEmpty()) {
            return rule;
        }

        String action = json.path("rule-action").asText("");
        return new UnmodelledRule(
                id == null ? "" : id,
                name == null ? "" : name,
                type == null ? "" : type,
                action,
                json.toString(),
                problems);
    }

    private static @Nullable Rule read(RuleNode node, @Nullable String type, String id, String name) {
        if (type == null) {
            node.problem(
                    "rule-type",
                    "KEY_MISSING",
                    "The rule has no 'rule-type', which it needs.",
                    "Write one of " + String.join(", ", TYPES) + ".");
            return null;
        }

        switch (type) {
            case "selection" -> {
                return selection(node, id, name);
            }
            case "transformation" -> {
                return TransformationReader.read(node, id, name);
            }
            case "table-settings" -> {
                return SettingsReader.tableSettings(node, id, name);
            }
            case "object-mapping" -> {
                return SettingsReader.objectMapping(node, id, name);
            }
            case "post-processing" -> {
                return SettingsReader.postProcessing(node, id, name);
            }
            case "validation" -> {
                return SettingsReader.validation(node, id, name);
            }
            default -> {
                node.unknown("rule-type", type, TYPES);
                return null;
            }
        }
    }

    private static Rule selection(RuleNode node, String id, String name) {
        Action action = node.constantOf(
                "rule-action", node.required("rule-action", "Write include, exclude or explicit."), Action.values());
        RuleNode where = node.object("object-locator");
        TableType tableType = where == null ? null : where.constant("table-type", TableType.values());
        return new SelectionRule(
                id,
                name,
                action == null ? Action.EXCLUDE : action,
                locator(node, where, RuleTarget.TABLE),
                tableType == null ? TableType.TABLE : tableType,
                node.number("load-order"),
                node.objects("filters", RuleReader::filter),
                node.others());
    }

    private static Filter filter(RuleNode node) {
        String type = node.text("filter-type");
        if (type != null && !type.equals("source")) {
            node.unknown("filter-type", type, List.of("source"));
        }
        return new Filter(
                node.required("column-name", "Name the column that is compared."),
                node.objects(
                        "filter-conditions",
                        condition -> new Filter.Condition(
                                condition.required("filter-operator", "Write e.g. eq, gte, lte, between or notnull."),
                                condition.text("value"),
                                condition.text("start-value"),
                                condition.text("end-value"),
                                condition.others())),
                node.others());
    }

    /** The locator of a rule about objects of this kind; without the names it needs the rule would match too much. */
    static ObjectLocator locator(RuleNode node, RuleTarget... kind) {
        return locator(node, node.object("object-locator"), kind);
    }

    private static ObjectLocator locator(RuleNode node, @Nullable RuleNode where, RuleTarget... kind) {
        if (where == null) {
            if (node.value("object-locator") == null) {
                node.problem(
                        "object-locator",
                        "KEY_MISSING",
                        "The rule has no 'object-locator', which it needs.",
                        "Say which objects it is about, e.g. {\"schema-name\":\"public\",\"table-name\":\"%\"}.");
            }
            return NOWHERE;
        }

        ObjectLocator locator = new ObjectLocator(
                schema(where),
                where.text("table-name"),
                where.text("column-name"),
                where.text("table-tablespace-name"),
                where.text("index-tablespace-name"),
                where.text("data-type"),
                where.others());
        if (kind.length == 0 || kind[0] == RuleTarget.SCHEMA) {
            return locator;
        }

        needed(where, "table-name", locator.tableName());
        switch (kind[0]) {
            case COLUMN -> needed(where, "column-name", locator.columnName());
            case TABLE_TABLESPACE -> needed(where, "table-tablespace-name", locator.tableTablespaceName());
            case INDEX_TABLESPACE -> needed(where, "index-tablespace-name", locator.indexTablespaceName());
            case SCHEMA, TABLE -> {
                // no further name
            }
        }
        return locator.tableName() == null || (kind[0] == RuleTarget.COLUMN && locator.columnName() == null)
                ? NOWHERE
                : locator;
    }

    private static String schema(RuleNode where) {
        String value = where.text("schema-name");
        needed(where, "schema-name", value);
        return value == null ? "" : value;
    }

    private static void needed(RuleNode where, String key, @Nullable String value) {
        if (value == null) {
            where.problem(
                    key,
                    "LOCATOR_FIELD_MISSING",
                    "The object-locator has no '" + key + "', which a rule of this kind needs.",
                    "Give it, e.g. \"" + key + "\": \"%\" for all.");
        }
    }
}
