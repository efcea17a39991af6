package io.convergence.pipeline;

import io.convergence.TableId;
import io.convergence.ledger.LedgerEntry;
import io.convergence.ledger.LedgerSnapshot;
import io.convergence.raw.DeclaredOrder;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Renames, column defaults and orders that were declared in the log, together with those of the configuration, which win. */
final class LoggedDeclarations {
    private static final Pattern WHOLE = Pattern.compile("-?\\d{1,18}");
    private static final Pattern DECIMAL = Pattern.compile("-?\\d{1,100}(\\.\\d{1,100})?");

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

    private static PipelineException refused(TableId table, LedgerSnapshot.At<LedgerEntry.Declared> at, String why) {
        return new PipelineException(
                "Cannot understand what slot " + at.slot() + " of the log of table " + table + " declares: '"
                        + at.entry().text() + "': " + why + ". Declare it in the configuration, which wins.",
                null);
    }
}
