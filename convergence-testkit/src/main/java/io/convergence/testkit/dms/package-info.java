/**
 * A stand-in for AWS DMS: replicates a real PostgreSQL into the files DMS would write.
 * First class to read: {@link io.convergence.testkit.dms.DmsStandIn}.
 */
@NullMarked
package io.convergence.testkit.dms;

import org.jspecify.annotations.NullMarked;
