package io.convergence.mapping;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How one table is loaded in segments: {@code parallel-load}. S3 targets take {@link PartitionsAuto}, {@link PartitionsList}
 * and {@link Ranges}; segments in flight are limited by {@code MaxFullLoadSubTasks}. Immutable and thread-safe.
 */
public sealed interface ParallelLoad {
    /** As AWS writes it, e.g. {@code partitions-list}. */
    String type();

    /** What else it holds: JSON text by key, kept as it was read. */
    Map<String, String> otherKeys();

    /**
     * All partitions of the table. The numbers are for MongoDB and DocumentDB sources; null where not given.
     *
     * @param numberOfPartitions DMS's default is 16
     * @param collectionCountFromMetadata DMS's default is true
     * @param maxRecordsSkipPerPage DMS's default is 10000
     * @param batchSize 0 for the most the server allows
     */
    record PartitionsAuto(
            @Nullable Integer numberOfPartitions,
            @Nullable Boolean collectionCountFromMetadata,
            @Nullable Integer maxRecordsSkipPerPage,
            @Nullable Integer batchSize,
            Map<String, String> otherKeys)
            implements ParallelLoad {
        public PartitionsAuto {
            otherKeys = Map.copyOf(otherKeys);
        }

        @Override
        public String type() {
            return "partitions-auto";
        }
    }

    /** All sub-partitions of the table; Oracle sources, not for S3 targets. */
    record SubpartitionsAuto(Map<String, String> otherKeys) implements ParallelLoad {
        public SubpartitionsAuto {
            otherKeys = Map.copyOf(otherKeys);
        }

        @Override
        public String type() {
            return "subpartitions-auto";
        }
    }

    /**
     * The partitions that are named.
     *
     * @param subpartitions Oracle sources only
     */
    record PartitionsList(List<String> partitions, List<String> subpartitions, Map<String, String> otherKeys)
            implements ParallelLoad {
        public PartitionsList {
            partitions = List.copyOf(partitions);
            subpartitions = List.copyOf(subpartitions);
            otherKeys = Map.copyOf(otherKeys);
        }

        @Override
        public String type() {
            return "partitions-list";
        }
    }

    /**
     * Ranges of column values: N boundaries make up to N + 1 segments. Rows with a null in one of the columns are not
     * replicated.
     *
     * @param columns at most 10, in order; neither floating-point nor LOB
     * @param boundaries upper bounds in ascending order, each with one value for each column
     * @param segmentNames S3 targets only: one for each segment, the name of its folder; empty for a prefix of the file name
     */
    record Ranges(
            List<String> columns,
            List<List<String>> boundaries,
            List<String> segmentNames,
            Map<String, String> otherKeys)
            implements ParallelLoad {
        public Ranges {
            columns = List.copyOf(columns);
            boundaries = boundaries.stream().map(List::copyOf).toList();
            segmentNames = List.copyOf(segmentNames);
            otherKeys = Map.copyOf(otherKeys);
        }

        @Override
        public String type() {
            return "ranges";
        }
    }

    /** One segment. */
    record None(Map<String, String> otherKeys) implements ParallelLoad {
        public None {
            otherKeys = Map.copyOf(otherKeys);
        }

        @Override
        public String type() {
            return "none";
        }
    }
}
