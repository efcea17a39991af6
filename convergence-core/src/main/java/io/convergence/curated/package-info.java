/** Stage 9 of 12: the files query engines and readers see. First class to read: {@code ParquetSnapshotWriter}. */
@NullMarked
package io.convergence.curated;

import org.jspecify.annotations.NullMarked;
