/** What tests of the ledger need of its inside. */
@org.jspecify.annotations.NullMarked
package io.convergence.ledger;
