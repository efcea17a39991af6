/** Classes that each break one rule of {@code ArchitectureRules}, and some that break none. Nothing uses them. */
@NullMarked
package io.convergence.architecturefixtures;

import org.jspecify.annotations.NullMarked;
