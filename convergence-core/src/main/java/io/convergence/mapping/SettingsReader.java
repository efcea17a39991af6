package io.convergence.mapping;

import com.fasterxml.jackson.databind.JsonNode;
import io.convergence.mapping.MappingParameters.AttributeMapping;
import io.convergence.mapping.MappingParameters.ConditionExpression;
import io.convergence.mapping.MappingParameters.PartitionKeyType;
import io.convergence.mapping.PostProcessingRule.Tag;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the rules that neither select nor transform. */
final class SettingsReader {
    private static final List<String> LOADS =
            List.of("partitions-auto", "subpartitions-auto", "partitions-list", "ranges", "none");

    private SettingsReader() {}

    static Rule tableSettings(RuleNode node, String id, String name) {
        ObjectLocator where = RuleReader.locator(node, RuleTarget.TABLE);
        RuleNode load = node.object("parallel-load");
        RuleNode lobs = node.object("lob-settings");
        return new TableSettingsRule(
                id,
                name,
                where,
                load == null ? null : parallelLoad(load),
                lobs == null ? null : lobSettings(lobs),
                node.others());
    }

    private static @Nullable ParallelLoad parallelLoad(RuleNode node) {
        String type = node.required("type", "Write one of " + String.join(", ", LOADS) + ".");
        return switch (type) {
            case "partitions-auto" -> {
                Integer partitions = node.number("number-of-partitions");
                Boolean counted = node.flag("collection-count-from-metadata");
                Integer skipped = node.number("max-records-skip-per-page");
                yield new ParallelLoad.PartitionsAuto(
                        partitions, counted, skipped, node.number("batch-size"), node.others());
            }
            case "subpartitions-auto" -> new ParallelLoad.SubpartitionsAuto(node.others());
            case "partitions-list" ->
                new ParallelLoad.PartitionsList(node.texts("partitions"), node.texts("subpartitions"), node.others());
            case "ranges" ->
                new ParallelLoad.Ranges(
                        node.texts("columns"),
                        node.textLists("boundaries"),
                        node.texts("segment-names"),
                        node.others());
            case "none" -> new ParallelLoad.None(node.others());
            default -> {
                if (!type.isEmpty()) {
                    node.unknown("type", type, LOADS);
                }
                yield null;
            }
        };
    }

    private static LobSettings lobSettings(RuleNode node) {
        LobSettings.Mode mode = node.constant("mode", LobSettings.Mode.values());
        return new LobSettings(
                mode == null ? LobSettings.Mode.LIMITED : mode, node.number("bulk-max-size"), node.others());
    }

    static Rule postProcessing(RuleNode node, String id, String name) {
        action(node, "add-tag");
        return new PostProcessingRule(
                id,
                name,
                RuleReader.locator(node, RuleTarget.TABLE),
                node.objects("tag-set", SettingsReader::tag),
                node.others());
    }

    private static Tag tag(RuleNode node) {
        Tag tag = new Tag(
                node.required("key", "Give each tag a key and a value."),
                node.required("value", "Give each tag a key and a value."));
        node.others()
                .keySet()
                .forEach(key -> node.problem(
                        key, "VALUE_UNKNOWN", "A tag holds '" + key + "': DMS knows key, value.", "Remove it."));
        return tag;
    }

    static Rule validation(RuleNode node, String id, String name) {
        action(node, "override-validation-function");
        String target = node.text("rule-target");
        if (target != null && !target.equals("column")) {
            node.unknown("rule-target", target, List.of("column"));
        }
        return new ValidationRule(
                id,
                name,
                RuleReader.locator(node, RuleTarget.COLUMN),
                node.required("source-function", "Give it, or \"${column-name}\" for the column as it is."),
                node.required("target-function", "Give it, or \"${column-name}\" for the column as it is."),
                node.others());
    }

    private static void action(RuleNode node, String only) {
        String action = node.required("rule-action", "Write " + only + ".");
        if (!action.isEmpty() && !action.equals(only)) {
            node.unknown("rule-action", action, List.of(only));
        }
    }

    static Rule objectMapping(RuleNode node, String id, String name) {
        ObjectMappingRule.Action action = node.constantOf(
                "rule-action",
                node.required("rule-action", "Write map-record-to-record or map-record-to-document."),
                ObjectMappingRule.Action.values());
        RuleNode parameters = node.object("mapping-parameters");
        return new ObjectMappingRule(
                id,
                name,
                action == null ? ObjectMappingRule.Action.MAP_RECORD_TO_RECORD : action,
                RuleReader.locator(node, RuleTarget.SCHEMA),
                node.text("target-table-name"),
                node.text("kafka-target-topic"),
                parameters == null ? null : parameters(parameters),
                node.others());
    }

    private static MappingParameters parameters(RuleNode node) {
        PartitionKeyType keyType = node.constant("partition-key-type", PartitionKeyType.values());
        String keyName = node.text("partition-key-name");
        RuleNode key = node.object("partition-key");
        String keyValue = key == null ? null : key.text("value");
        String sortKey = node.text("sort-key-name");
        List<String> excluded = node.texts("exclude-columns");
        List<AttributeMapping> attributes = node.objects("attribute-mappings", SettingsReader::attribute);
        RuleNode condition = node.object("condition-expression");
        Map<String, String> others = key == null ? node.others() : node.othersAnd("partition-key", key);
        return new MappingParameters(
                keyType,
                keyName,
                keyValue,
                sortKey,
                excluded,
                attributes,
                condition == null ? null : condition(condition),
                others);
    }

    private static AttributeMapping attribute(RuleNode node) {
        JsonNode value = node.value("value");
        return new AttributeMapping(
                node.text("target-attribute-name"),
                node.text("attribute-name"),
                node.text("attribute-type"),
                node.text("attribute-sub-type"),
                value == null ? null : value.toString(),
                node.others());
    }

    private static ConditionExpression condition(RuleNode node) {
        JsonNode values = node.value("expression-attribute-values");
        return new ConditionExpression(
                node.required("expression", "Give the condition."),
                values == null ? null : values.toString(),
                node.flag("apply-during-cdc"),
                node.flag("apply-during-full-load"),
                node.others());
    }
}
