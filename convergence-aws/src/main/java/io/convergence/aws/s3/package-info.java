/**
 * Amazon S3 as an {@link io.convergence.store.ObjectStore}. First class to read:
 * {@link io.convergence.aws.s3.S3ObjectStore}.
 */
@NullMarked
package io.convergence.aws.s3;

import org.jspecify.annotations.NullMarked;
