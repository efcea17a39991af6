package io.convergence.ledger;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.convergence.store.internal.Json;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** JSON of the log and its checkpoints, read strictly: a field that is missing or of another type is an {@link IllegalArgumentException}. */
final class JsonFields {
    private static final Json JSON = new Json(LedgerJson.MAX_BYTES);

    private JsonFields() {}

    static ObjectNode object() {
        return Json.object();
    }

    static JsonNode parse(String text) throws JsonProcessingException {
        return JSON.parse(text);
    }

    /** For people to read. */
    static String inLines(ObjectNode root) {
        return JSON.inLines(root) + "\n";
    }

    /** In as few characters as may be. */
    static String compact(ObjectNode root) {
        return JSON.write(root) + "\n";
    }

    static JsonNode field(JsonNode parent, String name) {
        JsonNode node = parent.get(name);
        if (node == null || node.isNull()) {
            throw new IllegalArgumentException("field '" + name + "' is missing");
        }

        return node;
    }

    /** An object of texts; empty if it is not there. */
    static Map<String, String> optionalTexts(JsonNode parent, String name) {
        JsonNode node = parent.get(name);
        if (node == null || node.isNull()) {
            return Map.of();
        }
        if (!node.isObject()) {
            throw new IllegalArgumentException("field '" + name + "' is no object");
        }

        Map<String, String> texts = new TreeMap<>();
        node.properties()
                .forEach(field -> texts.put(
                        field.getKey(), text(field.getValue(), () -> "field '" + name + "." + field.getKey() + "'")));
        return texts;
    }

    static String text(JsonNode parent, String name) {
        return text(field(parent, name), () -> "field '" + name + "'");
    }

    static String text(JsonNode node, Supplier<String> what) {
        if (!node.isTextual()) {
            throw new IllegalArgumentException(what.get() + " is no text");
        }

        return node.textValue();
    }

    static long number(JsonNode parent, String name) {
        return number(field(parent, name), () -> "field '" + name + "'");
    }

    static long number(JsonNode node, Supplier<String> what) {
        if (!node.isIntegralNumber() || !node.canConvertToLong()) {
            throw new IllegalArgumentException(what.get() + " is no whole number of 64 bits");
        }

        return node.longValue();
    }

    static boolean flag(JsonNode parent, String name) {
        JsonNode node = field(parent, name);
        if (!node.isBoolean()) {
            throw new IllegalArgumentException("field '" + name + "' is neither true nor false");
        }

        return node.booleanValue();
    }

    static Instant instant(JsonNode parent, String name) {
        return InstantText.parse(text(parent, name));
    }

    static @Nullable Instant optionalInstant(JsonNode parent, String name) {
        return parent.hasNonNull(name) ? instant(parent, name) : null;
    }

    static @Nullable String optionalText(JsonNode parent, String name) {
        return parent.hasNonNull(name) ? text(parent, name) : null;
    }

    static <T> List<T> list(JsonNode parent, String name, Function<JsonNode, T> element) {
        JsonNode array = field(parent, name);
        if (!array.isArray()) {
            throw new IllegalArgumentException("field '" + name + "' is no list");
        }

        List<T> list = new ArrayList<>(array.size());
        array.forEach(node -> list.add(element.apply(node)));
        return list;
    }

    static <T> List<T> optionalList(JsonNode parent, String name, Function<JsonNode, T> element) {
        return parent.hasNonNull(name) ? list(parent, name, element) : List.of();
    }
}
