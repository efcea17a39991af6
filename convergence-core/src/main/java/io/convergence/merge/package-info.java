/**
 * Stage 8 of 12: the state per key: a pure function of stored rows and changes, without input or output. In: changes in any order
 * of arrival. Out: {@link io.convergence.merge.MergeResult}. First class to read: {@link io.convergence.merge.ChangeMerger}.
 */
@NullMarked
package io.convergence.merge;

import org.jspecify.annotations.NullMarked;
