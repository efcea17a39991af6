package io.convergence.benchmarks.compaction;

import java.util.List;
import java.util.stream.IntStream;

/** The middle of what was measured in rounds. */
public final class Medians {
    private Medians() {}

    public static double median(List<Double> values) {
        if (values.isEmpty()) {
            throw new IllegalArgumentException("Cannot take the median of nothing.");
        }

        List<Double> sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }

    /** The median of the ratios round by round, so that what the machine did meanwhile met both. */
    public static double ratio(List<Double> values, List<Double> bases) {
        return median(IntStream.range(0, Math.min(values.size(), bases.size()))
                .mapToObj(round -> values.get(round) / bases.get(round))
                .toList());
    }
}
