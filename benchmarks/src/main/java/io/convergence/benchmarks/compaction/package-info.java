/**
 * Ways to make few large Parquet files of many small ones, each in a cold process of its own, in turns. First class to read:
 * {@link CompactionBenchmark}. Results: docs/reference/performance.md.
 */
@NullMarked
package io.convergence.benchmarks.compaction;

import org.jspecify.annotations.NullMarked;
