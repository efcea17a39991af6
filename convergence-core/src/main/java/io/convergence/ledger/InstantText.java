package io.convergence.ledger;

import java.time.Instant;
import java.time.LocalDate;

/**
 * Reads what {@link Instant#toString} writes. The state of a large table has hundreds of thousands of times, and
 * {@link Instant#parse} would be a third of the time to read it.
 */
final class InstantText {
    private static final int SECONDS_LENGTH = "2026-03-01T10:00:00".length();
    private static final int NANO_DIGITS = 9;

    private InstantText() {}

    /** @throws java.time.DateTimeException if it is none */
    static Instant parse(String text) {
        int end = text.length() - 1;
        boolean usual = end >= SECONDS_LENGTH
                && text.charAt(4) == '-'
                && text.charAt(7) == '-'
                && text.charAt(10) == 'T'
                && text.charAt(13) == ':'
                && text.charAt(16) == ':'
                && text.charAt(end) == 'Z';
        if (!usual) {
            return Instant.parse(text);
        }

        int year = number(text, 0, 4);
        int month = number(text, 5, 7);
        int day = number(text, 8, 10);
        int hour = number(text, 11, 13);
        int minute = number(text, 14, 16);
        int second = number(text, 17, 19);
        int nano = nano(text, end);
        boolean plain = year >= 0 && month >= 1 && month <= 12 && day >= 1 && day <= 28;
        if (!plain || hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59 || nano < 0) {
            // The 29th of February, for one, and whatever is no time at all.
            return Instant.parse(text);
        }

        long days = LocalDate.of(year, month, day).toEpochDay();
        return Instant.ofEpochSecond(((days * 24 + hour) * 60 + minute) * 60 + second, nano);
    }

    /** Nanoseconds behind the point, 0 without one; negative if it is none. */
    private static int nano(String text, int end) {
        if (end == SECONDS_LENGTH) {
            return 0;
        }

        int digits = end - SECONDS_LENGTH - 1;
        if (text.charAt(SECONDS_LENGTH) != '.' || digits < 1 || digits > NANO_DIGITS) {
            return -1;
        }

        int nano = number(text, SECONDS_LENGTH + 1, end);
        for (int i = digits; i < NANO_DIGITS && nano >= 0; i++) {
            nano *= 10;
        }
        return nano;
    }

    /** Negative if not all are digits. */
    private static int number(String text, int from, int to) {
        int number = 0;
        for (int i = from; i < to; i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            number = number * 10 + digit;
        }
        return number;
    }
}
