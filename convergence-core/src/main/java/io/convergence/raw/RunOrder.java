package io.convergence.raw;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * How a declared order places the changes of a file (rule S2): the change sequence they stand at in place of their own.
 * Immutable.
 *
 * @param declared null for none: changes stand at their own sequence
 * @param time 16 digits, as a sequence's time part; empty without a declaration
 * @param rowsBefore of the run, in the files before this one; for {@link DeclaredOrder#FILES}
 */
public record RunOrder(@Nullable DeclaredOrder declared, String time, long rowsBefore) {
    private static final int TIME_DIGITS = 16;
    private static final int COUNTER_DIGITS = 19;

    /** Nothing declared. */
    public static final RunOrder OWN = new RunOrder(null, "", 0);

    public RunOrder {
        requireNonNull(time, "time");
        if (rowsBefore < 0 || (declared != null && time.length() != TIME_DIGITS)) {
            throw new IllegalArgumentException(
                    "Cannot order changes by " + declared + " from '" + time + "' on, after " + rowsBefore + " rows.");
        }
    }

    /**
     * The change sequence at which a row is placed.
     *
     * @param sequence the row's own, 35 digits
     * @param row in its file, from 0
     */
    public String place(String sequence, long row) {
        if (declared == null) {
            return sequence;
        }

        String own = sequence.substring(0, TIME_DIGITS);
        String counter = sequence.substring(TIME_DIGITS);
        return switch (declared) {
            case COUNTER -> time + counter;
            case FOLLOWS -> (own.compareTo(time) < 0 ? time : own) + counter;
            case FILES -> time + padded(rowsBefore + row);
        };
    }

    private static String padded(long number) {
        String digits = Long.toString(number);
        return "0".repeat(COUNTER_DIGITS - digits.length()) + digits;
    }
}
