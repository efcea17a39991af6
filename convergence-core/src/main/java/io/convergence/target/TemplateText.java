package io.convergence.target;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** What the languages of templates have in common: which characters they hold, and how comments look. */
final class TemplateText {
    private static final int COMMENT_WIDTH = 110;

    private TemplateText() {}

    /** Whether the character can stand for itself; what changes how the text around it looks or ends a line cannot. */
    static boolean printable(int codePoint) {
        int type = Character.getType(codePoint);
        return type != Character.CONTROL
                && type != Character.FORMAT
                && type != Character.LINE_SEPARATOR
                && type != Character.PARAGRAPH_SEPARATOR
                && type != Character.SURROGATE
                && (codePoint & 0xfffe) != 0xfffe;
    }

    /**
     * Escapes as YAML and HCL know them.
     *
     * @throws IllegalArgumentException if it is half of a pair: no text in UTF-8 holds it
     */
    static String escape(int codePoint, String text) {
        if (Character.getType(codePoint) == Character.SURROGATE) {
            throw new IllegalArgumentException("Cannot write the text '" + text
                    + "': it holds half of a surrogate pair, which UTF-8 has no bytes for. Correct the text.");
        }

        return codePoint > 0xffff ? String.format("\\U%08x", codePoint) : String.format("\\u%04x", codePoint);
    }

    /** The document over several lines, with only characters that stand for themselves. */
    static String json(JsonNode document) {
        String pretty = ConfigurationJson.pretty(document);
        StringBuilder out = new StringBuilder();
        pretty.codePoints().forEach(c -> {
            if (c == '\n' || printable(c)) {
                out.appendCodePoint(c);
            } else {
                for (char unit : Character.toChars(c)) {
                    out.append(String.format("\\u%04x", (int) unit));
                }
            }
        });
        return out.toString();
    }

    /** The comment in lines, each with its mark. */
    static List<String> comment(String text) {
        StringBuilder plain = new StringBuilder();
        text.codePoints().forEach(c -> {
            if (printable(c)) {
                plain.appendCodePoint(c);
            } else {
                plain.append(String.format("\\u%04x", c));
            }
        });

        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder("#");
        for (String word : plain.toString().trim().split(" +", -1)) {
            if (line.length() > 1 && line.length() + 1 + word.length() > COMMENT_WIDTH) {
                lines.add(line.toString());
                line = new StringBuilder("#");
            }
            line.append(' ').append(word);
        }
        lines.add(line.toString());
        return lines;
    }
}
