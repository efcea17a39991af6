package io.convergence.target;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.convergence.Finding;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What the JSON forms of this package have in common. */
final class ConfigurationJson {
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private ConfigurationJson() {}

    static ObjectNode newObject() {
        return JSON.createObjectNode();
    }

    static ArrayNode newArray() {
        return JSON.createArrayNode();
    }

    static JsonNode object(String json, String what) {
        JsonNode node;
        try {
            node = JSON.readTree(json);
        } catch (JsonProcessingException e) {
            String place = e.getLocation() == null
                    ? ""
                    : " (line " + e.getLocation().getLineNr() + ", column "
                            + e.getLocation().getColumnNr() + ")";
            throw refused(what, "The text is not JSON: " + e.getOriginalMessage() + place + ".");
        }
        if (!node.isObject()) {
            throw refused(
                    what, "The text is " + node.getNodeType().name().toLowerCase(Locale.ROOT) + ", not a JSON object.");
        }

        return node;
    }

    /** Over several lines, the same on every system. */
    static String pretty(JsonNode node) {
        return node.toPrettyString().replace(System.lineSeparator(), "\n");
    }

    /** On one line. */
    static String compact(String json) {
        return object(json, "the document").toString();
    }

    /** The known name that was most likely meant. */
    static Optional<String> suggestion(String name, Collection<String> known) {
        return known.stream()
                .filter(other -> distance(plain(name), plain(other)) <= 2)
                .min(Comparator.comparingInt(other -> distance(plain(name), plain(other))));
    }

    private static String plain(String name) {
        return name.toLowerCase(Locale.ROOT).replace("_", "").replace("-", "");
    }

    /** Levenshtein's. */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int above = row[j];
                int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(change, Math.min(above, row[j - 1]) + 1);
                diagonal = above;
            }
        }
        return row[b.length()];
    }

    private static InvalidConfigurationException refused(String what, String why) {
        return new InvalidConfigurationException(
                what, List.of(Finding.error("NOT_JSON", "$", why, "Give one JSON object, not the path of a file.")));
    }
}
