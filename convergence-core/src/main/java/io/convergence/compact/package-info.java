/**
 * Stage 7 of 12: fewer, bigger files with the same changes in the same order. First class to read: {@link io.convergence.compact.Compactor}.
 *
 * <p>How the rows of an output are written: {@code StitchedOutput}, then {@code ColumnStitcher} and {@code ColumnPolicy}.
 */
@NullMarked
package io.convergence.compact;

import org.jspecify.annotations.NullMarked;
