package io.convergence.curated;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergence.store.internal.pages.PageCodecs;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LongestColumnFirstTest {
    private long now;

    @Test
    void columnsThatTookLongestComeFirst() {
        long[] cost = {2, 1, 9, 5};
        List<Integer> order = new ArrayList<>();
        try (var codecs = new PageCodecs();
                var threads = new ColumnThreads(MergeWorkers.none(), codecs, PageCodecs::new, () -> now)) {
            ColumnThreads.Task task = (column, ofThread) -> {
                order.add(column);
                now += cost[column];
            };

            threads.begin(4, task).finish();
            threads.begin(4, task).finish();
            threads.begin(2, task).finish();
        }

        assertThat(order).containsExactly(0, 1, 2, 3, 2, 3, 0, 1, 0, 1);
    }
}
