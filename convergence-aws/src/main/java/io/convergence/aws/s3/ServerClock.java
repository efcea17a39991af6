package io.convergence.aws.s3;

import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.http.SdkHttpResponse;

/** S3's time, from the {@code Date} of its latest answer and a local stopwatch since. Thread-safe. */
final class ServerClock {
    /** A stopwatch drifts by far less than the second a {@code Date} is exact to. */
    private static final Duration FRESH = Duration.ofMinutes(1);

    private final LongSupplier nanoTime;
    private volatile @Nullable Reading latest;

    ServerClock(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** Notes the answer's date and returns it; empty if it has none. */
    Optional<Instant> observe(@Nullable SdkHttpResponse answer) {
        Optional<Instant> date = Optional.ofNullable(answer)
                .flatMap(found -> found.firstMatchingHeader("Date"))
                .flatMap(ServerClock::parse);
        date.ifPresent(instant -> latest = new Reading(instant, nanoTime.getAsLong()));
        return date;
    }

    /** The time now, or empty if no answer of the last minute told it. */
    Optional<Instant> now() {
        Reading reading = latest;
        if (reading == null) {
            return Optional.empty();
        }

        Duration since = Duration.ofNanos(nanoTime.getAsLong() - reading.nanoTime());
        return since.compareTo(FRESH) > 0
                ? Optional.empty()
                : Optional.of(reading.server().plus(since));
    }

    private static Optional<Instant> parse(String date) {
        try {
            return Optional.of(ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant());
        } catch (DateTimeParseException e) {
            // Not a date HTTP allows: as if there were none, and now() says so if it never gets one.
            return Optional.empty();
        }
    }

    private record Reading(Instant server, long nanoTime) {}
}
