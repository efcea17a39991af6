package io.convergence.pipeline;

import static java.util.Objects.requireNonNull;

import io.convergence.ledger.LedgerEntry.Declared.Kind;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a person declares of one table whose files do not tell it; it goes to {@link LakeTable#planDeclaration}, which
 * checks it and tells what it would change, and from there into the table's log, where every later merge finds it.
 * Immutable; thread-safe.
 */
public final class Declaration {
    private final Kind what;
    private final @Nullable Instant at;
    private final String text;
    private final String note;

    private Declaration(Kind what, @Nullable Instant at, String text, String note) {
        this.what = what;
        this.at = at;
        this.text = text;
        this.note = note;
    }

    private static Declaration at(Kind what, Instant at) {
        return new Declaration(what, requireNonNull(at, "at"), "", "");
    }

    private static Declaration of(Kind what) {
        return new Declaration(what, null, "", "");
    }

    /**
     * The source table was truncated, and DMS deleted its files: at a moment between the newest commit in them and the oldest
     * in those that are there. Refused where no such moment shows.
     */
    public static Declaration truncated() {
        return of(Kind.TRUNCATED);
    }

    /**
     * The source table was truncated at this moment. Only changes committed then or later count: by the timestamp column, else
     * by the time in the sequence, else by the time in the file's name.
     *
     * @param commit of the TRUNCATE, by the source's clock
     */
    public static Declaration truncated(Instant commit) {
        return at(Kind.TRUNCATED, commit);
    }

    /** The table is being loaded anew: LOAD files there are or were are all of the earlier load. */
    public static Declaration reloaded() {
        return of(Kind.RELOADED);
    }

    /**
     * The table was loaded anew: LOAD files last modified before this moment are of an earlier load. Where no LOAD file is
     * stored since, the table is held until one comes, or the load is declared complete because it is empty.
     *
     * @param from when the new load began, by the store's clock
     */
    public static Declaration reloaded(Instant from) {
        return at(Kind.RELOADED, from);
    }

    /** Raw files that are gone were removed, by a lifecycle rule or by hand, after they were merged or compacted; their rows stay. */
    public static Declaration expired() {
        return of(Kind.EXPIRED);
    }

    /**
     * The same of all files last modified before this moment, also of those that go later.
     *
     * @param before exclusive, by the store's clock; not in the future
     */
    public static Declaration expired(Instant before) {
        return at(Kind.EXPIRED, before);
    }

    /** When the load there is began, by the clock of DMS: files of changes named earlier do not belong to it (rule S5). */
    public static Declaration loadStart(Instant start) {
        return at(Kind.LOAD_START, start);
    }

    /** All LOAD files of the load there is are there (rule S6); where there is none, the table was empty. */
    public static Declaration loadComplete() {
        return of(Kind.LOAD_COMPLETE);
    }

    /**
     * The column was added, and rows from before hold this value.
     *
     * @param value null, a Boolean, a number or a text; for other types declare it in the configuration
     */
    public static Declaration columnDefault(String column, @Nullable Object value) {
        return new Declaration(Kind.COLUMN_DEFAULT, null, column + "=" + LoggedDeclarations.literal(value), "");
    }

    /** The column was renamed. */
    public static Declaration renamed(String from, String to) {
        return new Declaration(Kind.RENAMED, null, from + "=" + to, "");
    }

    /** Which of disputed changes came first (rule S2), in the words of the finding that asks for it. */
    public static Declaration order(String text) {
        return new Declaration(Kind.ORDER, null, requireNonNull(text, "text"), "");
    }

    /**
     * By its parts as a command line has them.
     *
     * @param value a time for {@code truncated}, {@code reloaded}, {@code expired} and {@code load-start}; {@code
     *     column=value} for {@code column-default}, with null, true, false, a number, or a text in single quotes; {@code
     *     old=new} for {@code renamed}; null for none
     * @throws IllegalArgumentException if a value is missing, or too much, or cannot be read
     */
    public static Declaration parse(Kind what, @Nullable String value) {
        return switch (what) {
            case TRUNCATED, RELOADED, EXPIRED -> value == null ? of(what) : at(what, time(what, value));
            case LOAD_START -> at(what, time(what, required(what, value, "a time")));
            case LOAD_COMPLETE -> {
                if (value != null) {
                    throw new IllegalArgumentException(
                            "Cannot declare load-complete with '" + value + "': it takes no value.");
                }
                yield of(what);
            }
            case COLUMN_DEFAULT -> new Declaration(what, null, required(what, value, "COLUMN=VALUE"), "");
            case RENAMED -> new Declaration(what, null, required(what, value, "OLD=NEW"), "");
            case ORDER -> order(required(what, value, "the order that the finding asks for"));
        };
    }

    private static String required(Kind what, @Nullable String value, String form) {
        if (value == null) {
            throw new IllegalArgumentException("Cannot declare " + what.label() + " alone: give " + form + ".");
        }

        return value;
    }

    private static Instant time(Kind what, String value) {
        try {
            return Instant.parse(value);
        } catch (java.time.DateTimeException e) {
            throw new IllegalArgumentException(
                    "Cannot declare " + what.label() + " '" + value + "': it is no time such as 2026-03-01T10:00:00Z.",
                    e);
        }
    }

    /** A line for those who read the log later. */
    public Declaration withNote(String line) {
        return new Declaration(what, at, text, requireNonNull(line, "line"));
    }

    public Kind what() {
        return what;
    }

    /** The moment given; empty where the files are to tell it, or none is needed. */
    public Optional<Instant> moment() {
        return Optional.ofNullable(at);
    }

    String text() {
        return text;
    }

    String note() {
        return note;
    }

    @Override
    public String toString() {
        return what.label() + (at == null ? "" : " " + at) + (text.isEmpty() ? "" : " " + text);
    }
}
