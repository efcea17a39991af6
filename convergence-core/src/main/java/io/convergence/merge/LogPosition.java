package io.convergence.merge;

import io.convergence.change.ChangePosition;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;

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

    // With a change sequence.
    private static final int FIELDS = 7;
    private static final int TIME = 2;
    private static final int RUN = 3;
    private static final int COUNTER = 4;

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

    /** The same for a change of a load and run that have other names by now; a position without change sequence stays. */
    public static String moved(String position, Instant generation, Instant run) {
        String[] fields = position.split(" ", -1);
        if (!isSequenced(fields)) {
            return position;
        }
        fields[0] = text(generation);
        fields[RUN] = text(run);
        return String.join(" ", fields);
    }

    /** Whether it is one of that load. */
    public static boolean isOf(String position, Instant generation) {
        return position.startsWith(text(generation) + " ");
    }

    /** By what time and counter order a change; empty without a change sequence. */
    static Optional<Sequenced> sequenced(String position) {
        String[] fields = position.split(" ", -1);
        return isSequenced(fields)
                ? Optional.of(new Sequenced(fields[TIME], fields[RUN] + " " + fields[COUNTER]))
                : Optional.empty();
    }

    private static boolean isSequenced(String[] fields) {
        return fields.length == FIELDS && fields[1].equals("1");
    }

    /**
     * @param time the time part of its sequence
     * @param place its run and its counter: those of a later run count as higher
     */
    record Sequenced(String time, String place) {
        /** Whether time and counter of two changes tell different orders. */
        boolean disagrees(Sequenced other) {
            int byTime = Integer.signum(time.compareTo(other.time));
            return byTime * Integer.signum(place.compareTo(other.place)) < 0;
        }
    }

    private static String text(Instant instant) {
        return INSTANT.format(instant);
    }

    private static String text(long number) {
        String digits = Long.toString(number);
        return "0".repeat(Math.max(0, DIGITS - digits.length())) + digits;
    }
}
