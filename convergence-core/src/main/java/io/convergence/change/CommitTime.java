package io.convergence.change;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;

/** DMS's timestamp column: {@code yyyy-MM-dd HH:mm:ss.SSSSSS} in UTC; other numbers of fraction digits are taken, too. */
final class CommitTime {
    private static final int SECONDS_LENGTH = 19;

    private CommitTime() {}

    /** @throws DateTimeException if it is no such text */
    static Instant parse(String text) {
        boolean shaped = text.length() >= SECONDS_LENGTH
                && text.charAt(4) == '-'
                && text.charAt(7) == '-'
                && (text.charAt(10) == ' ' || text.charAt(10) == 'T')
                && text.charAt(13) == ':'
                && text.charAt(16) == ':'
                && text.length() <= SECONDS_LENGTH + 10
                && text.length() != SECONDS_LENGTH + 1
                && (text.length() == SECONDS_LENGTH || text.charAt(SECONDS_LENGTH) == '.');
        if (!shaped) {
            throw new DateTimeException("it is not of the form yyyy-MM-dd HH:mm:ss.SSSSSS");
        }

        int nanos = 0;
        int digits = text.length() - SECONDS_LENGTH - 1;
        if (digits > 0) {
            nanos = number(text, SECONDS_LENGTH + 1, text.length());
            for (int i = digits; i < 9; i++) {
                nanos *= 10;
            }
        }

        return LocalDateTime.of(
                        number(text, 0, 4),
                        number(text, 5, 7),
                        number(text, 8, 10),
                        number(text, 11, 13),
                        number(text, 14, 16),
                        number(text, 17, 19),
                        nanos)
                .toInstant(ZoneOffset.UTC);
    }

    private static int number(String text, int from, int to) {
        int value = 0;
        for (int i = from; i < to; i++) {
            char digit = text.charAt(i);
            if (digit < '0' || digit > '9') {
                throw new DateTimeException("it holds '" + digit + "' where a digit belongs");
            }
            value = value * 10 + (digit - '0');
        }

        return value;
    }
}
