package io.convergence.audit;

import static java.util.Objects.requireNonNull;

/**
 * The place where the task's change counter restarts, or where times of files overlap, with what comparing rows on both
 * sides told (rule S3): the longest stretch at the end of what came before that the new run repeats from its first row.
 *
 * @param file the first file of the new run
 * @param before the file before it
 * @param repeatedRows rows of the new run's head that repeat the tail before it; 0 for none
 * @param comparedRows rows of the tail that took part
 * @param notChecked why the comparison says less than it could; empty if it is complete
 */
public record RunStart(String file, String before, long repeatedRows, long comparedRows, String notChecked) {
    public RunStart {
        requireNonNull(file, "file");
        requireNonNull(before, "before");
        requireNonNull(notChecked, "notChecked");
    }
}
