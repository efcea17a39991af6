/**
 * Object stores that fail on purpose and count their requests. First class to read:
 * {@link io.convergence.testkit.store.FaultyObjectStore}.
 */
@NullMarked
package io.convergence.testkit.store;

import org.jspecify.annotations.NullMarked;
