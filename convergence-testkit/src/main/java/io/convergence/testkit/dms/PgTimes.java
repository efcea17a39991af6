package io.convergence.testkit.dms;

import java.time.DateTimeException;
import java.time.LocalDate;

/** Reads PostgreSQL's ISO date style: {@code 2024-06-12 10:30:27.362108+00 BC} and its parts. */
final class PgTimes {
    static final long MICROS_PER_DAY = 86_400_000_000L;

    private PgTimes() {}

    static LocalDate date(String text) {
        boolean bc = text.endsWith(" BC");
        String era = bc ? text.substring(0, text.length() - 3) : text;
        int month = era.indexOf('-', 1);
        int day = month + 3;
        if (month < 4 || era.length() != month + 6 || era.charAt(day) != '-') {
            throw unreadable("date", text);
        }
        try {
            int year = number(era, 0, month, text);
            // PostgreSQL has no year 0: 1 BC is the year 0 of ISO 8601
            return LocalDate.of(
                    bc ? 1 - year : year, number(era, month + 1, day, text), number(era, day + 1, era.length(), text));
        } catch (DateTimeException e) {
            throw unreadable("date", text, e);
        }
    }

    /** A time of day without zone in microseconds, {@code 24:00:00} included. */
    static long time(String text) {
        if (text.length() < 8 || text.charAt(2) != ':' || text.charAt(5) != ':') {
            throw unreadable("time", text);
        }
        long seconds = number(text, 0, 2, text) * 3600L + number(text, 3, 5, text) * 60L + number(text, 6, 8, text);
        long micros = 0;
        if (text.length() > 8) {
            int digits = text.length() - 9;
            if (text.charAt(8) != '.' || digits < 1 || digits > 6) {
                throw unreadable("time", text);
            }
            micros = number(text, 9, text.length(), text);
            for (int i = digits; i < 6; i++) {
                micros *= 10;
            }
        }
        return seconds * 1_000_000 + micros;
    }

    /** Where the zone of a time begins, or the text's length. */
    static int zoneStart(String text) {
        for (int i = 8; i < text.length(); i++) {
            if (text.charAt(i) == '+' || text.charAt(i) == '-') {
                return i;
            }
        }
        return text.length();
    }

    /** Seconds east of UTC of {@code +hh[:mm[:ss]]}. */
    static int zoneSeconds(String zone) {
        if (zone.isEmpty()) {
            return 0;
        }
        String[] parts = zone.substring(1).split(":", -1);
        int seconds = 0;
        int unit = 3600;
        for (String part : parts) {
            if (unit == 0) {
                throw unreadable("zone", zone);
            }
            seconds += number(part, 0, part.length(), zone) * unit;
            unit /= 60;
        }
        return zone.charAt(0) == '-' ? -seconds : seconds;
    }

    /**
     * A timestamp with or without zone in microseconds of UTC since 1970.
     *
     * @throws ArithmeticException if it does not fit 64 bits
     */
    static long timestamp(String text) {
        boolean bc = text.endsWith(" BC");
        String era = bc ? text.substring(0, text.length() - 3) : text;
        int space = era.indexOf(' ');
        if (space < 0) {
            throw unreadable("timestamp", text);
        }
        LocalDate date = date(era.substring(0, space) + (bc ? " BC" : ""));
        String clock = era.substring(space + 1);
        int zone = zoneStart(clock);
        long micros = time(clock.substring(0, zone)) - zoneSeconds(clock.substring(zone)) * 1_000_000L;
        return Math.addExact(Math.multiplyExact(date.toEpochDay(), MICROS_PER_DAY), micros);
    }

    private static int number(String text, int from, int to, String whole) {
        if (from >= to || to > text.length() || to - from > 9) {
            throw unreadable("date or time", whole);
        }
        int value = 0;
        for (int i = from; i < to; i++) {
            char digit = text.charAt(i);
            if (digit < '0' || digit > '9') {
                throw unreadable("date or time", whole);
            }
            value = value * 10 + digit - '0';
        }
        return value;
    }

    private static IllegalArgumentException unreadable(String what, String text) {
        return new IllegalArgumentException(
                "Cannot read " + what + " '" + text + "': it is not in PostgreSQL's ISO style.");
    }

    private static IllegalArgumentException unreadable(String what, String text, Throwable cause) {
        return new IllegalArgumentException(
                "Cannot read " + what + " '" + text + "': it is not in PostgreSQL's ISO style.", cause);
    }
}
