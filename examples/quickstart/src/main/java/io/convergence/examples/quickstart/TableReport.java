package io.convergence.examples.quickstart;

import io.convergence.TableId;
import io.convergence.testkit.dms.TableStatistics;
import java.util.List;

/**
 * What became of one table.
 *
 * @param before bytes of each file of the landing zone
 * @param written what the stand-in counted, as DMS's table statistics do
 * @param after bytes of each file once compacted, those that were large enough and stay included
 * @param unknownKept cells that updates left out and the merge kept from the row before
 * @param lakeRows rows of the published table
 */
record TableReport(
        TableId table,
        List<Long> before,
        TableStatistics written,
        List<Long> after,
        long unknownKept,
        long lakeRows,
        long differences) {
    static long sum(List<Long> sizes) {
        return sizes.stream().mapToLong(Long::longValue).sum();
    }
}
