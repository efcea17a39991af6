package io.convergence.audit;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Files of changes by the time of their names.
 *
 * @param from start of the first bucket, a multiple of {@code width}; the epoch without files
 * @param width of a bucket
 * @param files counts, without a gap; at most {@link #MOST_BUCKETS}
 */
public record Arrival(Instant from, Duration width, List<Long> files) {
    public static final int MOST_BUCKETS = 120;

    private static final List<Duration> WIDTHS = List.of(
            Duration.ofMinutes(1),
            Duration.ofMinutes(5),
            Duration.ofMinutes(15),
            Duration.ofHours(1),
            Duration.ofHours(6),
            Duration.ofDays(1),
            Duration.ofDays(7),
            Duration.ofDays(30),
            Duration.ofDays(365));

    public Arrival {
        requireNonNull(from, "from");
        requireNonNull(width, "width");
        files = List.copyOf(files);
    }

    static Arrival of(List<Instant> instants) {
        if (instants.isEmpty()) {
            return new Arrival(Instant.EPOCH, WIDTHS.get(0), List.of());
        }

        long first =
                instants.stream().min(Comparator.naturalOrder()).orElseThrow().getEpochSecond();
        long last =
                instants.stream().max(Comparator.naturalOrder()).orElseThrow().getEpochSecond();
        long width = WIDTHS.stream()
                .mapToLong(Duration::toSeconds)
                .filter(seconds -> Math.floorDiv(last, seconds) - Math.floorDiv(first, seconds) < MOST_BUCKETS)
                .findFirst()
                .orElse(Math.max(1, (last - first) / (MOST_BUCKETS - 1) + 1));
        long start = Math.floorDiv(first, width);
        List<Long> counts = new ArrayList<>();
        for (long bucket = start; bucket <= Math.floorDiv(last, width); bucket++) {
            counts.add(0L);
        }
        for (Instant instant : instants) {
            int bucket = (int) (Math.floorDiv(instant.getEpochSecond(), width) - start);
            counts.set(bucket, counts.get(bucket) + 1);
        }
        return new Arrival(Instant.ofEpochSecond(start * width), Duration.ofSeconds(width), counts);
    }
}
