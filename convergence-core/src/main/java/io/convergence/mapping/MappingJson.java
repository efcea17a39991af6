package io.convergence.mapping;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** The JSON form of {@link TableMappings}, in AWS's spelling. Null is the same as absent, as for the service. */
final class MappingJson {
    static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
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
                    "Cannot read table mappings: at rules there is "
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
                        "Cannot read table mappings: rules[" + i + "] is " + rules.get(i)
                                + ", not an object. Give each rule as {\"rule-type\":...}.",
                        null);
            }
            read.add(RuleReader.read(rules.get(i)));
        }

        RuleNode envelope = new RuleNode(root, "", new ArrayList<>());
        envelope.value("rules");
        return new TableMappings(read, envelope.others());
    }

    static JsonNode read(String json) {
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

    static String write(TableMappings mappings) {
        ObjectNode root = JSON.createObjectNode();
        ArrayNode rules = root.putArray("rules");
        mappings.rules().forEach(rule -> rules.add(RuleWriter.write(rule)));
        putOthers(root, mappings.otherKeys());
        return root.toPrettyString();
    }

    /** An object that is there already takes what it lacks. */
    static void putOthers(ObjectNode node, Map<String, String> others) {
        new TreeMap<>(others).forEach((key, json) -> {
            JsonNode value = read(json);
            if (node.get(key) instanceof ObjectNode there && value instanceof ObjectNode more) {
                there.setAll(more);
            } else {
                node.set(key, value);
            }
        });
    }
}
