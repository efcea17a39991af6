/** The main job on real input: a shop in an embedded PostgreSQL, replicated as DMS would, compacted, merged and compared. Start at {@code Quickstart}. */
@NullMarked
package io.convergence.examples.quickstart;

import org.jspecify.annotations.NullMarked;
