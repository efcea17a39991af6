/** Merges of changes into a published table, beside DuckDB's window merge of the same files. */
@NullMarked
package io.convergence.benchmarks.merge;

import org.jspecify.annotations.NullMarked;
