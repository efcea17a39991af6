@NullMarked
package io.convergence.architecturefixtures.change.internal;

import org.jspecify.annotations.NullMarked;
