package io.convergence.curated;

import io.convergence.Finding;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Findings of which there may be one for each key: the first of each code are kept, the others are counted, so that a table
 * whose every key is in doubt needs no more memory than another. Not thread-safe.
 */
final class CappedFindings {
    /** Of one code. Enough to look at, and each names a place. */
    static final int KEPT = 100;

    private final List<Finding> kept = new ArrayList<>();
    private final Map<String, Long> counts = new LinkedHashMap<>();

    void addAll(List<Finding> findings) {
        for (Finding finding : findings) {
            if (counts.merge(finding.code(), 1L, Long::sum) <= KEPT) {
                kept.add(finding);
            }
        }
    }

    boolean isEmpty() {
        return counts.isEmpty();
    }

    /** How many were added. */
    long count() {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }

    /** In the order in which they came; then one for each code of which there were more. */
    List<Finding> toList() {
        List<Finding> all = new ArrayList<>(kept);
        counts.forEach((code, count) -> {
            if (count > KEPT) {
                Finding first = kept.stream()
                        .filter(finding -> finding.code().equals(code))
                        .findFirst()
                        .orElseThrow();
                all.add(new Finding(
                        code,
                        first.severity(),
                        first.path(),
                        (count - KEPT) + " more findings of this kind are not told one by one; there are " + count
                                + " of them, beginning here.",
                        first.fix()));
            }
        });
        return List.copyOf(all);
    }
}
