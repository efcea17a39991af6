/** Decoding side by side in processes of their own; first class to read: {@link io.convergence.benchmarks.decoding.DecodeBenchmark}. */
@NullMarked
package io.convergence.benchmarks.decoding;

import org.jspecify.annotations.NullMarked;
