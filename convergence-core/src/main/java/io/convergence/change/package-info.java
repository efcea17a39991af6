/**
 * Stage 5 of 12: one row as a fact: its operation, position, image and origin. In: raw and compacted files. Out:
 * {@link io.convergence.change.ChangeBatch}es of {@link io.convergence.change.ChangeRecord}s. First class to read: {@link io.convergence.change.ChangePosition}.
 */
@NullMarked
package io.convergence.change;

import org.jspecify.annotations.NullMarked;
