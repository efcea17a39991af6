/** Parquet over an object store, for the stages that read or write Parquet files. No API. */
@NullMarked
package io.convergence.store.internal;

import org.jspecify.annotations.NullMarked;
