/**
 * Assertions on lake tables for AssertJ, which the user brings.
 * First class to read: {@link io.convergence.testkit.assertj.LakeAssertions}.
 */
@NullMarked
package io.convergence.testkit.assertj;

import org.jspecify.annotations.NullMarked;
