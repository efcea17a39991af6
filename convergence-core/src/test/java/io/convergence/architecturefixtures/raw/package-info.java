@NullMarked
package io.convergence.architecturefixtures.raw;

import org.jspecify.annotations.NullMarked;
