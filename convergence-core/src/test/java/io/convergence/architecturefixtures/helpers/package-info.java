@NullMarked
package io.convergence.architecturefixtures.helpers;

import org.jspecify.annotations.NullMarked;
