/** Trino 406, close to what Athena runs, reads our files and must find the expected rows in file order. */
@NullMarked
package io.convergence.judges.trino;

import org.jspecify.annotations.NullMarked;
