package io.convergence.change;

import static java.util.Objects.requireNonNull;

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
        if (requireNonNull(text, "text").length() != DIGITS || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw new IllegalArgumentException("Cannot read change sequence '" + text + "': it is not 35 digits.");
        }
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

    @Override
    public int compareTo(ChangeSequence other) {
        return text.compareTo(other.text);
    }

    @Override
    public String toString() {
        return text;
    }
}
