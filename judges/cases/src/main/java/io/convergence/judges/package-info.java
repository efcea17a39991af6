/** What another process wrote for an engine to read, and how an engine's rows are compared with it. */
@NullMarked
package io.convergence.judges;

import org.jspecify.annotations.NullMarked;
