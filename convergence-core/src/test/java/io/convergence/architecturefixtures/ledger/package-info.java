@NullMarked
package io.convergence.architecturefixtures.ledger;

import org.jspecify.annotations.NullMarked;
