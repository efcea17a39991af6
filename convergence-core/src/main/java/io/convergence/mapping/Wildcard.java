package io.convergence.mapping;

import static java.util.Objects.requireNonNull;

import java.util.regex.Pattern;

/**
 * A name pattern of a DMS rule (DMS guide, "Wildcards in table mapping"): {@code %} stands for any characters, {@code _} for
 * one, {@code [ab]} for one of a set, {@code [a-d]} for one of a range, {@code [_]} for an underscore. Case-sensitive. Note
 * that a plain name such as {@code order_items} is a pattern too and also matches {@code orderXitems}; see {@link #literal}.
 *
 * <p>{@code [%]} is taken as a percent sign. {@code [^a]}, {@code [!a]}, nested and unclosed brackets are refused: the guide
 * does not say what they match. Immutable and thread-safe.
 */
public record Wildcard(String pattern) {
    public Wildcard {
        compile(requireNonNull(pattern, "pattern"));
    }

    /**
     * A pattern as a rule writes it.
     *
     * @throws IllegalArgumentException if a bracket is unclosed, empty, nested or negated
     */
    public static Wildcard of(String pattern) {
        return new Wildcard(pattern);
    }

    /**
     * The pattern that matches this name only.
     *
     * @throws IllegalArgumentException if the name holds a bracket, which no documented pattern matches
     */
    public static String literal(String name) {
        if (name.indexOf('[') >= 0 || name.indexOf(']') >= 0) {
            throw new IllegalArgumentException(
                    "Cannot write a pattern for the name '" + name
                            + "': DMS documents none for a bracket. Select the table with an explicit rule, which takes names as they are.");
        }

        return name.replace("_", "[_]").replace("%", "[%]");
    }

    public boolean matches(String name) {
        return compile(pattern).matcher(name).matches();
    }

    /** Whether it may match more than one name. */
    public boolean ambiguous() {
        return pattern.replace("[_]", "").replace("[%]", "").chars().anyMatch(c -> c == '%' || c == '_' || c == '[');
    }

    /** Whether some name matches both patterns. */
    public boolean overlaps(Wildcard other) {
        return WildcardOverlap.of(pattern, other.pattern);
    }

    static Pattern compile(String pattern) {
        StringBuilder regex = new StringBuilder();
        for (int i = 0; i < pattern.length(); i++) {
            char c = pattern.charAt(i);
            switch (c) {
                case '%' -> regex.append(".*");
                case '_' -> regex.append('.');
                case '[' -> {
                    int end = pattern.indexOf(']', i);
                    regex.append(set(pattern, i, end));
                    i = end;
                }
                default -> regex.append(Pattern.quote(String.valueOf(c)));
            }
        }

        return Pattern.compile(regex.toString(), Pattern.DOTALL);
    }

    private static String set(String pattern, int start, int end) {
        String members = end < 0 ? "" : pattern.substring(start + 1, end);
        if (members.isEmpty() || members.indexOf('[') >= 0 || members.charAt(0) == '^' || members.charAt(0) == '!') {
            throw new IllegalArgumentException(
                    "Cannot read the pattern '" + pattern + "': the bracket at character " + (start + 1)
                            + " is unclosed, empty, nested or negated. Write one of a set as [ab], a range as [a-d], an underscore as [_].");
        }

        StringBuilder set = new StringBuilder("[");
        for (int i = 0; i < members.length(); i++) {
            char c = members.charAt(i);
            boolean range = i + 2 < members.length() && members.charAt(i + 1) == '-';
            if (range && members.charAt(i + 2) < c) {
                throw new IllegalArgumentException("Cannot read the pattern '" + pattern + "': the range '"
                        + members.substring(i, i + 3) + "' runs backwards. Write the lower character first.");
            }
            set.append(escaped(c));
            if (range) {
                set.append('-').append(escaped(members.charAt(i + 2)));
                i += 2;
            }
        }
        return set.append(']').toString();
    }

    private static String escaped(char c) {
        return Character.isLetterOrDigit(c) ? String.valueOf(c) : "\\" + c;
    }

    @Override
    public String toString() {
        return pattern;
    }
}
