/** Measurements, as ratios side by side in one run. Commands and results: docs/reference/performance.md. */
@NullMarked
package io.convergence.benchmarks;

import org.jspecify.annotations.NullMarked;
