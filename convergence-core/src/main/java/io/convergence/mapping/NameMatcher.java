package io.convergence.mapping;

import io.convergence.TableId;
import io.convergence.source.SourceColumn;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Compares names with the patterns of rules as the options say. A pattern that cannot be read matches nothing. Not thread-safe. */
final class NameMatcher {
    private static final Pattern NOTHING = Pattern.compile("(?!)");

    private final EvaluationOptions options;
    private final Map<String, Pattern> patterns = new HashMap<>();
    private final Map<String, Pattern> columnPatterns = new HashMap<>();

    NameMatcher(EvaluationOptions options) {
        this.options = options;
    }

    boolean schema(ObjectLocator locator, TableId table) {
        return matches(locator.schemaName(), table.schema());
    }

    /** A locator without a table is about all of them. */
    boolean table(ObjectLocator locator, TableId table) {
        String pattern = locator.tableName();
        return schema(locator, table) && (pattern == null || matches(pattern, table.name()));
    }

    boolean column(ObjectLocator locator, TableId table, SourceColumn column) {
        return table(locator, table) && columnName(locator.columnName(), column.name()) && type(locator, column);
    }

    boolean exactTable(ObjectLocator locator, TableId table) {
        return same(locator.schemaName(), table.schema()) && same(String.valueOf(locator.tableName()), table.name());
    }

    private static boolean type(ObjectLocator locator, SourceColumn column) {
        return locator.dataType() == null
                || column.type().kind().name().toLowerCase(Locale.ROOT).equals(locator.dataType());
    }

    private boolean columnName(@Nullable String pattern, String name) {
        if (pattern == null) {
            return false;
        }
        if (options.columnPatterns() == EvaluationOptions.ColumnPatterns.LIKE_TABLES) {
            return matches(pattern, name);
        }
        return columnPatterns
                .computeIfAbsent(
                        pattern,
                        text -> Pattern.compile(
                                "\\Q" + text.replace("%", "\\E.*\\Q") + "\\E", Pattern.DOTALL | flags()))
                .matcher(name)
                .matches();
    }

    private boolean matches(String pattern, String name) {
        return patterns.computeIfAbsent(pattern, this::compiled).matcher(name).matches();
    }

    private Pattern compiled(String pattern) {
        try {
            return Pattern.compile(Wildcard.compile(escaped(pattern)).pattern(), Pattern.DOTALL | flags());
        } catch (IllegalArgumentException e) {
            return NOTHING;
        }
    }

    /** With escape character # the pattern a#_b is a[_]b. */
    private String escaped(String pattern) {
        return options.escapeCharacter()
                .map(escape -> pattern.replace(escape + "_", "[_]").replace(escape + "%", "[%]"))
                .orElse(pattern);
    }

    private int flags() {
        return options.caseSensitive() ? 0 : Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE;
    }

    private boolean same(String one, String other) {
        return options.caseSensitive() ? one.equals(other) : one.equalsIgnoreCase(other);
    }
}
