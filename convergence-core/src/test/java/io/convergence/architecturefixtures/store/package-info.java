@NullMarked
package io.convergence.architecturefixtures.store;

import org.jspecify.annotations.NullMarked;
