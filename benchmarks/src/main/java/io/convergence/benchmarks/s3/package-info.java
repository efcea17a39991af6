/** Many objects behind a latency. First class to read: {@link RemoteReadBenchmark}. */
@NullMarked
package io.convergence.benchmarks.s3;

import org.jspecify.annotations.NullMarked;
