@NullMarked
package io.convergence.architecturefixtures.audit;

import org.jspecify.annotations.NullMarked;
