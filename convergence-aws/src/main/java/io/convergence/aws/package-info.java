/**
 * The only module that sees the AWS SDK: it puts AWS services behind the ports of the core. Input: SDK clients that the
 * caller configures, owns and closes. First class to read: {@code io.convergence.aws.s3.S3ObjectStore}.
 */
@NullMarked
package io.convergence.aws;

import org.jspecify.annotations.NullMarked;
