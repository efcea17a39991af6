package io.convergence.pipeline;

import static java.util.Objects.requireNonNull;

import io.convergence.TableId;
import io.convergence.raw.RawLayout;
import io.convergence.raw.TimelineOptions;
import io.convergence.store.ObjectStore;
import io.convergence.target.RowShape;
import java.util.List;
import java.util.random.RandomGenerator;

/** All that the work on one table needs to know. Prefixes are empty or end with a slash. */
record TableSetup(
        TableId table,
        RowShape shape,
        List<String> key,
        RawLayout layout,
        TimelineOptions timeline,
        ObjectStore rawStore,
        String rawPrefix,
        ObjectStore lakeStore,
        String controlPrefix,
        String outputPrefix,
        RandomGenerator random) {
    TableSetup {
        requireNonNull(table, "table");
        requireNonNull(shape, "shape");
        key = List.copyOf(key);
        requireNonNull(layout, "layout");
        requireNonNull(timeline, "timeline");
        requireNonNull(rawStore, "rawStore");
        requireNonNull(lakeStore, "lakeStore");
        requireNonNull(random, "random");
    }
}
