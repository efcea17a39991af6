package io.convergence.change;

import static java.util.Objects.requireNonNull;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;

/**
 * A value of {@code $AR_H_CHANGE_SEQ}: 35 digits, 16 of commit time in hundredths of a second (UTC,
 * {@code yyyyMMddHHmmss} and two digits, truncated) and 19 of a counter all tables of the task share. Fixed-width text:
 * it sorts as it stands. Never compare across tasks.
 */
public record ChangeSequence(String text) implements Comparable<ChangeSequence> {
    /** How many digits the time part has. */
    public static final int TIME_DIGITS = 16;

    static final int DIGITS = 35;

    public ChangeSequence {
        if (!isDigits(requireNonNull(text, "text"))) {
            throw new IllegalArgumentException("Cannot read change sequence '" + text + "': it is not 35 digits.");
        }
    }

    private static boolean isDigits(String text) {
        if (text.length() != DIGITS) {
            return false;
        }
        int wrong = 0;
        for (byte letter : text.getBytes(StandardCharsets.ISO_8859_1)) {
            int digit = letter - '0';
            wrong |= digit | 9 - digit;
        }
        return wrong >= 0;
    }

    /**
     * Whether these bytes certainly are a sequence whose time part is a date and time; of some that are it is not told, as of the last
     * days of a month.
     */
    static boolean isPlain(byte[] bytes, int start, int length) {
        if (length != DIGITS || !isNumber(bytes, start)) {
            return false;
        }
        int month = two(bytes, start + 4);
        int day = two(bytes, start + 6);
        return month >= 1
                && month <= 12
                && day >= 1
                && day <= 28
                && two(bytes, start + 8) < 24
                && two(bytes, start + 10) < 60
                && two(bytes, start + 12) < 60;
    }

    /** Whether as many digits as a sequence has begin there. */
    static boolean isNumber(byte[] bytes, int start) {
        int wrong = 0;
        for (int i = start; i < start + DIGITS; i++) {
            int digit = bytes[i] - '0';
            wrong |= digit | 9 - digit;
        }
        return wrong >= 0;
    }

    /** Of digits; unsigned if they are 19. */
    static long number(byte[] bytes, int start, int digits) {
        long number = 0;
        for (int i = start; i < start + digits; i++) {
            number = number * 10 + (bytes[i] - '0');
        }
        return number;
    }

    private static int two(byte[] bytes, int at) {
        return (bytes[at] - '0') * 10 + bytes[at + 1] - '0';
    }

    public String timePart() {
        return text.substring(0, TIME_DIGITS);
    }

    /** The time part as an instant, truncated to hundredths of a second. @throws IllegalArgumentException if it is no date and time */
    public Instant commitTime() {
        try {
            return LocalDateTime.of(
                            number(0, 4),
                            number(4, 6),
                            number(6, 8),
                            number(8, 10),
                            number(10, 12),
                            number(12, 14),
                            number(14, 16) * 10_000_000)
                    .toInstant(ZoneOffset.UTC);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(
                    "Cannot read the time of change sequence '" + text + "': " + e.getMessage() + ".", e);
        }
    }

    private int number(int from, int to) {
        return Integer.parseInt(text, from, to, 10);
    }

    public String counterPart() {
        return text.substring(TIME_DIGITS);
    }

    /** By the counter alone. */
    int compareCounter(ChangeSequence other) {
        int at = TIME_DIGITS;
        while (at < DIGITS - 1 && text.charAt(at) == other.text.charAt(at)) {
            at++;
        }
        return Character.compare(text.charAt(at), other.text.charAt(at));
    }

    @Override
    public int compareTo(ChangeSequence other) {
        return text.compareTo(other.text);
    }

    @Override
    public String toString() {
        return text;
    }
}
