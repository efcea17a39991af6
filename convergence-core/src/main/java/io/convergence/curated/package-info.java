/**
 * Stage 9 of 12: the files readers see: Parquet in buckets by a hash of the key, with the merge's bookkeeping in files beside it. In: changes
 * and what was published. Out: the files of a {@link io.convergence.ledger.LedgerEntry.Merge}. First class to read:
 * {@link io.convergence.curated.SnapshotMerge}.
 */
@NullMarked
package io.convergence.curated;

import org.jspecify.annotations.NullMarked;
