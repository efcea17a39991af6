package io.convergence.ledger;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The text of a declaration about loads and files, in the form that later merges act on:
 * {@code declared/1 at=TIME load=TIME -- note}, where each part but the first may be missing. Any text that does not begin
 * with {@code declared/} is a note alone, as older versions wrote it: it ends the suspicions it names and does nothing
 * else. Immutable.
 *
 * @param at the moment declared; what it is compared with depends on the kind, see {@link LedgerEntry.Declared.Kind}
 * @param load the generation of the load it is about; null if it is about none
 * @param note for people; one line
 */
public record DeclaredText(@Nullable Instant at, @Nullable Instant load, String note) {
    private static final String FAMILY = "declared/";
    private static final String VERSION = FAMILY + "1";
    private static final Pattern FORM =
            Pattern.compile("declared/1(?: at=(?<at>\\S+))?(?: load=(?<load>\\S+))?(?: -- (?<note>.*\\S))?");

    public DeclaredText {
        note = note.strip();
        if (note.lines().count() > 1) {
            throw new IllegalArgumentException("Cannot declare with the note '" + note + "': it has several lines.");
        }
    }

    public static DeclaredText at(Instant moment) {
        return new DeclaredText(moment, null, "");
    }

    public static DeclaredText ofLoad(Instant generation) {
        return new DeclaredText(null, generation, "");
    }

    public DeclaredText withLoad(Instant generation) {
        return new DeclaredText(at, generation, note);
    }

    public DeclaredText withNote(String text) {
        return new DeclaredText(at, load, text);
    }

    /**
     * Reads a declaration's text; empty if it is a note alone.
     *
     * @throws IllegalArgumentException if it begins as this form does and is not of it, as when a newer version wrote it
     */
    public static Optional<DeclaredText> parse(String text) {
        if (!text.startsWith(FAMILY)) {
            return Optional.empty();
        }

        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            boolean newer = !text.equals(VERSION) && !text.startsWith(VERSION + " ");
            throw new IllegalArgumentException(
                    "Cannot understand the declaration '" + text + "': "
                            + (newer
                                    ? "it is of a newer version. Use the version that wrote it."
                                    : "it is not 'declared/1 at=TIME load=TIME -- note'. Leave parts out, but keep their order."));
        }

        String note = form.group("note");
        return Optional.of(new DeclaredText(
                moment(text, form.group("at")), moment(text, form.group("load")), note == null ? "" : note));
    }

    private static @Nullable Instant moment(String text, @Nullable String part) {
        if (part == null) {
            return null;
        }

        try {
            return Instant.parse(part);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(
                    "Cannot understand the declaration '" + text + "': '" + part
                            + "' is no time such as 2026-03-01T10:00:00Z.",
                    e);
        }
    }

    /** The text as the log keeps it; {@link #parse} reads it back. */
    public String text() {
        var text = new StringBuilder(VERSION);
        if (at != null) {
            text.append(" at=").append(at);
        }
        if (load != null) {
            text.append(" load=").append(load);
        }
        if (!note.isEmpty()) {
            text.append(" -- ").append(note);
        }
        return text.toString();
    }
}
