/** Spark's part in the benchmark of compaction, in a module of its own because its class path does not go with ours. */
@NullMarked
package io.convergence.benchmarks.spark;

import org.jspecify.annotations.NullMarked;
