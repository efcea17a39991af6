/**
 * Stage 1 of 12: what a source database promises: its tables, their DMS types, keys and delete images.
 * First class to read: {@link io.convergence.source.SourceSchema}.
 */
@NullMarked
package io.convergence.source;

import org.jspecify.annotations.NullMarked;
