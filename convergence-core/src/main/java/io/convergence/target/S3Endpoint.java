package io.convergence.target;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.convergence.Finding;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** An endpoint as the API takes and reports it: its settings in one part, connection attributes in another. */
final class S3Endpoint {
    private static final Pattern IDENTIFIER = Pattern.compile("(?=.{1,255}$)[A-Za-z][A-Za-z0-9]*(-[A-Za-z0-9]+)*");
    private static final String SETTINGS = "S3Settings";
    private static final String CONNECTION = "ExtraConnectionAttributes";

    /** 10,000 rows and 1,048,576 bytes by the API, 10,024 rows and 1,024,000 bytes by the guide. */
    private static final List<S3Attribute> DISPUTED_DEFAULTS =
            List.of(S3Attribute.DICT_PAGE_SIZE_LIMIT, S3Attribute.DATA_PAGE_SIZE, S3Attribute.ROW_GROUP_LENGTH);

    private final List<Finding> errors = new ArrayList<>();

    private S3Endpoint() {}

    static S3TargetSettings parse(String json) {
        return new S3Endpoint().read(ConfigurationJson.object(json, "the endpoint"));
    }

    private S3TargetSettings read(JsonNode root) {
        JsonNode endpoint = root;
        String path = "$";
        if (root.path("Endpoint").isObject()) {
            endpoint = root.get("Endpoint");
            path = "$.Endpoint";
        } else if (root.path("Endpoints").isArray()) {
            int count = root.get("Endpoints").size();
            if (count != 1) {
                throw refused(Finding.error(
                        "NOT_ONE_ENDPOINT",
                        "$.Endpoints",
                        "There are " + count + " endpoints.",
                        "Give one, e.g. by a filter on its ARN."));
            }
            endpoint = root.get("Endpoints").get(0);
            path = "$.Endpoints[0]";
        }
        engine(endpoint, path);

        JsonNode settings = endpoint.path(SETTINGS);
        S3TargetSettings.Builder builder = S3TargetSettings.builder();
        if (settings.isObject()) {
            S3TargetJson.readInto(builder, settings, path + "." + SETTINGS, errors);
        }
        String connection = endpoint.path(CONNECTION).asText("");
        String connectionPath = path + "." + CONNECTION;
        ObjectNode attributes = S3ConnectionAttributes.toNode(connection, connectionPath, errors);
        contradictions(settings, attributes, connectionPath);
        S3TargetJson.readInto(builder, attributes, connectionPath, errors);
        if (!errors.isEmpty()) {
            throw refused(errors.toArray(Finding[]::new));
        }

        return builder.build();
    }

    private void engine(JsonNode endpoint, String path) {
        String type = endpoint.path("EndpointType").asText("target");
        if (!type.equalsIgnoreCase("target")) {
            errors.add(Finding.error(
                    "ENDPOINT_IS_A_SOURCE",
                    path + ".EndpointType",
                    "It is '" + type + "': DMS refuses attributes of S3 targets, e.g. DatePartitionDelimiter, on it.",
                    "Make an endpoint of type target."));
        }
        String engine = endpoint.path("EngineName").asText("s3");
        if (!engine.toLowerCase(Locale.ROOT).equals("s3")) {
            errors.add(Finding.error(
                    "ENDPOINT_NOT_S3",
                    path + ".EngineName",
                    "It is '" + engine + "', so that the endpoint has no settings of S3.",
                    "Give the endpoint with the engine s3."));
        }
    }

    /** The service lets one overwrite the other, and which wins has changed. */
    private void contradictions(JsonNode settings, ObjectNode attributes, String path) {
        for (S3Attribute attribute : S3Attribute.values()) {
            String name = attribute.jsonName();
            if (settings.hasNonNull(name) && attributes.has(name)) {
                Object inSettings = value(attribute, settings.get(name));
                Object inAttributes = value(attribute, attributes.get(name));
                if (!inSettings.equals(inAttributes)) {
                    errors.add(Finding.error(
                            "SETTINGS_AND_ATTRIBUTES_DIFFER",
                            path + "." + name,
                            "It is '" + inAttributes + "' here and '" + inSettings
                                    + "' in S3Settings: which one DMS takes is not documented.",
                            "Give both the same value."));
                }
            }
        }
    }

    private static Object value(S3Attribute attribute, JsonNode node) {
        S3TargetSettings.Builder builder = S3TargetSettings.builder();
        attribute.read(node, builder, (message, fix) -> {});
        return attribute.valueIn(builder.values()).or(attribute::defaultValue).orElse("");
    }

    private static InvalidConfigurationException refused(Finding... findings) {
        return new InvalidConfigurationException("the endpoint", List.of(findings));
    }

    static String createInput(S3TargetSettings settings, String identifier) {
        if (!isIdentifier(identifier)) {
            throw new IllegalArgumentException(
                    "Cannot name an endpoint '" + identifier
                            + "': DMS takes letters, digits and single hyphens, beginning with a letter. Write e.g. lake-target.");
        }

        return ConfigurationJson.pretty(createNode(settings, identifier));
    }

    /** Whether it can name an endpoint, a task or a serverless replication. */
    static boolean isIdentifier(String name) {
        return IDENTIFIER.matcher(name).matches();
    }

    static ObjectNode createNode(S3TargetSettings settings, String identifier) {
        ObjectNode root = ConfigurationJson.newObject();
        root.put("EndpointIdentifier", identifier);
        root.put("EndpointType", "target");
        root.put("EngineName", "s3");
        ObjectNode node = root.putObject(SETTINGS);
        written(settings).forEach((attribute, value) -> S3TargetJson.put(node, attribute.jsonName(), value));
        connectionAttributes(settings).ifPresent(text -> root.put(CONNECTION, text));
        return root;
    }

    /**
     * What is sent in the settings: what differs from the defaults, and for Parquet also what the API and the guide give
     * different defaults for, so that it does not matter which of them is right.
     */
    static Map<S3Attribute, Object> written(S3TargetSettings settings) {
        Map<S3Attribute, Object> values = new EnumMap<>(S3Attribute.class);
        settings.attributes().forEach((attribute, value) -> {
            if (attribute.inApi()) {
                values.put(attribute, value);
            }
        });
        if (settings.dataFormat() == DataFormat.PARQUET) {
            for (S3Attribute attribute : DISPUTED_DEFAULTS) {
                attribute.defaultValue().ifPresent(value -> values.putIfAbsent(attribute, value));
            }
        }
        return values;
    }

    /**
     * What tasks take from connection attributes only, {@code CdcPath} although the API has it too.
     *
     * @throws InvalidConfigurationException if a value cannot be written so
     */
    static Optional<String> connectionAttributes(S3TargetSettings settings) {
        List<Finding> errors = new ArrayList<>();
        Optional<String> text = connectionAttributes(settings, errors);
        if (!errors.isEmpty()) {
            throw refused(errors.toArray(Finding[]::new));
        }

        return text;
    }

    static Optional<String> connectionAttributes(S3TargetSettings settings, List<Finding> errors) {
        Map<S3Attribute, Object> values = new EnumMap<>(S3Attribute.class);
        settings.attributes().forEach((attribute, value) -> {
            if (attribute == S3Attribute.CDC_PATH || !attribute.inApi()) {
                values.put(attribute, value);
            }
        });
        return values.isEmpty() ? Optional.empty() : Optional.of(S3ConnectionAttributes.write(values, errors));
    }

    static S3TargetSettings read(Map<S3Attribute, ?> settings, String connectionAttributes) {
        ObjectNode root = ConfigurationJson.newObject();
        ObjectNode node = root.putObject(SETTINGS);
        settings.forEach((attribute, value) -> node.putPOJO(attribute.jsonName(), value));
        root.put(CONNECTION, connectionAttributes);
        return parse(root.toString());
    }
}
