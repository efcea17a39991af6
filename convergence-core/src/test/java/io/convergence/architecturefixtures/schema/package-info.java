@NullMarked
package io.convergence.architecturefixtures.schema;

import org.jspecify.annotations.NullMarked;
