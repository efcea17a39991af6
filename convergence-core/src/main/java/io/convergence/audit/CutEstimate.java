package io.convergence.audit;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * How DMS cuts a table's files of changes. Its timer starts when the first change enters an empty buffer, so a file cut
 * by the interval is named that long after its first commit time, plus the source's latency; a file cut by size, or when
 * the task stopped, earlier. Measured at a real zone: 60.001 to 60.057 s with the default of 60 s.
 *
 * @param interval of the files that agree
 * @param agreeing files named within two seconds above it
 * @param earlier files named earlier
 * @param later files named later: the source's changes came with delay
 */
record CutEstimate(Duration interval, long agreeing, long earlier, long later) {
    private static final long WINDOW_MILLIS = 2_000;
    private static final int FEWEST = 3;

    /** @param delays from the first commit time in a file to its name; empty if fewer than half of them agree */
    static Optional<CutEstimate> of(List<Duration> delays) {
        List<Long> sorted = delays.stream()
                .map(Duration::toMillis)
                .filter(delay -> delay > 0)
                .sorted()
                .toList();
        int bestFrom = 0;
        int best = 0;
        int to = 0;
        for (int from = 0; from < sorted.size(); from++) {
            while (to < sorted.size() && sorted.get(to) - sorted.get(from) <= WINDOW_MILLIS) {
                to++;
            }
            if (to - from > best) {
                best = to - from;
                bestFrom = from;
            }
        }
        if (best < FEWEST || best * 2 < sorted.size()) {
            return Optional.empty();
        }

        Duration interval = Duration.ofSeconds(sorted.get(bestFrom) / 1000);
        return Optional.of(new CutEstimate(interval, best, bestFrom, sorted.size() - bestFrom - best));
    }

    String evidence() {
        return String.format(
                Locale.ROOT,
                "%d files are named about %d s after the first commit time in them%s%s",
                agreeing,
                interval.toSeconds(),
                earlier == 0 ? "" : ", " + earlier + " earlier (cut by CdcMinFileSize or at a stop)",
                later == 0 ? "" : ", " + later + " later (changes came with delay)");
    }
}
