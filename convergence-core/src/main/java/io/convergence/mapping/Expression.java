package io.convergence.mapping;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * A SQLite expression of a rule (DMS guide, "Using transformation rule expressions"), read far enough to say what it uses;
 * its value is not computed here. Immutable and thread-safe.
 *
 * @param text the expression as it was written
 * @param columns source columns, {@code $name} or <code>${name}</code>, without the sign, each once, in order
 * @param headers facts about the change, such as {@code AR_H_CHANGE_SEQ}, and about the source object, such as
 *     {@code AR_M_SOURCE_TABLE_NAME}, without the sign, each once, in order
 * @param functions names of the functions called, in lower case, each once, in order
 * @param literals the texts in single quotes, unquoted, in order
 * @param bareNames names without the sign that are neither function nor keyword: DMS knows no such column
 */
public record Expression(
        String text,
        List<String> columns,
        List<String> headers,
        List<String> functions,
        List<String> literals,
        List<String> bareNames) {
    /** Facts about a change; in full-load rows they are mostly empty. */
    public static final String CHANGE_HEADER = "AR_H_";

    /** Facts about the source object. */
    public static final String SOURCE_HEADER = "AR_M_";

    public Expression {
        requireNonNull(text, "text");
        columns = List.copyOf(columns);
        headers = List.copyOf(headers);
        functions = List.copyOf(functions);
        literals = List.copyOf(literals);
        bareNames = List.copyOf(bareNames);
    }

    /**
     * Reads an expression.
     *
     * @throws IllegalArgumentException if it is no SQLite expression; the message names the character, counted from 1
     */
    public static Expression parse(String text) {
        return new ExpressionReader(requireNonNull(text, "text")).read();
    }

    /** Whether its value depends on the row or change, and not on names and constants alone. */
    public boolean readsRows() {
        return !columns.isEmpty() || headers.stream().anyMatch(header -> header.startsWith(CHANGE_HEADER));
    }
}
