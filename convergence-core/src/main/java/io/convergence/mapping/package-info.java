/**
 * Stage 2 of 12: which tables, columns and names DMS writes. In: a document of rules, and what a source declares. Out: what
 * is wrong with the rules, and what becomes of each table. First class to read: {@link io.convergence.mapping.TableMappings}.
 */
@NullMarked
package io.convergence.mapping;

import org.jspecify.annotations.NullMarked;
