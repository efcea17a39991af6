package io.convergence.compact;

import java.util.List;

/**
 * What the writer of an output says it has read and written, by which the output is checked without being read again.
 *
 * @param columns in the output's order
 * @param proven whether the checksums of the written side were taken from what was written; if not, only reading the
 *     output again proves it
 */
record OutputChecks(long rows, List<Column> columns, boolean proven) {
    OutputChecks {
        columns = List.copyOf(columns);
    }

    /**
     * @param values written cells that are not null
     * @param nulls written cells that are, those of sources without the column too
     * @param read what was read of the sources, folded in order: pages as they are stored where they are copied, values
     *     where they are encoded anew
     * @param written what was written, folded in the same way; equal to {@code read} in a right output
     */
    record Column(String name, long values, long nulls, long read, long written) {}
}
