package io.convergence.mapping;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.convergence.mapping.MappingParameters.AttributeMapping;
import io.convergence.mapping.MappingParameters.ConditionExpression;
import org.jspecify.annotations.Nullable;

/** Writes what an object-mapping rule has of its own. */
final class ObjectMappingWriter {
    private ObjectMappingWriter() {}

    static void write(ObjectMappingRule rule, ObjectNode node) {
        node.put("rule-action", rule.action().wireValue());
        RuleWriter.putIfGiven(node, "target-table-name", rule.targetTableName());
        RuleWriter.putIfGiven(node, "kafka-target-topic", rule.kafkaTargetTopic());
        if (rule.parameters() != null) {
            write(rule.parameters(), node.putObject("mapping-parameters"));
        }
    }

    private static void write(MappingParameters parameters, ObjectNode node) {
        if (parameters.partitionKeyType() != null) {
            node.put("partition-key-type", parameters.partitionKeyType().wireValue());
        }
        RuleWriter.putIfGiven(node, "partition-key-name", parameters.partitionKeyName());
        if (parameters.partitionKeyValue() != null) {
            node.putObject("partition-key").put("value", parameters.partitionKeyValue());
        }
        RuleWriter.putIfGiven(node, "sort-key-name", parameters.sortKeyName());
        RuleWriter.texts(node, "exclude-columns", parameters.excludeColumns());
        if (!parameters.attributeMappings().isEmpty()) {
            ArrayNode attributes = node.putArray("attribute-mappings");
            parameters.attributeMappings().forEach(attribute -> write(attribute, attributes.addObject()));
        }
        if (parameters.conditionExpression() != null) {
            write(parameters.conditionExpression(), node.putObject("condition-expression"));
        }
        MappingJson.putOthers(node, parameters.otherKeys());
    }

    private static void write(AttributeMapping attribute, ObjectNode node) {
        RuleWriter.putIfGiven(node, "target-attribute-name", attribute.targetAttributeName());
        RuleWriter.putIfGiven(node, "attribute-name", attribute.attributeName());
        RuleWriter.putIfGiven(node, "attribute-type", attribute.attributeType());
        RuleWriter.putIfGiven(node, "attribute-sub-type", attribute.attributeSubType());
        putJson(node, "value", attribute.valueJson());
        MappingJson.putOthers(node, attribute.otherKeys());
    }

    private static void write(ConditionExpression condition, ObjectNode node) {
        node.put("expression", condition.expression());
        putJson(node, "expression-attribute-values", condition.attributeValues());
        putFlag(node, "apply-during-cdc", condition.applyDuringCdc());
        putFlag(node, "apply-during-full-load", condition.applyDuringFullLoad());
        MappingJson.putOthers(node, condition.otherKeys());
    }

    private static void putJson(ObjectNode node, String key, @Nullable String json) {
        if (json != null) {
            node.set(key, MappingJson.read(json));
        }
    }

    private static void putFlag(ObjectNode node, String key, @Nullable Boolean flag) {
        if (flag != null) {
            node.put(key, flag);
        }
    }
}
