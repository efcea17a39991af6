package io.convergence.merge;

import io.convergence.change.ChangePosition;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * A position as text whose order is that of the changes (rule S1), in every engine that compares text by code point or
 * byte: fields of fixed width, separated by a space, which sorts before all that stands in names. Instants are
 * {@code yyyyMMddHHmmss} and nine digits of the second's fraction, in UTC.
 *
 * <pre>
 * GENERATION 0 SEGMENT FILE ROW                          a row of a full load
 * GENERATION 1 TIME-PART RUN COUNTER FILE-INSTANT ROW    a change with a change sequence
 * GENERATION 1 FILE-INSTANT ROW                          a change without
 * </pre>
 */
public final class LogPosition {
    private static final DateTimeFormatter INSTANT =
            DateTimeFormatter.ofPattern("yyyyMMddHHmmssSSSSSSSSS", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final int DIGITS = 19;

    private LogPosition() {}

    public static String of(ChangePosition position) {
        String generation = text(position.generation());
        if (position instanceof ChangePosition.Load load) {
            return generation + " 0 " + load.segment() + " " + text(load.fileNumber()) + " " + text(load.row());
        }
        if (position instanceof ChangePosition.Sequenced change) {
            return generation + " 1 " + change.sequence().timePart() + " " + text(change.run()) + " "
                    + change.sequence().counterPart() + " " + text(change.fileInstant()) + " " + text(change.row());
        }
        ChangePosition.Filed filed = (ChangePosition.Filed) position;
        return generation + " 1 " + text(filed.fileInstant()) + " " + text(filed.row());
    }

    private static String text(Instant instant) {
        return INSTANT.format(instant);
    }

    private static String text(long number) {
        String digits = Long.toString(number);
        return "0".repeat(Math.max(0, DIGITS - digits.length())) + digits;
    }
}
