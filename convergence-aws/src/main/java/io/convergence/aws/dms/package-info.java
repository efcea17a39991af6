/**
 * The configuration of DMS as the AWS SDK models it. Needs {@code software.amazon.awssdk:databasemigration}, which this module
 * does not bring along. First class to read: {@link io.convergence.aws.dms.DmsModels}.
 */
@NullMarked
package io.convergence.aws.dms;

import org.jspecify.annotations.NullMarked;
