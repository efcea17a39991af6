/**
 * A stand-in for AWS DMS: replicates a real PostgreSQL, or a history told without a database, into the files DMS would write.
 * Histories: {@link io.convergence.testkit.dms.DmsScript}.
 * First class to read: {@link io.convergence.testkit.dms.DmsStandIn}.
 */
@NullMarked
package io.convergence.testkit.dms;

import org.jspecify.annotations.NullMarked;
