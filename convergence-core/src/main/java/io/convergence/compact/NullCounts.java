package io.convergence.compact;

import java.util.List;
import java.util.OptionalLong;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.hadoop.metadata.BlockMetaData;

/** How many nulls an output must have, column by column, as far as the footers of its files tell. Not thread-safe. */
final class NullCounts {
    private static final long UNKNOWN = -1;

    private final ColumnUnion columns;
    private final long[] counts;

    NullCounts(ColumnUnion columns) {
        this.columns = columns;
        this.counts = new long[columns.names().size()];
    }

    void add(OpenSource source) {
        List<ColumnFeed> feeds = columns.feeds(source.schema());
        for (BlockMetaData group : source.footer().groups()) {
            for (int i = 0; i < counts.length; i++) {
                if (counts[i] != UNKNOWN) {
                    long nulls = nulls(group, feeds.get(i));
                    counts[i] = nulls == UNKNOWN ? UNKNOWN : counts[i] + nulls;
                }
            }
        }
    }

    private static long nulls(BlockMetaData group, ColumnFeed feed) {
        if (feed.isAbsent()) {
            return group.getRowCount();
        }

        Statistics<?> statistics = group.getColumns().get(feed.source()).getStatistics();
        return statistics != null && statistics.isNumNullsSet() ? statistics.getNumNulls() : UNKNOWN;
    }

    /** Empty if a footer does not tell. */
    OptionalLong of(int column) {
        return counts[column] == UNKNOWN ? OptionalLong.empty() : OptionalLong.of(counts[column]);
    }
}
