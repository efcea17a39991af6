package io.convergence.target;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Writes YAML that its versions 1.1 and 1.2 read alike: whatever one of them could take for something else than text is
 * quoted.
 */
final class YamlText {
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z](?:[A-Za-z0-9_./:-]*[A-Za-z0-9_/-])?");
    private static final Set<String> NOT_TEXT = Set.of("y", "n", "yes", "no", "true", "false", "on", "off", "null");

    private final StringBuilder out = new StringBuilder();

    private YamlText() {}

    static String write(TemplateBody body) {
        YamlText text = new YamlText();
        text.body(body, 0);
        return text.out.toString();
    }

    private void body(TemplateBody body, int level) {
        for (TemplateBody.Entry entry : body.entries()) {
            for (String comment : entry.comments()) {
                TemplateText.comment(comment).forEach(line -> line(level, line));
            }
            entry(entry.name(), entry.value(), level);
        }
    }

    private void entry(String name, Object value, int level) {
        String key = text(name) + ":";
        if (value instanceof TemplateBody inner && !inner.entries().isEmpty()) {
            line(level, key);
            body(inner, level + 1);
        } else if (value instanceof TemplateBody.JsonText document) {
            line(level, key + " |-");
            TemplateText.json(document.document()).lines().forEach(line -> line(level + 1, line));
        } else if (value instanceof JsonNode node && node.isContainerNode() && !node.isEmpty()) {
            line(level, key);
            structure(node, level + 1);
        } else {
            line(level, key + " " + scalar(value));
        }
    }

    private void structure(JsonNode node, int level) {
        if (node.isObject()) {
            for (Map.Entry<String, JsonNode> field : node.properties()) {
                entry(field.getKey(), field.getValue(), level);
            }
            return;
        }

        for (JsonNode item : node) {
            if (item.isContainerNode() && !item.isEmpty()) {
                int start = out.length();
                structure(item, level + 1);
                out.setCharAt(start + 2 * level, '-');
            } else {
                line(level, "- " + scalar(item));
            }
        }
    }

    private void line(int level, String text) {
        out.append("  ".repeat(level)).append(text).append('\n');
    }

    private static String scalar(Object value) {
        if (value instanceof TemplateBody.Reference reference) {
            return "!Ref " + reference.expression();
        }
        if (value instanceof TemplateBody) {
            return "{}";
        }
        if (value instanceof String text) {
            return text(text);
        }
        if (value instanceof JsonNode node) {
            return node.isTextual() ? text(node.textValue()) : node.toString();
        }
        return value.toString();
    }

    private static String text(String text) {
        boolean plain = PLAIN.matcher(text).matches() && !NOT_TEXT.contains(text.toLowerCase(Locale.ROOT));
        if (plain) {
            return text;
        }

        StringBuilder quoted = new StringBuilder("\"");
        text.codePoints().forEach(c -> {
            if (c == '"' || c == '\\') {
                quoted.append('\\').appendCodePoint(c);
            } else if (c == '\n') {
                quoted.append("\\n");
            } else if (TemplateText.printable(c)) {
                quoted.appendCodePoint(c);
            } else {
                quoted.append(TemplateText.escape(c, text));
            }
        });
        return quoted.append('"').toString();
    }
}
