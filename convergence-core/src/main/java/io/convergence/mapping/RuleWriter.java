package io.convergence.mapping;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes one rule in AWS's spelling: ids, load orders and sizes of LOBs as texts, as in AWS's examples. */
final class RuleWriter {
    private final ObjectNode node = MappingJson.JSON.createObjectNode();

    private RuleWriter() {}

    static JsonNode write(Rule rule) {
        if (rule instanceof UnmodelledRule unmodelled) {
            return identified((ObjectNode) MappingJson.read(unmodelled.json()), unmodelled);
        }

        RuleWriter writer = new RuleWriter();
        if (rule instanceof SelectionRule selection) {
            writer.selection(selection);
        } else if (rule instanceof TransformationRule transformation) {
            writer.head("transformation", rule);
            writer.node.put("rule-target", transformation.target().wireValue());
            locator(rule.locator(), writer.node.putObject("object-locator"));
            TransformationWriter.write(transformation, writer.node);
        } else if (rule instanceof TableSettingsRule settings) {
            writer.settings(settings);
        } else if (rule instanceof PostProcessingRule tags) {
            writer.tags(tags);
        } else if (rule instanceof ValidationRule validation) {
            writer.validation(validation);
        } else if (rule instanceof ObjectMappingRule mapping) {
            writer.head("object-mapping", rule);
            locator(rule.locator(), writer.node.putObject("object-locator"));
            ObjectMappingWriter.write(mapping, writer.node);
        }
        MappingJson.putOthers(writer.node, rule.otherKeys());
        return writer.node;
    }

    /** The text is kept, but the id and name may have been changed since. */
    private static ObjectNode identified(ObjectNode node, UnmodelledRule rule) {
        if (!node.path("rule-id").asText("").equals(rule.id())) {
            node.put("rule-id", rule.id());
        }
        if (!node.path("rule-name").asText("").equals(rule.name())) {
            node.put("rule-name", rule.name());
        }
        return node;
    }

    private void head(String type, Rule rule) {
        node.put("rule-type", type);
        putIfGiven(node, "rule-id", rule.id().isEmpty() ? null : rule.id());
        putIfGiven(node, "rule-name", rule.name().isEmpty() ? null : rule.name());
    }

    private void selection(SelectionRule rule) {
        head("selection", rule);
        ObjectNode where = node.putObject("object-locator");
        locator(rule.locator(), where);
        if (rule.tableType() != SelectionRule.TableType.TABLE) {
            where.put("table-type", RuleNode.wire(rule.tableType()));
        }
        node.put("rule-action", RuleNode.wire(rule.action()));
        if (rule.loadOrder() != null) {
            node.put("load-order", String.valueOf(rule.loadOrder()));
        }
        if (!rule.filters().isEmpty()) {
            ArrayNode filters = node.putArray("filters");
            rule.filters().forEach(filter -> filter(filter, filters.addObject()));
        }
    }

    private static void filter(Filter filter, ObjectNode node) {
        node.put("filter-type", "source").put("column-name", filter.columnName());
        ArrayNode conditions = node.putArray("filter-conditions");
        for (Filter.Condition condition : filter.conditions()) {
            ObjectNode part = conditions.addObject().put("filter-operator", condition.operator());
            putIfGiven(part, "value", condition.value());
            putIfGiven(part, "start-value", condition.startValue());
            putIfGiven(part, "end-value", condition.endValue());
            MappingJson.putOthers(part, condition.otherKeys());
        }
        MappingJson.putOthers(node, filter.otherKeys());
    }

    private void settings(TableSettingsRule rule) {
        head("table-settings", rule);
        locator(rule.locator(), node.putObject("object-locator"));
        rule.parallel().ifPresent(load -> {
            ObjectNode written = node.putObject("parallel-load").put("type", load.type());
            parallelLoad(load, written);
            MappingJson.putOthers(written, load.otherKeys());
        });
        rule.lobs().ifPresent(lobs -> {
            ObjectNode written =
                    node.putObject("lob-settings").put("mode", lobs.mode().wireValue());
            putIfGiven(
                    written, "bulk-max-size", lobs.bulkMaxSize() == null ? null : String.valueOf(lobs.bulkMaxSize()));
            MappingJson.putOthers(written, lobs.otherKeys());
        });
    }

    private static void parallelLoad(ParallelLoad load, ObjectNode node) {
        if (load instanceof ParallelLoad.PartitionsAuto auto) {
            putIfGiven(node, "number-of-partitions", auto.numberOfPartitions());
            Boolean counted = auto.collectionCountFromMetadata();
            putIfGiven(node, "collection-count-from-metadata", counted == null ? null : String.valueOf(counted));
            putIfGiven(node, "max-records-skip-per-page", auto.maxRecordsSkipPerPage());
            putIfGiven(node, "batch-size", auto.batchSize());
        } else if (load instanceof ParallelLoad.PartitionsList list) {
            texts(node, "partitions", list.partitions());
            texts(node, "subpartitions", list.subpartitions());
        } else if (load instanceof ParallelLoad.Ranges ranges) {
            texts(node, "columns", ranges.columns());
            if (!ranges.boundaries().isEmpty()) {
                ArrayNode boundaries = node.putArray("boundaries");
                ranges.boundaries().forEach(row -> row.forEach(boundaries.addArray()::add));
            }
            texts(node, "segment-names", ranges.segmentNames());
        }
    }

    private void tags(PostProcessingRule rule) {
        head("post-processing", rule);
        node.put("rule-action", "add-tag");
        locator(rule.locator(), node.putObject("object-locator"));
        ArrayNode tags = node.putArray("tag-set");
        rule.tags().forEach(tag -> tags.addObject().put("key", tag.key()).put("value", tag.value()));
    }

    private void validation(ValidationRule rule) {
        head("validation", rule);
        node.put("rule-target", "column");
        locator(rule.locator(), node.putObject("object-locator"));
        node.put("rule-action", "override-validation-function")
                .put("source-function", rule.sourceFunction())
                .put("target-function", rule.targetFunction());
    }

    private static void locator(ObjectLocator locator, ObjectNode node) {
        node.put("schema-name", locator.schemaName());
        putIfGiven(node, "table-name", locator.tableName());
        putIfGiven(node, "column-name", locator.columnName());
        putIfGiven(node, "table-tablespace-name", locator.tableTablespaceName());
        putIfGiven(node, "index-tablespace-name", locator.indexTablespaceName());
        putIfGiven(node, "data-type", locator.dataType());
        MappingJson.putOthers(node, locator.otherKeys());
    }

    static void texts(ObjectNode node, String key, List<String> texts) {
        if (!texts.isEmpty()) {
            texts.forEach(node.putArray(key)::add);
        }
    }

    static void putIfGiven(ObjectNode node, String key, @Nullable String value) {
        if (value != null) {
            node.put(key, value);
        }
    }

    static void putIfGiven(ObjectNode node, String key, @Nullable Integer value) {
        if (value != null) {
            node.put(key, value);
        }
    }
}
