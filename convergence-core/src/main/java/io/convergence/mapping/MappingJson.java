package io.convergence.mapping;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.convergence.mapping.TransformationRule.AddBeforeImageColumns;
import io.convergence.mapping.TransformationRule.AddColumn;
import io.convergence.mapping.TransformationRule.RemoveColumn;
import io.convergence.mapping.TransformationRule.Rename;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The JSON form of {@link TableMappings}, in AWS's spelling. Null is the same as absent, as for the service. */
final class MappingJson {
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private MappingJson() {}

    static TableMappings parse(String json) {
        JsonNode root = read(json);
        if (root.isObject() && root.has("TableMappings")) {
            throw new InvalidMappingException(
                    "Cannot read table mappings: the document is in the format of 2016 ({\"TableMappings\":[{\"Type\":...}]}), which DMS refuses today. "
                            + "Rewrite it as {\"rules\":[...]} with selection rules.",
                    null);
        }
        JsonNode rules = root.get("rules");
        if (rules == null || !rules.isArray()) {
            throw new InvalidMappingException(
                    "Cannot read table mappings: at $.rules there is "
                            + (rules == null
                                    ? "nothing"
                                    : rules.getNodeType().name().toLowerCase(Locale.ROOT))
                            + ", not an array. Give one object {\"rules\":[...]}.",
                    null);
        }

        List<Rule> read = new ArrayList<>();
        for (int i = 0; i < rules.size(); i++) {
            if (!rules.get(i).isObject()) {
                throw new InvalidMappingException(
                        "Cannot read table mappings: $.rules[" + i + "] is " + rules.get(i)
                                + ", not an object. Give each rule as {\"rule-type\":...}.",
                        null);
            }
            read.add(rule((ObjectNode) rules.get(i)));
        }
        return new TableMappings(read, others(root, Set.of("rules")));
    }

    private static JsonNode read(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException e) {
            String place = e.getLocation() == null
                    ? ""
                    : " (line " + e.getLocation().getLineNr() + ", column "
                            + e.getLocation().getColumnNr() + ")";
            if (e.getOriginalMessage().startsWith("Duplicate field")) {
                throw new InvalidMappingException(
                        "Cannot read table mappings: a name is given twice in one object: " + e.getOriginalMessage()
                                + place + ". All but one would be ignored. Write one rule for each.",
                        e);
            }
            throw new InvalidMappingException(
                    "Cannot read table mappings: the text is not JSON: " + e.getOriginalMessage() + place
                            + ". Give the document itself, not the path of a file.",
                    e);
        }
    }

    /** A rule that lacks what its kind needs is kept as it is; validate() reports it. */
    private static Rule rule(ObjectNode node) {
        try {
            return modelled(node);
        } catch (NotModelled e) {
            return new UnmodelledRule(
                    scalar(node, "rule-id"),
                    scalar(node, "rule-name"),
                    scalar(node, "rule-type"),
                    scalar(node, "rule-action"),
                    node.toString(),
                    e.reason);
        }
    }

    private static Rule modelled(ObjectNode node) throws NotModelled {
        String type = scalar(node, "rule-type");
        String action = scalar(node, "rule-action");
        return switch (type) {
            case "selection" -> selection(node, action);
            case "transformation" -> transformation(node, action);
            case "" -> throw new NotModelled("has no rule-type");
            default -> throw new NotModelled("is of a type this version does not interpret");
        };
    }

    private static Rule selection(ObjectNode node, String action) throws NotModelled {
        SelectionRule.Action parsed =
                constant(SelectionRule.Action.values(), action, "has an unknown rule-action '" + action + "'");
        JsonNode where = object(node, "object-locator");
        if (text(where, "table-name") == null) {
            throw new NotModelled("has no table-name");
        }

        String tableType = text(where, "table-type");
        return new SelectionRule(
                scalar(node, "rule-id"),
                scalar(node, "rule-name"),
                parsed,
                locator(where, Set.of("table-type")),
                tableType == null
                        ? SelectionRule.TableType.TABLE
                        : constant(
                                SelectionRule.TableType.values(),
                                tableType,
                                "has an unknown table-type '" + tableType + "'"),
                number(node, "load-order"),
                filters(node),
                others(
                        node,
                        Set.of(
                                "rule-type",
                                "rule-id",
                                "rule-name",
                                "rule-action",
                                "object-locator",
                                "load-order",
                                "filters")));
    }

    private static Rule transformation(ObjectNode node, String action) throws NotModelled {
        String id = scalar(node, "rule-id");
        String name = scalar(node, "rule-name");
        if (!Set.of("rename", "remove-column", "add-column", "add-before-image-columns")
                .contains(action)) {
            throw new NotModelled(
                    action.isEmpty() ? "has no rule-action" : "has an action this version does not interpret");
        }

        ObjectLocator locator = locator(object(node, "object-locator"), Set.of());
        String targetText = text(node, "rule-target");
        RuleTarget target = constant(
                RuleTarget.values(),
                targetText == null ? "" : targetText,
                targetText == null ? "has no rule-target" : "has an unknown rule-target '" + targetText + "'");
        if (!action.equals("rename") && target != RuleTarget.COLUMN) {
            throw new NotModelled("has rule-target '" + targetText + "' where only 'column' makes sense");
        }

        return switch (action) {
            case "rename" ->
                new Rename(
                        id,
                        name,
                        target,
                        located(locator, target),
                        text(node, "value"),
                        text(node, "expression"),
                        others(node, known("value", "expression")));
            case "remove-column" -> new RemoveColumn(id, name, located(locator, target), others(node, known()));
            case "add-column" -> addColumn(node, id, name, locator);
            default -> beforeImage(node, id, name, locator);
        };
    }

    /** Without the name of the object it changes a rule would match everything. */
    private static ObjectLocator located(ObjectLocator locator, RuleTarget target) throws NotModelled {
        if (target != RuleTarget.SCHEMA && locator.tableName() == null) {
            throw new NotModelled("has no table-name");
        }
        if (target == RuleTarget.COLUMN && locator.columnName() == null) {
            throw new NotModelled("has no column-name");
        }

        return locator;
    }

    private static Rule addColumn(ObjectNode node, String id, String name, ObjectLocator locator) throws NotModelled {
        String column = text(node, "value");
        if (column == null) {
            throw new NotModelled("has no value, the name of the column to add");
        }

        RuleDataType type = null;
        if (node.hasNonNull("data-type")) {
            JsonNode dataType = object(node, "data-type");
            String dms = text(dataType, "type");
            if (dms == null
                    || !others(dataType, Set.of("type", "length", "precision", "scale"))
                            .isEmpty()) {
                throw new NotModelled("has a data-type that is not made of type, length, precision and scale");
            }
            type = new RuleDataType(
                    dms, number(dataType, "length"), number(dataType, "precision"), number(dataType, "scale"));
        }
        return new AddColumn(
                id,
                name,
                locator,
                column,
                type,
                text(node, "expression"),
                others(node, known("value", "data-type", "expression")));
    }

    private static Rule beforeImage(ObjectNode node, String id, String name, ObjectLocator locator) throws NotModelled {
        JsonNode definition =
                node.hasNonNull("before-image-def") ? object(node, "before-image-def") : JSON.createObjectNode();
        if (!others(definition, Set.of("column-prefix", "column-suffix", "column-filter"))
                .isEmpty()) {
            throw new NotModelled(
                    "has a before-image-def that is not made of column-prefix, column-suffix and column-filter");
        }

        String prefix = text(definition, "column-prefix");
        String suffix = text(definition, "column-suffix");
        String filter = text(definition, "column-filter");
        return new AddBeforeImageColumns(
                id,
                name,
                locator,
                prefix == null ? AddBeforeImageColumns.DEFAULT_PREFIX : prefix,
                suffix == null ? "" : suffix,
                filter == null
                        ? BeforeImageFilter.PK_ONLY
                        : constant(BeforeImageFilter.values(), filter, "has an unknown column-filter '" + filter + "'"),
                others(node, known("before-image-def")));
    }

    private static ObjectLocator locator(JsonNode where, Set<String> alsoKnown) throws NotModelled {
        String schema = text(where, "schema-name");
        if (schema == null) {
            throw new NotModelled("has no schema-name");
        }

        Set<String> known = new HashSet<>(Set.of("schema-name", "table-name", "column-name"));
        known.addAll(alsoKnown);
        return new ObjectLocator(schema, text(where, "table-name"), text(where, "column-name"), others(where, known));
    }

    private static List<Filter> filters(ObjectNode node) throws NotModelled {
        List<Filter> filters = new ArrayList<>();
        if (!node.hasNonNull("filters")) {
            return filters;
        }
        if (!node.get("filters").isArray()) {
            throw new NotModelled("has filters that are not an array");
        }

        for (JsonNode filter : node.get("filters")) {
            String column = text(filter, "column-name");
            String type = text(filter, "filter-type");
            JsonNode conditions = filter.get("filter-conditions");
            if (column == null
                    || conditions == null
                    || !conditions.isArray()
                    || (type != null && !type.equals("source"))) {
                throw new NotModelled(
                        "has a filter without column-name, filter-conditions or the filter-type 'source'");
            }
            List<Filter.Condition> read = new ArrayList<>();
            for (JsonNode condition : conditions) {
                String operator = text(condition, "filter-operator");
                if (operator == null
                        || !others(condition, Set.of("filter-operator", "value", "start-value", "end-value"))
                                .isEmpty()) {
                    throw new NotModelled(
                            "has a filter condition that is not made of filter-operator, value, start-value and end-value");
                }
                read.add(new Filter.Condition(
                        operator,
                        text(condition, "value"),
                        text(condition, "start-value"),
                        text(condition, "end-value")));
            }
            filters.add(new Filter(
                    column, read, others(filter, Set.of("column-name", "filter-type", "filter-conditions"))));
        }
        return filters;
    }

    static String write(TableMappings mappings) {
        ObjectNode root = JSON.createObjectNode();
        ArrayNode rules = root.putArray("rules");
        mappings.rules().forEach(rule -> rules.add(write(rule)));
        putOthers(root, mappings.otherKeys());
        return root.toPrettyString();
    }

    private static JsonNode write(Rule rule) {
        if (rule instanceof UnmodelledRule unmodelled) {
            return identified((ObjectNode) read(unmodelled.json()), unmodelled);
        }

        ObjectNode node = JSON.createObjectNode();
        if (rule instanceof SelectionRule selection) {
            head(node, "selection", rule);
            write(selection, node);
        } else if (rule instanceof TransformationRule transformation) {
            head(node, "transformation", rule);
            node.put("rule-target", transformation.target().wireValue());
            write(transformation.locator(), node.putObject("object-locator"));
            write(transformation, node);
            putOthers(node, transformation.otherKeys());
        }
        return node;
    }

    /** The text is kept, but the id and name may have been changed since. */
    private static ObjectNode identified(ObjectNode node, UnmodelledRule rule) {
        if (!scalar(node, "rule-id").equals(rule.id())) {
            node.put("rule-id", rule.id());
        }
        if (!scalar(node, "rule-name").equals(rule.name())) {
            node.put("rule-name", rule.name());
        }
        return node;
    }

    private static void head(ObjectNode node, String type, Rule rule) {
        node.put("rule-type", type);
        putIfGiven(node, "rule-id", rule.id().isEmpty() ? null : rule.id());
        putIfGiven(node, "rule-name", rule.name().isEmpty() ? null : rule.name());
    }

    private static void write(SelectionRule rule, ObjectNode node) {
        ObjectNode where = node.putObject("object-locator");
        write(rule.locator(), where);
        if (rule.tableType() != SelectionRule.TableType.TABLE) {
            where.put("table-type", rule.tableType().name().toLowerCase(Locale.ROOT));
        }
        node.put("rule-action", rule.action().name().toLowerCase(Locale.ROOT));
        if (rule.loadOrder() != null) {
            node.put("load-order", String.valueOf(rule.loadOrder()));
        }
        if (!rule.filters().isEmpty()) {
            ArrayNode filters = node.putArray("filters");
            for (Filter filter : rule.filters()) {
                ObjectNode written =
                        filters.addObject().put("filter-type", "source").put("column-name", filter.columnName());
                ArrayNode conditions = written.putArray("filter-conditions");
                for (Filter.Condition condition : filter.conditions()) {
                    ObjectNode part = conditions.addObject().put("filter-operator", condition.operator());
                    putIfGiven(part, "value", condition.value());
                    putIfGiven(part, "start-value", condition.startValue());
                    putIfGiven(part, "end-value", condition.endValue());
                }
                putOthers(written, filter.otherKeys());
            }
        }
        putOthers(node, rule.otherKeys());
    }

    private static void write(TransformationRule rule, ObjectNode node) {
        if (rule instanceof Rename rename) {
            node.put("rule-action", "rename");
            putIfGiven(node, "value", rename.value());
            putIfGiven(node, "expression", rename.expression());
        } else if (rule instanceof RemoveColumn) {
            node.put("rule-action", "remove-column");
        } else if (rule instanceof AddColumn add) {
            node.put("rule-action", "add-column");
            node.put("value", add.columnName());
            putIfGiven(node, "expression", add.expression());
            if (add.dataType() != null) {
                write(add.dataType(), node.putObject("data-type"));
            }
        } else if (rule instanceof AddBeforeImageColumns before) {
            node.put("rule-action", "add-before-image-columns");
            node.putObject("before-image-def")
                    .put("column-prefix", before.columnPrefix())
                    .put("column-suffix", before.columnSuffix())
                    .put("column-filter", before.columnFilter().wireValue());
        }
    }

    private static void write(RuleDataType type, ObjectNode node) {
        node.put("type", type.type());
        if (type.length() != null) {
            node.put("length", type.length());
        }
        if (type.precision() != null) {
            node.put("precision", type.precision());
        }
        if (type.scale() != null) {
            node.put("scale", type.scale());
        }
    }

    private static void write(ObjectLocator locator, ObjectNode node) {
        node.put("schema-name", locator.schemaName());
        locator.table().ifPresent(name -> node.put("table-name", name));
        locator.column().ifPresent(name -> node.put("column-name", name));
        putOthers(node, locator.otherKeys());
    }

    private static void putIfGiven(ObjectNode node, String key, @Nullable String value) {
        if (value != null) {
            node.put(key, value);
        }
    }

    private static void putOthers(ObjectNode node, Map<String, String> others) {
        new TreeMap<>(others).forEach((key, json) -> node.set(key, read(json)));
    }

    private static Map<String, String> others(JsonNode node, Set<String> known) {
        Map<String, String> others = new TreeMap<>();
        for (Map.Entry<String, JsonNode> field : node.properties()) {
            if (!known.contains(field.getKey()) && !field.getValue().isNull()) {
                others.put(field.getKey(), field.getValue().toString());
            }
        }
        return others;
    }

    private static Set<String> known(String... more) {
        Set<String> known = new HashSet<>(
                Set.of("rule-type", "rule-id", "rule-name", "rule-target", "rule-action", "object-locator"));
        known.addAll(List.of(more));
        return known;
    }

    private static <E extends Enum<E>> E constant(E[] constants, String text, String problem) throws NotModelled {
        for (E constant : constants) {
            if (constant.name().toLowerCase(Locale.ROOT).replace('_', '-').equals(text)) {
                return constant;
            }
        }
        throw new NotModelled(problem);
    }

    private static JsonNode object(JsonNode node, String key) throws NotModelled {
        JsonNode value = node.get(key);
        if (value == null || !value.isObject()) {
            throw new NotModelled("has no object '" + key + "'");
        }
        return value;
    }

    /** A text or number as text; empty if absent or null. */
    private static String scalar(JsonNode node, String key) {
        JsonNode value = node.get(key);
        return value == null || value.isNull() ? "" : value.asText();
    }

    private static @Nullable String text(JsonNode node, String key) throws NotModelled {
        JsonNode value = node.get(key);
        if (value == null || value.isNull()) {
            return null;
        }
        if (!value.isValueNode()) {
            throw new NotModelled("has a '" + key + "' that is not a text");
        }
        return value.asText();
    }

    /** A whole number, also as text; an empty text is absent. */
    private static @Nullable Integer number(JsonNode node, String key) throws NotModelled {
        String text = text(node, key);
        if (text == null || text.isBlank()) {
            return null;
        }
        try {
            return Integer.valueOf(text.trim());
        } catch (NumberFormatException e) {
            throw new NotModelled("has a '" + key + "' that is not a whole number: " + text);
        }
    }

    /** Leads to an {@link UnmodelledRule}; never leaves this class. */
    private static final class NotModelled extends Exception {
        private static final long serialVersionUID = 1L;

        private final String reason;

        NotModelled(String reason) {
            super(reason, null, false, false);
            this.reason = reason;
        }
    }
}
