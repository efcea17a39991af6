/**
 * Stage 2 of 12: which tables, columns and names DMS writes.
 * First class to read: {@link io.convergence.mapping.TableMappings}.
 */
@NullMarked
package io.convergence.mapping;

import org.jspecify.annotations.NullMarked;
