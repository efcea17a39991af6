@NullMarked
package io.convergence.architecturefixtures.avro;

import org.jspecify.annotations.NullMarked;
