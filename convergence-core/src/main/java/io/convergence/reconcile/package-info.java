/**
 * Stage 10 of 12: whether the lake equals the source, row by row (rule S19). In: the rows of both. Out:
 * {@link io.convergence.reconcile.Reconciliation}. First class to read: {@link io.convergence.reconcile.Reconciler}.
 */
@NullMarked
package io.convergence.reconcile;

import org.jspecify.annotations.NullMarked;
