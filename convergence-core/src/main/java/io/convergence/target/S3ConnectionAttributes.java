package io.convergence.target;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.convergence.Finding;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Extra connection attributes, {@code name=value;name=value}. How the service reads a value that holds a semicolon is not
 * documented: such values are not written. Values with braces exist in AWS's examples (JSON in {@code
 * externalTableDefinition}), so a semicolon between braces is read as part of the value.
 */
final class S3ConnectionAttributes {
    private static final String WHAT = "extra connection attributes";

    private S3ConnectionAttributes() {}

    static S3TargetSettings parse(String text) {
        List<Finding> errors = new ArrayList<>();
        ObjectNode node = toNode(text, "$", errors);
        S3TargetSettings.Builder builder = S3TargetSettings.builder();
        S3TargetJson.readInto(builder, node, "$", errors);
        if (!errors.isEmpty()) {
            throw new InvalidConfigurationException(WHAT, errors);
        }

        return builder.build();
    }

    /** The attributes under the names of the JSON form; names that are none of S3's are kept, for the reader to refuse. */
    static ObjectNode toNode(String text, String path, List<Finding> errors) {
        ObjectNode node = ConfigurationJson.newObject();
        for (String part : split(text)) {
            int equals = part.indexOf('=');
            if (part.isBlank()) {
                continue;
            }
            if (equals < 0) {
                errors.add(Finding.error(
                        "CONNECTION_ATTRIBUTE_WITHOUT_VALUE",
                        path,
                        "'" + part.trim() + "' has no value.",
                        "Write name=value, with semicolons in between."));
                continue;
            }

            String given = part.substring(0, equals).trim();
            Optional<S3Attribute> attribute = attribute(given);
            String name = attribute.map(S3Attribute::jsonName).orElse(given);
            String value = part.substring(equals + 1);
            boolean blanksCount = attribute
                    .filter(known -> known.scopes().contains(S3Attribute.Scope.CSV))
                    .isPresent();
            String kept = blanksCount ? value : value.trim();
            if (node.has(name) && !node.get(name).asText().equals(kept)) {
                errors.add(Finding.error(
                        "CONNECTION_ATTRIBUTE_TWICE",
                        path + "." + name,
                        "It is given twice: '" + node.get(name).asText() + "' and '" + kept + "'.",
                        "Give it once."));
            }
            node.put(name, kept);
        }
        return node;
    }

    private static Optional<S3Attribute> attribute(String name) {
        return Arrays.stream(S3Attribute.values())
                .filter(attribute -> attribute.jsonName().equalsIgnoreCase(name))
                .findFirst();
    }

    /** At semicolons that stand outside braces; a brace that is never closed is a character like any other. */
    private static List<String> split(String text) {
        List<String> parts = new ArrayList<>();
        int start = 0;
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) == '{') {
                i = Math.max(i, closing(text, i));
            } else if (text.charAt(i) == ';') {
                parts.add(text.substring(start, i));
                start = i + 1;
            }
        }
        parts.add(text.substring(start));
        return parts;
    }

    private static int closing(String text, int open) {
        int depth = 0;
        for (int i = open; i < text.length(); i++) {
            depth += braces(text.charAt(i));
            if (depth == 0) {
                return i;
            }
        }
        return -1;
    }

    static String write(S3TargetSettings settings) {
        List<Finding> errors = new ArrayList<>();
        String text = write(settings.attributes(), errors);
        if (!errors.isEmpty()) {
            throw new InvalidConfigurationException(WHAT, errors);
        }

        return text;
    }

    static String write(Map<S3Attribute, Object> values, List<Finding> errors) {
        List<String> parts = new ArrayList<>();
        values.forEach((attribute, value) -> {
            String path = "$." + attribute.jsonName();
            if (attribute.connectionAttribute().isEmpty()) {
                errors.add(Finding.error(
                        "NO_CONNECTION_ATTRIBUTE",
                        path,
                        "It is '" + value + "', but the service no longer takes it as a connection attribute.",
                        "Give it in S3Settings: toCreateEndpointInput."));
            } else if (!writable(value.toString())) {
                errors.add(Finding.error(
                        "VALUE_NOT_WRITABLE",
                        path,
                        "It is '" + value
                                + "': how a connection attribute holds a semicolon, an unpaired brace or blanks at its ends is not documented.",
                        "Give it in S3Settings: toCreateEndpointInput."));
            } else {
                parts.add(attribute.connectionAttribute().get() + "=" + value);
            }
        });
        return String.join(";", parts);
    }

    private static boolean writable(String value) {
        int depth = 0;
        for (int i = 0; i < value.length(); i++) {
            depth += braces(value.charAt(i));
            if (value.charAt(i) == ';' || depth < 0) {
                return false;
            }
        }
        return depth == 0 && value.equals(value.trim());
    }

    private static int braces(char c) {
        if (c == '{') {
            return 1;
        }
        return c == '}' ? -1 : 0;
    }
}
