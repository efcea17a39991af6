package io.convergence.change;

import java.time.LocalDate;
import java.time.YearMonth;

/**
 * Reads well-formed timestamps of a column from their bytes, without an object for each. What it does not take is for
 * {@link CommitTime} to read or to refuse with a reason. Not thread-safe.
 */
final class CommitTimeReader {
    private static final int SECONDS_LENGTH = 19;
    private static final int MOST_DIGITS = 9;
    private static final int NO_NUMBER = -1;

    // Rows that follow each other mostly have the same date.
    private int dayRead = NO_NUMBER;
    private long epochDay;
    private long seconds;
    private int nanos;

    /** Whether the text was taken. */
    boolean read(byte[] text, int from, int length) {
        boolean shaped = (length == SECONDS_LENGTH
                        || length > SECONDS_LENGTH + 1
                                && length <= SECONDS_LENGTH + 1 + MOST_DIGITS
                                && text[from + SECONDS_LENGTH] == '.')
                && text[from + 4] == '-'
                && text[from + 7] == '-'
                && (text[from + 10] == ' ' || text[from + 10] == 'T')
                && text[from + 13] == ':'
                && text[from + 16] == ':';
        if (!shaped) {
            return false;
        }

        int year = number(text, from, 4);
        int month = number(text, from + 5, 2);
        int day = number(text, from + 8, 2);
        int hour = number(text, from + 11, 2);
        int minute = number(text, from + 14, 2);
        int second = number(text, from + 17, 2);
        int digits = Math.max(0, length - SECONDS_LENGTH - 1);
        int fraction = number(text, from + SECONDS_LENGTH + 1, digits);
        boolean time = hour >= 0 && hour < 24 && minute >= 0 && minute < 60 && second >= 0 && second < 60;
        if (!time || fraction < 0 || !readDay(year, month, day)) {
            return false;
        }

        for (int i = digits; i < MOST_DIGITS; i++) {
            fraction *= 10;
        }
        seconds = epochDay * 86_400 + hour * 3600 + minute * 60 + second;
        nanos = fraction;
        return true;
    }

    private boolean readDay(int year, int month, int day) {
        if (year < 0 || month < 1 || month > 12 || day < 1) {
            return false;
        }

        int packed = (year * 100 + month) * 100 + day;
        if (packed == dayRead) {
            return true;
        }
        if (day > YearMonth.of(year, month).lengthOfMonth()) {
            return false;
        }

        epochDay = LocalDate.of(year, month, day).toEpochDay();
        dayRead = packed;
        return true;
    }

    /** Up to nine digits; negative if there is anything else. */
    private static int number(byte[] text, int from, int digits) {
        int value = 0;
        for (int i = from; i < from + digits; i++) {
            int digit = text[i] - '0';
            if (digit < 0 || digit > 9) {
                return NO_NUMBER;
            }
            value = value * 10 + digit;
        }

        return value;
    }

    /** Of the text read last, since the epoch. */
    long seconds() {
        return seconds;
    }

    /** Of the second of the text read last. */
    int nanos() {
        return nanos;
    }
}
