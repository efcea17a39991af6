/**
 * Stage 6 of 12: who replaced what: one numbered log per table, each slot created once, is the only truth about
 * compacted files, applied files and the published table. First class to read: {@link io.convergence.ledger.Ledger}.
 */
@NullMarked
package io.convergence.ledger;

import org.jspecify.annotations.NullMarked;
