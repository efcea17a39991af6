@NullMarked
package io.convergence.architecturefixtures.merge;

import org.jspecify.annotations.NullMarked;
