package io.convergence.target;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Writes Terraform's language as {@code terraform fmt} leaves it. */
final class HclText {
    private static final Pattern IDENTIFIER = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    /** Names that mean something else at the begin of an object. */
    private static final Set<String> KEYWORDS = Set.of("for", "if", "true", "false", "null");

    /** Literal dollars or percents before a brace: all but the last, and the last, which a second one makes literal. */
    private static final Pattern INTRODUCTION = Pattern.compile("([$%]*)([$%])\\{");

    /** Not every parser takes these before a backslash as themselves. */
    private static final Pattern BEFORE_ESCAPE = Pattern.compile("[$%]+(?=\\\\)");

    private final StringBuilder out = new StringBuilder();

    private HclText() {}

    /** @param head e.g. {@code resource "aws_dms_s3_endpoint" "orders"} */
    static String block(String head, TemplateBody body) {
        HclText text = new HclText();
        text.block(head, body, 0);
        return text.out.toString();
    }

    private void block(String head, TemplateBody body, int level) {
        line(level, head + " {");
        List<String[]> aligned = new ArrayList<>();
        boolean first = true;
        boolean apart = false;
        for (TemplateBody.Entry entry : body.entries()) {
            String value = entry.value() instanceof TemplateBody ? "" : value(entry.value(), level + 1);
            boolean tall = entry.value() instanceof TemplateBody || value.contains("\n");
            if (tall || apart || !entry.comments().isEmpty()) {
                align(aligned, level + 1);
            }
            if (!first && (tall || apart)) {
                out.append('\n');
            }
            for (String comment : entry.comments()) {
                TemplateText.comment(comment).forEach(line -> line(level + 1, line));
            }
            if (entry.value() instanceof TemplateBody inner) {
                block(entry.name(), inner, level + 1);
            } else if (tall) {
                line(level + 1, entry.name() + " = " + value);
            } else {
                aligned.add(new String[] {entry.name(), value});
            }
            first = false;
            apart = tall;
        }
        align(aligned, level + 1);
        line(level, "}");
    }

    private void align(List<String[]> pairs, int level) {
        int width = pairs.stream().mapToInt(pair -> width(pair[0])).max().orElse(0);
        for (String[] pair : pairs) {
            line(level, pair[0] + " ".repeat(width - width(pair[0])) + " = " + pair[1]);
        }
        pairs.clear();
    }

    private void line(int level, String text) {
        out.append("  ".repeat(level)).append(text).append('\n');
    }

    private static int width(String name) {
        return name.codePointCount(0, name.length());
    }

    private static String value(Object value, int level) {
        if (value instanceof TemplateBody.Reference reference) {
            return reference.expression();
        }
        if (value instanceof TemplateBody.JsonText text) {
            return "jsonencode(" + value(text.document(), level) + ")";
        }
        if (value instanceof String text) {
            return quoted(text);
        }
        if (!(value instanceof JsonNode node)) {
            return value.toString();
        }
        if (node.isTextual()) {
            return quoted(node.textValue());
        }
        if (node.isObject() && !node.isEmpty()) {
            return object(node, level);
        }
        return node.isArray() ? array(node, level) : node.toString();
    }

    private static String object(JsonNode node, int level) {
        HclText text = new HclText();
        List<String[]> aligned = new ArrayList<>();
        for (Map.Entry<String, JsonNode> field : node.properties()) {
            String key = field.getKey();
            String name = IDENTIFIER.matcher(key).matches() && !KEYWORDS.contains(key) ? key : quoted(key);
            String value = value(field.getValue(), level + 1);
            if (value.contains("\n")) {
                text.align(aligned, level + 1);
                text.line(level + 1, name + " = " + value);
            } else {
                aligned.add(new String[] {name, value});
            }
        }
        text.align(aligned, level + 1);
        return "{\n" + text.out + "  ".repeat(level) + "}";
    }

    private static String array(JsonNode node, int level) {
        boolean flat = true;
        List<String> items = new ArrayList<>();
        for (JsonNode item : node) {
            flat &= !item.isContainerNode();
            items.add(value(item, level + 1));
        }
        if (flat) {
            return "[" + String.join(", ", items) + "]";
        }

        HclText text = new HclText();
        items.forEach(item -> text.line(level + 1, item + ","));
        return "[\n" + text.out + "  ".repeat(level) + "]";
    }

    static String quoted(String text) {
        StringBuilder quoted = new StringBuilder();
        text.codePoints().forEach(c -> {
            if (c == '"' || c == '\\') {
                quoted.append('\\').appendCodePoint(c);
            } else if (c == '\n') {
                quoted.append("\\n");
            } else if (c == '\r') {
                quoted.append("\\r");
            } else if (c == '\t') {
                quoted.append("\\t");
            } else if (TemplateText.printable(c)) {
                quoted.appendCodePoint(c);
            } else {
                quoted.append(TemplateText.escape(c, text));
            }
        });
        String clear = BEFORE_ESCAPE.matcher(quoted).replaceAll(match -> escaped(match.group()));
        return "\"" + INTRODUCTION.matcher(clear).replaceAll(match -> literal(match.group(1), match.group(2))) + "\"";
    }

    /** Parsers disagree about more than two of them in a row: those before the last are escaped in the other way. */
    private static String literal(String before, String last) {
        return escaped(before) + (last.equals("$") ? "\\$\\$" : "%%") + "{";
    }

    /** As the replacement of a match. */
    private static String escaped(String marks) {
        return marks.replace("$", "\\\\u0024").replace("%", "\\\\u0025");
    }
}
