package io.convergence.change;

import io.convergence.Finding;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a reader left out by its {@link BadInputPolicy}. Immutable.
 *
 * @param rows single rows left out
 * @param files files left out, whole or from a row on
 * @param first the first of all these, at most {@value #LISTED}; a {@linkplain ChangeReadOptions#withBadInput listener} gets all
 */
public record BadInputReport(long rows, int files, List<BadInput> first) {
    /** Most that are kept, so that a file of nothing but bad rows does not fill the memory. */
    public static final int LISTED = 100;

    public static final BadInputReport NONE = new BadInputReport(0, 0, List.of());

    public BadInputReport {
        first = List.copyOf(first);
    }

    /** Whether nothing was left out. */
    public boolean isEmpty() {
        return rows == 0 && files == 0;
    }

    public BadInputReport plus(BadInputReport other) {
        if (isEmpty() || other.isEmpty()) {
            return isEmpty() ? other : this;
        }

        List<BadInput> both = Stream.concat(first.stream(), other.first.stream())
                .limit(LISTED)
                .toList();
        return new BadInputReport(rows + other.rows, files + other.files, both);
    }

    /** One error for each of the first, and one with the number of those not listed. */
    public List<Finding> findings(String path) {
        List<Finding> findings = new ArrayList<>();
        first.forEach(input -> findings.add(input.finding()));
        long others = rows + files - first.size();
        if (others > 0) {
            findings.add(Finding.error(
                    "BAD_INPUT_NOT_LISTED",
                    path,
                    others + " more rows or files were left out.",
                    "Read them with a listener (ChangeReadOptions.withBadInput) to see each."));
        }

        return List.copyOf(findings);
    }
}
