package io.convergence.target;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.convergence.Finding;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** The JSON form of {@link S3TargetSettings}: names and units of the API. */
final class S3TargetJson {
    private static final List<String> NAMES =
            Arrays.stream(S3Attribute.values()).map(S3Attribute::jsonName).toList();

    private final JsonNode node;
    private final String path;
    private final List<Finding> errors = new ArrayList<>();

    private S3TargetJson(JsonNode node, String path) {
        this.node = node;
        this.path = path;
    }

    static S3TargetSettings parse(String json) {
        List<Finding> errors = new ArrayList<>();
        S3TargetSettings.Builder builder = S3TargetSettings.builder();
        readInto(builder, ConfigurationJson.object(json, "S3 target settings"), "$", errors);
        if (!errors.isEmpty()) {
            throw new InvalidConfigurationException("S3 target settings", errors);
        }

        return builder.build();
    }

    static S3TargetSettings from(Map<S3Attribute, ?> values) {
        ObjectNode node = ConfigurationJson.newObject();
        values.forEach((attribute, value) -> node.putPOJO(attribute.jsonName(), value));
        return parse(node.toString());
    }

    /** Reads what the attributes say, whether or not it makes sense. */
    static void readInto(S3TargetSettings.Builder builder, JsonNode node, String path, List<Finding> errors) {
        S3TargetJson reader = new S3TargetJson(node, path);
        reader.refuseUnknownNames();
        for (S3Attribute attribute : S3Attribute.values()) {
            reader.read(attribute, builder);
        }
        errors.addAll(reader.errors);
    }

    private void read(S3Attribute attribute, S3TargetSettings.Builder builder) {
        String name = attribute.jsonName();
        JsonNode value = node.get(name);
        if (value != null) {
            attribute.read(
                    value,
                    builder,
                    (message, fix) -> errors.add(Finding.error("WRONG_VALUE", path + "." + name, message, fix)));
        }
    }

    private void refuseUnknownNames() {
        for (Iterator<String> given = node.fieldNames(); given.hasNext(); ) {
            String name = given.next();
            if (!NAMES.contains(name)) {
                errors.add(Finding.error(
                        "UNKNOWN_ATTRIBUTE",
                        path + "." + name,
                        "'" + name + "' is no attribute of an S3 target.",
                        ConfigurationJson.suggestion(name, NAMES)
                                .map(meant -> "Did you mean '" + meant + "'?")
                                .orElse("Remove it.")));
            }
        }
    }

    static String write(S3TargetSettings settings) {
        return toNode(settings).toPrettyString();
    }

    static ObjectNode toNode(S3TargetSettings settings) {
        ObjectNode node = ConfigurationJson.newObject();
        settings.attributes().forEach((attribute, value) -> put(node, attribute.jsonName(), value));
        return node;
    }

    /** Numbers that fit are written as {@code int}, the type a parser gives them, so that trees compare equal. */
    static void put(ObjectNode node, String name, Object value) {
        if (value instanceof Boolean flag) {
            node.put(name, flag.booleanValue());
        } else if (value instanceof Long number && number.intValue() == number) {
            node.put(name, number.intValue());
        } else if (value instanceof Long number) {
            node.put(name, number.longValue());
        } else if (value instanceof JsonNode structure) {
            node.set(name, structure);
        } else {
            node.put(name, value.toString());
        }
    }
}
