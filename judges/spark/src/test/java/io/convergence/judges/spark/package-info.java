/** Spark 3.5.6, as in Glue 5.1, reads our files and must find the expected rows in file order; and core, relocated, runs beside it. */
@NullMarked
package io.convergence.judges.spark;

import org.jspecify.annotations.NullMarked;
