package io.convergence.mapping;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Reads the words of a SQLite expression and checks that quotes, brackets and CASE are closed and operands are there. */
final class ExpressionReader {
    private static final String TYPOGRAPHIC_QUOTES = "\u2018\u2019\u201c\u201d\u00b4";
    private static final String OPERATORS = "|<>=!+-*/%&~";

    /** SQLite keywords that may stand in an expression. */
    private static final Set<String> KEYWORDS = Set.of(
            "and",
            "as",
            "between",
            "case",
            "cast",
            "collate",
            "current_date",
            "current_time",
            "current_timestamp",
            "distinct",
            "else",
            "end",
            "escape",
            "exists",
            "false",
            "from",
            "glob",
            "in",
            "is",
            "isnull",
            "like",
            "match",
            "not",
            "notnull",
            "null",
            "or",
            "regexp",
            "then",
            "true",
            "when");

    /** After these an operand has to follow. */
    private static final Set<String> UNFINISHED = Set.of(
            "and", "between", "collate", "else", "glob", "like", "not", "or", "then", "when", "case", "is", "in");

    private final String text;
    private final Set<String> columns = new LinkedHashSet<>();
    private final Set<String> headers = new LinkedHashSet<>();
    private final Set<String> functions = new LinkedHashSet<>();
    private final List<String> literals = new ArrayList<>();
    private final Set<String> bareNames = new LinkedHashSet<>();

    /** Opened and not yet closed: '(' or 'C' for CASE, each with its place. */
    private final Deque<Open> open = new ArrayDeque<>();

    private int at;
    private boolean operandDue = true;
    private boolean typeName;

    ExpressionReader(String text) {
        this.text = text;
    }

    Expression read() {
        while (at < text.length()) {
            next();
        }
        if (!open.isEmpty()) {
            Open last = open.getLast();
            throw wrong(
                    last.at(), last.what() == '(' ? "the parenthesis is not closed" : "CASE has no END", "Close it.");
        }
        if (operandDue) {
            throw wrong(text.length(), "a value is missing at its end", "Complete it.");
        }
        return new Expression(
                text,
                List.copyOf(columns),
                List.copyOf(headers),
                List.copyOf(functions),
                literals,
                List.copyOf(bareNames));
    }

    private void next() {
        char c = text.charAt(at);
        if (Character.isWhitespace(c)) {
            at++;
        } else if (c == '\'') {
            literals.add(quoted('\''));
            operandDue = false;
        } else if (c == '"' || c == '`') {
            bareNames.add(quoted(c));
            operandDue = false;
        } else if (c == '$') {
            reference();
        } else if (Character.isDigit(c)
                || (c == '.' && at + 1 < text.length() && Character.isDigit(text.charAt(at + 1)))) {
            at = end(at, d -> Character.isLetterOrDigit(d) || d == '.');
            operandDue = false;
        } else if (Character.isLetter(c) || c == '_') {
            word();
        } else if (c == '(') {
            open.addLast(new Open('(', at++));
            operandDue = true;
        } else if (c == ')') {
            close('(', "the parenthesis closes nothing");
        } else if (c == ',') {
            refuseIfOperandDue();
            at++;
            operandDue = true;
        } else if (text.startsWith("--", at) || text.startsWith("/*", at)) {
            throw wrong(at, "comments have no place in it", "Remove the comment.");
        } else if (OPERATORS.indexOf(c) >= 0) {
            operator();
        } else if (TYPOGRAPHIC_QUOTES.indexOf(c) >= 0) {
            throw wrong(at, "'" + c + "' is a typographic quote", "Write straight quotes: '.");
        } else if (c == ';') {
            throw wrong(at, "';' ends a statement, and only an expression is taken", "Remove it.");
        } else {
            throw wrong(at, "'" + c + "' means nothing there", "Remove it.");
        }
    }

    private String quoted(char quote) {
        int start = at;
        StringBuilder value = new StringBuilder();
        at++;
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c != quote) {
                value.append(c);
            } else if (at < text.length() && text.charAt(at) == quote) {
                value.append(quote);
                at++;
            } else {
                return value.toString();
            }
        }
        throw wrong(start, "the quote is not closed", "Close it; write a quote inside a text twice.");
    }

    private void reference() {
        int start = at++;
        String name;
        if (at < text.length() && text.charAt(at) == '{') {
            int end = text.indexOf('}', at);
            if (end < 0) {
                throw wrong(start, "'${' is not closed", "Write ${name}.");
            }
            name = text.substring(at + 1, end);
            at = end + 1;
        } else {
            int end = end(at, c -> Character.isLetterOrDigit(c) || c == '_' || c == '#');
            name = text.substring(at, end);
            at = end;
        }
        if (name.isEmpty()) {
            throw wrong(start, "'$' is followed by no name", "Write $name of a source column.");
        }

        boolean header = name.startsWith(Expression.CHANGE_HEADER) || name.startsWith(Expression.SOURCE_HEADER);
        (header ? headers : columns).add(name);
        operandDue = false;
    }

    private void word() {
        int start = at;
        at = end(at, c -> Character.isLetterOrDigit(c) || c == '_' || c == '$');
        String word = text.substring(start, at);
        String lower = word.toLowerCase(Locale.ROOT);
        if (lower.equals("x") && at < text.length() && text.charAt(at) == '\'') {
            quoted('\'');
            operandDue = false;
        } else if (KEYWORDS.contains(lower) && !(lower.equals("cast") && called())) {
            keyword(lower, start);
        } else if (called()) {
            functions.add(lower);
            operandDue = true;
            openCall();
        } else {
            if (!typeName) {
                bareNames.add(word);
            }
            operandDue = false;
        }
    }

    private void keyword(String word, int start) {
        if (word.equals("case")) {
            open.addLast(new Open('C', start));
        } else if (word.equals("end")) {
            at = start;
            close('C', "END closes no CASE");
            at = start + word.length();
        }
        typeName = word.equals("as") || word.equals("collate");
        operandDue = UNFINISHED.contains(word);
    }

    private boolean called() {
        int next = end(at, Character::isWhitespace);
        return next < text.length() && text.charAt(next) == '(' && !typeName;
    }

    /** A call without arguments is complete: date(), random(). */
    private void openCall() {
        at = end(at, Character::isWhitespace);
        open.addLast(new Open('(', at++));
        int next = end(at, Character::isWhitespace);
        if (next < text.length() && text.charAt(next) == ')') {
            operandDue = false;
        }
    }

    private void close(char what, String problem) {
        if (open.isEmpty() || open.getLast().what() != what) {
            throw wrong(at, problem, "Remove it, or open it before.");
        }
        refuseIfOperandDue();
        open.removeLast();
        typeName = false;
        operandDue = false;
        at++;
    }

    private void operator() {
        char c = text.charAt(at);
        boolean sign = c == '+' || c == '-' || c == '~';
        boolean everything = c == '*' && !open.isEmpty() && text.charAt(at - 1) == '(';
        if (operandDue && !sign && !everything) {
            throw wrong(at, "a value is missing before '" + c + "'", "Complete it.");
        }
        String two = text.substring(at, Math.min(at + 2, text.length()));
        at += Set.of("||", "<=", ">=", "<>", "<<", ">>", "==", "!=").contains(two) ? 2 : 1;
        operandDue = !everything;
    }

    private void refuseIfOperandDue() {
        if (operandDue) {
            throw wrong(at, "a value is missing before '" + text.charAt(at) + "'", "Complete it.");
        }
    }

    private int end(int from, CharTest test) {
        int end = from;
        while (end < text.length() && test.test(text.charAt(end))) {
            end++;
        }
        return end;
    }

    private IllegalArgumentException wrong(int place, String problem, String fix) {
        return new IllegalArgumentException("Cannot read the expression \"" + text + "\": at character "
                + Math.min(place + 1, Math.max(text.length(), 1)) + " " + problem + ". " + fix);
    }

    private interface CharTest {
        boolean test(char c);
    }

    private record Open(char what, int at) {}
}
