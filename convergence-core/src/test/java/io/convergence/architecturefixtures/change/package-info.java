@NullMarked
package io.convergence.architecturefixtures.change;

import org.jspecify.annotations.NullMarked;
