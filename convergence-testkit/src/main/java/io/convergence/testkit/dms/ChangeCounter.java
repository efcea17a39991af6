package io.convergence.testkit.dms;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * Makes the values of {@code $AR_H_CHANGE_SEQ}: the commit time in hundredths of a second, truncated, and a counter that
 * all tables of the task share. The steps are those of a real sample: 4 between rows of a transaction, 12 between
 * transactions, 61 at the first row of a run.
 */
final class ChangeCounter {
    private static final long BEFORE_FIRST = 49;
    private static final long NEXT_TRANSACTION = 12;
    private static final long NEXT_ROW = 4;
    private static final DateTimeFormatter HUNDREDTHS =
            DateTimeFormatter.ofPattern("uuuuMMddHHmmssSS", Locale.ROOT).withZone(ZoneOffset.UTC);

    private long counter = BEFORE_FIRST;
    private boolean firstOfTransaction = true;
    private String timePart = "";

    void restart() {
        counter = BEFORE_FIRST;
        firstOfTransaction = true;
    }

    void begin(Instant commitTime) {
        firstOfTransaction = true;
        timePart = HUNDREDTHS.format(commitTime);
    }

    String next() {
        counter += firstOfTransaction ? NEXT_TRANSACTION : NEXT_ROW;
        firstOfTransaction = false;
        return timePart + String.format(Locale.ROOT, "%019d", counter);
    }
}
