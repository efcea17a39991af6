package io.convergence.pipeline;

import io.convergence.TableId;
import io.convergence.ledger.DeclaredText;
import io.convergence.ledger.LedgerEntry;
import io.convergence.ledger.LedgerSnapshot;
import io.convergence.raw.DeclaredLoads;
import io.convergence.raw.DeclaredOrder;
import io.convergence.raw.TimelineOptions;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What was declared in the log, and with it the renames, column defaults and orders of the configuration, which win. */
final class LoggedDeclarations {
    private static final Pattern WHOLE = Pattern.compile("-?\\d{1,18}");
    private static final Pattern DECIMAL = Pattern.compile("-?\\d{1,100}(\\.\\d{1,100})?");

    private static final Set<LedgerEntry.Declared.Kind> ABOUT_LOADS = EnumSet.of(
            LedgerEntry.Declared.Kind.TRUNCATED,
            LedgerEntry.Declared.Kind.RELOADED,
            LedgerEntry.Declared.Kind.LOAD_START);

    private LoggedDeclarations() {}

    /** @throws PipelineException if a slot's text cannot be understood */
    static Declarations with(Declarations configured, LedgerSnapshot snapshot) {
        Declarations all = configured;
        for (LedgerSnapshot.At<LedgerEntry.Declared> at : snapshot.declarations()) {
            switch (at.entry().what()) {
                case RENAMED -> {
                    String[] names = halves(configured.table(), at);
                    if (!all.renames().containsKey(names[0])) {
                        all = all.renamed(names[0], names[1]);
                    }
                }
                case COLUMN_DEFAULT -> {
                    String[] column = halves(configured.table(), at);
                    if (!all.columnDefaults().containsKey(column[0])) {
                        all = all.columnDefault(column[0], value(configured.table(), at, column[1]));
                    }
                }
                case ORDER -> {
                    String[] order = halves(configured.table(), at);
                    Instant run = instant(configured.table(), at, order[0]);
                    if (!configured.orders().containsKey(run)) {
                        all = all.order(run, order(configured.table(), at, order[1]));
                    }
                }
                case TRUNCATED, RELOADED, EXPIRED, LOAD_START, LOAD_COMPLETE -> {}
            }
        }
        return all;
    }

    /** With one more, as it would stand in the log. */
    static Declarations plus(Declarations known, LedgerEntry.Declared.Kind what, String text) {
        var at = new LedgerSnapshot.At<>(
                LedgerSnapshot.NONE, new LedgerEntry.Declared("", LedgerSnapshot.NONE, what, text, List.of()));
        String[] parts = halves(known.table(), at);
        if (what == LedgerEntry.Declared.Kind.ORDER) {
            return known.order(instant(known.table(), at, parts[0]), order(known.table(), at, parts[1]));
        }
        return what == LedgerEntry.Declared.Kind.RENAMED
                ? known.renamed(parts[0], parts[1])
                : known.columnDefault(parts[0], value(known.table(), at, parts[1]));
    }

    /** How the table's files are put in order, with what the log tells of its loads. */
    static TimelineOptions timeline(TableSetup setup, LedgerSnapshot snapshot) {
        DeclaredLoads.Beginning newest = null;
        Map<Instant, Instant> starts = new HashMap<>();
        for (LedgerSnapshot.At<LedgerEntry.Declared> at : snapshot.declarations()) {
            LedgerEntry.Declared.Kind what = at.entry().what();
            if (!ABOUT_LOADS.contains(what)) {
                continue;
            }

            DeclaredText text = text(setup.table(), at).orElse(null);
            if (text == null || text.at() == null) {
                continue;
            }
            if (what == LedgerEntry.Declared.Kind.LOAD_START && text.load() != null) {
                starts.put(text.load(), text.at());
            } else if (what == LedgerEntry.Declared.Kind.TRUNCATED) {
                newest = new DeclaredLoads.Beginning(text.at(), DeclaredLoads.What.TRUNCATED);
            } else if (what == LedgerEntry.Declared.Kind.RELOADED) {
                newest = new DeclaredLoads.Beginning(text.at(), DeclaredLoads.What.RELOADED);
            }
        }
        TimelineOptions options = setup.timeline()
                .withDeclared(new DeclaredLoads(newest, starts))
                .withKnownStarts(LoadNotes.published(snapshot).starts());
        for (Map.Entry<Instant, DeclaredOrder> order :
                with(setup.declarations(), snapshot).orders().entrySet()) {
            options = options.withOrder(order.getKey(), order.getValue());
        }
        return options;
    }

    /** Whether the log declares this load complete. */
    static boolean complete(TableId table, LedgerSnapshot snapshot, Instant generation) {
        return snapshot.declarations().stream()
                .filter(at -> at.entry().what() == LedgerEntry.Declared.Kind.LOAD_COMPLETE)
                .anyMatch(at -> text(table, at)
                        .filter(text -> generation.equals(text.load()))
                        .isPresent());
    }

    /** Empty for a note alone, by which older versions declared. */
    private static Optional<DeclaredText> text(TableId table, LedgerSnapshot.At<LedgerEntry.Declared> at) {
        try {
            return DeclaredText.parse(at.entry().text());
        } catch (IllegalArgumentException e) {
            throw new PipelineException(
                    "Cannot work on table " + table + ", slot " + at.slot() + " of its log: " + e.getMessage(), e);
        }
    }

    private static String[] halves(TableId table, LedgerSnapshot.At<LedgerEntry.Declared> at) {
        String text = at.entry().text();
        int middle = text.indexOf('=');
        if (middle <= 0 || middle == text.length() - 1) {
            throw refused(table, at, "it is not NAME=WHAT");
        }

        return new String[] {text.substring(0, middle), text.substring(middle + 1)};
    }

    private static Instant instant(TableId table, LedgerSnapshot.At<LedgerEntry.Declared> at, String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeParseException e) {
            throw refused(table, at, "its run is no instant such as 2026-03-01T10:00:00Z");
        }
    }

    private static DeclaredOrder order(TableId table, LedgerSnapshot.At<LedgerEntry.Declared> at, String text) {
        try {
            return DeclaredOrder.parse(text);
        } catch (IllegalArgumentException e) {
            throw refused(table, at, "the order is none of counter, files and follows");
        }
    }

    /** {@code null}, {@code true}, {@code false}, a number, or a text in single quotes. */
    private static @Nullable Object value(TableId table, LedgerSnapshot.At<LedgerEntry.Declared> at, String literal) {
        if (literal.equals("null")) {
            return null;
        }
        if (literal.equals("true") || literal.equals("false")) {
            return Boolean.valueOf(literal);
        }
        if (WHOLE.matcher(literal).matches()) {
            return Long.valueOf(literal);
        }
        if (DECIMAL.matcher(literal).matches()) {
            return new BigDecimal(literal);
        }
        if (literal.length() >= 2 && literal.startsWith("'") && literal.endsWith("'")) {
            return literal.substring(1, literal.length() - 1);
        }

        throw refused(table, at, "its value is neither null, true, false, a number nor a text in single quotes");
    }

    /** What {@link #value} reads back. */
    static String literal(@Nullable Object value) {
        if (value == null || value instanceof Boolean || value instanceof Long || value instanceof Integer) {
            return String.valueOf(value);
        }
        if (value instanceof BigDecimal number) {
            return number.toPlainString();
        }
        if (value instanceof CharSequence) {
            return "'" + value + "'";
        }

        throw new IllegalArgumentException(
                "Cannot declare a " + value.getClass().getSimpleName()
                        + " in the log: it keeps null, booleans, numbers and texts. Declare it in the configuration.");
    }

    private static PipelineException refused(TableId table, LedgerSnapshot.At<LedgerEntry.Declared> at, String why) {
        if (at.slot() == LedgerSnapshot.NONE) {
            return new PipelineException(
                    "Cannot declare " + at.entry().what().label() + " '"
                            + at.entry().text() + "' of table " + table + ": " + why + ".",
                    null);
        }

        return new PipelineException(
                "Cannot understand what slot " + at.slot() + " of the log of table " + table + " declares: '"
                        + at.entry().text() + "': " + why + ". Declare it in the configuration, which wins.",
                null);
    }
}
