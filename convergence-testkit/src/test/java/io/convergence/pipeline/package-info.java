/** What tests of several processes at once need of the pipeline's inside. */
@org.jspecify.annotations.NullMarked
package io.convergence.pipeline;
