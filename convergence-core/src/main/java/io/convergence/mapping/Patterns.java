package io.convergence.mapping;

import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** Questions about patterns that need no name to match; a pattern that cannot be read is like none. */
final class Patterns {
    private Patterns() {}

    static boolean readable(String pattern) {
        try {
            Wildcard.of(pattern);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** Whether it matches one name only. */
    static boolean exact(String pattern) {
        return readable(pattern) && !Wildcard.of(pattern).ambiguous();
    }

    static boolean overlap(String one, String other) {
        return readable(one) && readable(other) && Wildcard.of(one).overlaps(Wildcard.of(other));
    }

    /** The name as a pattern that matches only it, for names that are exact by the kind of their rule. */
    static String asPattern(String exactName) {
        try {
            return Wildcard.literal(exactName);
        } catch (IllegalArgumentException e) {
            return exactName;
        }
    }

    /** The pattern without what stands in brackets. */
    static String withoutSets(String pattern) {
        return pattern.replaceAll("\\[[^]]*]", "");
    }

    /** All names of a locator that are patterns. */
    static List<String> namesOf(ObjectLocator locator) {
        return Stream.of(
                        locator.schemaName(),
                        locator.tableName(),
                        locator.columnName(),
                        locator.tableTablespaceName(),
                        locator.indexTablespaceName())
                .filter(Objects::nonNull)
                .toList();
    }
}
