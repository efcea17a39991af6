@NullMarked
package io.convergence.architecturefixtures.store.internal;

import org.jspecify.annotations.NullMarked;
