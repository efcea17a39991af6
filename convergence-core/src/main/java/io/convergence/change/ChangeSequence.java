package io.convergence.change;

import static java.util.Objects.requireNonNull;

/**
 * A value of {@code $AR_H_CHANGE_SEQ}: 35 digits, 16 of commit time in hundredths of a second (UTC,
 * {@code yyyyMMddHHmmss} and two digits, truncated) and 19 of a counter all tables of the task share. Fixed-width text:
 * it sorts as it stands. Never compare across tasks.
 */
public record ChangeSequence(String text) implements Comparable<ChangeSequence> {
    static final int TIME_DIGITS = 16;
    static final int DIGITS = 35;

    public ChangeSequence {
        if (requireNonNull(text, "text").length() != DIGITS || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw new IllegalArgumentException("Cannot read change sequence '" + text + "': it is not 35 digits.");
        }
    }

    public String timePart() {
        return text.substring(0, TIME_DIGITS);
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
