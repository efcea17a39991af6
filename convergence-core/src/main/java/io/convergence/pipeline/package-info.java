/** Stage 12 of 12: wires all stages for a caller. First class to read: {@code Convergence}. */
@NullMarked
package io.convergence.pipeline;

import org.jspecify.annotations.NullMarked;
