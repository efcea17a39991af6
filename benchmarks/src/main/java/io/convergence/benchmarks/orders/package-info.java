/** Files of changes of orders as DMS writes them, for measurements; first class to read: {@link OrderFiles}. */
@NullMarked
package io.convergence.benchmarks.orders;

import org.jspecify.annotations.NullMarked;
