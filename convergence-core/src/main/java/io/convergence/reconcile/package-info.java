/** Stage 10 of 12: whether the lake equals the source. First class to read: {@code Reconciler}. */
@NullMarked
package io.convergence.reconcile;

import org.jspecify.annotations.NullMarked;
