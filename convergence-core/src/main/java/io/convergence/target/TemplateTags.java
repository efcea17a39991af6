package io.convergence.target;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/** Tags as the API and CloudFormation have them. */
final class TemplateTags {
    private static final String NAME = "Tags";

    private TemplateTags() {}

    /** Nothing if there are none. */
    static void put(ObjectNode node, Map<String, String> tags) {
        if (!tags.isEmpty()) {
            node.set(NAME, toNode(tags));
        }
    }

    static void put(TemplateBody body, Map<String, String> tags) {
        if (!tags.isEmpty()) {
            body.put(NAME, toNode(tags));
        }
    }

    private static ArrayNode toNode(Map<String, String> tags) {
        ArrayNode list = ConfigurationJson.newArray();
        tags.forEach((key, value) -> list.addObject().put("Key", key).put("Value", value));
        return list;
    }
}
