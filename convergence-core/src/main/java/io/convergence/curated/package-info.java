/**
 * Stage 9 of 12: the files readers see: an immutable Parquet snapshot of the table per commit, with the merge's bookkeeping in
 * files beside it. In: {@link io.convergence.merge.MergeResult.Merged}. Out: the files of a {@link io.convergence.ledger.LedgerEntry.Merge}.
 * First class to read: {@link io.convergence.curated.CuratedTable}.
 */
@NullMarked
package io.convergence.curated;

import org.jspecify.annotations.NullMarked;
