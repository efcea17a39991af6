/**
 * Stage 3 of 12: how DMS writes: S3 target settings, task settings, a forecast of the files they make, and the {@link
 * io.convergence.target.ReplicationSpec} that holds mappings, settings and source together and becomes templates and requests as a
 * {@link io.convergence.target.Deployment}. First class to read: {@link io.convergence.target.ReplicationSpec}.
 */
@NullMarked
package io.convergence.target;

import org.jspecify.annotations.NullMarked;
