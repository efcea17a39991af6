/**
 * S3 without AWS, for tests that must send real requests. First class to read:
 * {@link io.convergence.testkit.s3.InProcessS3}.
 */
@NullMarked
package io.convergence.testkit.s3;

import org.jspecify.annotations.NullMarked;
