/** Stage 7 of 12: fewer, bigger files with the same changes in the same order. First class to read: {@link io.convergence.compact.Compactor}. */
@NullMarked
package io.convergence.compact;

import org.jspecify.annotations.NullMarked;
