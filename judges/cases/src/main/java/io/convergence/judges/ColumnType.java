package io.convergence.judges;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A DMS type as {@code case.json} writes it, e.g. {@code numeric(10,2)}.
 *
 * @param kind the name in lower case, without parameters
 * @param precision of a numeric, otherwise 0
 * @param scale of a numeric; for datetime and time the fraction digits of a second; otherwise 0
 */
public record ColumnType(String kind, int precision, int scale) {
    private static final Pattern TEXT = Pattern.compile("([a-z]+\\d?)(?:\\((\\d+)(?:,(\\d+))?\\))?");

    /** @throws IllegalArgumentException if the text is no type */
    public static ColumnType parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("Cannot read the column type '" + text + "' of a case.");
        }

        String kind = matcher.group(1);
        int first = matcher.group(2) == null ? 0 : Integer.parseInt(matcher.group(2));
        int second = matcher.group(3) == null ? 0 : Integer.parseInt(matcher.group(3));
        return switch (kind) {
            case "numeric" -> new ColumnType(kind, first, second);
            case "datetime", "time" -> new ColumnType(kind, 0, first);
            default -> new ColumnType(kind, 0, 0);
        };
    }

    @Override
    public String toString() {
        return switch (kind) {
            case "numeric" -> kind + "(" + precision + "," + scale + ")";
            case "datetime", "time" -> kind + "(" + scale + ")";
            default -> kind;
        };
    }
}
