package io.convergence.mapping;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.convergence.Finding;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * An object inside a rule, read as the service reads it: null is absent, numbers may be texts and texts numbers. What cannot
 * be read becomes a problem, and reading goes on, so that all problems of a rule are found at once.
 */
final class RuleNode {
    private final JsonNode node;
    private final String path;
    private final List<Finding> problems;
    private final Set<String> known = new HashSet<>();

    RuleNode(JsonNode node, String path, List<Finding> problems) {
        this.node = node;
        this.path = path;
        this.problems = problems;
    }

    String at(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    void problem(String key, String code, String message, String fix) {
        problems.add(Finding.error(code, at(key), message, fix));
    }

    /** The value if it is there and not null; the key counts as known from here on. */
    @Nullable
    JsonNode value(String key) {
        known.add(key);
        JsonNode value = node.get(key);
        return value == null || value.isNull() ? null : value;
    }

    /** A text, or a number or boolean as text. */
    @Nullable
    String text(String key) {
        JsonNode value = value(key);
        if (value == null) {
            return null;
        }
        if (!value.isValueNode()) {
            wrongKind(key, value, "a text");
            return null;
        }
        return value.asText();
    }

    /** A text that the rule cannot do without; a problem and an empty text if it is missing. */
    String required(String key, String fix) {
        int before = problems.size();
        String text = text(key);
        if (text == null && problems.size() == before) {
            problem(key, "KEY_MISSING", "The rule has no '" + key + "', which it needs.", fix);
        }
        return text == null ? "" : text;
    }

    /** A whole number, also as text; an empty text is absent. */
    @Nullable
    Integer number(String key) {
        String text = text(key);
        if (text == null || text.isBlank()) {
            return null;
        }
        try {
            return Integer.valueOf(text.trim());
        } catch (NumberFormatException e) {
            problem(
                    key,
                    "NUMBER_INVALID",
                    "The '" + key + "' is '" + text + "', not a whole number up to " + Integer.MAX_VALUE + ".",
                    "Give digits only.");
            return null;
        }
    }

    /** True or false, also as text. */
    @Nullable
    Boolean flag(String key) {
        String text = text(key);
        if (text == null || text.isBlank()) {
            return null;
        }
        if (!text.equals("true") && !text.equals("false")) {
            problem(
                    key,
                    "VALUE_UNKNOWN",
                    "The '" + key + "' is '" + text + "': DMS knows true, false.",
                    "Write \"true\" or \"false\".");
        }
        return text.equals("true");
    }

    <E extends Enum<E>> @Nullable E constant(String key, E[] constants) {
        String text = text(key);
        return text == null ? null : constantOf(key, text, constants);
    }

    /** One of the constants in AWS's spelling, which is case-sensitive. */
    <E extends Enum<E>> @Nullable E constantOf(String key, String text, E[] constants) {
        for (E constant : constants) {
            if (wire(constant).equals(text)) {
                return constant;
            }
        }
        unknown(key, text, Arrays.stream(constants).map(RuleNode::wire).toList());
        return null;
    }

    void unknown(String key, String text, List<String> possible) {
        String meant = possible.stream()
                .filter(value -> value.equals(text.toLowerCase(Locale.ROOT).replace('_', '-')))
                .findFirst()
                .orElse("");
        problem(
                key,
                "VALUE_UNKNOWN",
                "The '" + key + "' is '" + text + "': DMS knows " + String.join(", ", possible) + ".",
                meant.isEmpty() ? "Write one of these." : "Write '" + meant + "': names are case-sensitive.");
    }

    /** An object inside this one; null if absent, or with a problem if it is something else. */
    @Nullable
    RuleNode object(String key) {
        JsonNode value = value(key);
        if (value == null) {
            return null;
        }
        if (!value.isObject()) {
            wrongKind(key, value, "an object");
            return null;
        }
        return new RuleNode(value, at(key), problems);
    }

    /** A list of texts; absent is empty. */
    List<String> texts(String key) {
        List<String> texts = new ArrayList<>();
        for (JsonNode element : elements(key)) {
            if (element.isValueNode() && !element.isNull()) {
                texts.add(element.asText());
            } else {
                wrongKind(key, element, "a list of texts");
            }
        }
        return texts;
    }

    /** A list of lists of texts; absent is empty. */
    List<List<String>> textLists(String key) {
        List<List<String>> lists = new ArrayList<>();
        for (JsonNode element : elements(key)) {
            if (!element.isArray()) {
                wrongKind(key, element, "a list of lists of texts");
                continue;
            }
            List<String> texts = new ArrayList<>();
            element.forEach(text -> texts.add(text.asText()));
            lists.add(texts);
        }
        return lists;
    }

    /** A list of objects, each read by {@code read}; absent is empty. */
    <T> List<T> objects(String key, Function<RuleNode, T> read) {
        List<T> objects = new ArrayList<>();
        int i = 0;
        for (JsonNode element : elements(key)) {
            if (element.isObject()) {
                objects.add(read.apply(new RuleNode(element, at(key) + "[" + i + "]", problems)));
            } else {
                wrongKind(key, element, "a list of objects");
            }
            i++;
        }
        return objects;
    }

    private List<JsonNode> elements(String key) {
        JsonNode value = value(key);
        if (value == null) {
            return List.of();
        }
        if (!value.isArray()) {
            wrongKind(key, value, "a list");
            return List.of();
        }
        List<JsonNode> elements = new ArrayList<>();
        value.forEach(elements::add);
        return elements;
    }

    /** Everything that was not asked for, as JSON text; nulls are left out. */
    Map<String, String> others() {
        return node.properties().stream()
                .filter(field ->
                        !known.contains(field.getKey()) && !field.getValue().isNull())
                .collect(Collectors.toMap(
                        Map.Entry::getKey, field -> field.getValue().toString(), (a, b) -> a, TreeMap::new));
    }

    /** {@link #others}, and under {@code key} those of the object there, whose known keys the rule holds itself. */
    Map<String, String> othersAnd(String key, RuleNode inner) {
        Map<String, String> others = others();
        Map<String, String> rest = inner.others();
        if (!rest.isEmpty()) {
            ObjectNode kept = MappingJson.JSON.createObjectNode();
            MappingJson.putOthers(kept, rest);
            others.put(key, kept.toString());
        }
        return others;
    }

    private void wrongKind(String key, JsonNode value, String expected) {
        problem(
                key,
                "VALUE_OF_WRONG_KIND",
                "The '" + key + "' holds " + value + " where DMS wants " + expected + ".",
                "Give " + expected + ".");
    }

    static String wire(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
