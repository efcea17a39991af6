/**
 * What every implementation of a port must pass: abstract test classes to extend. First class to read:
 * {@link io.convergence.testkit.contract.ObjectStoreContract}.
 */
@NullMarked
package io.convergence.testkit.contract;

import org.jspecify.annotations.NullMarked;
