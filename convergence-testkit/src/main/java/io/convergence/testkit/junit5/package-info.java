/**
 * JUnit 5 extensions. First class to read: {@link io.convergence.testkit.junit5.ConvergenceExtension}.
 */
@NullMarked
package io.convergence.testkit.junit5;

import org.jspecify.annotations.NullMarked;
