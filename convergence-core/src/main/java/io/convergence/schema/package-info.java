/**
 * Leaf: types, columns and tables in DMS's own type names, and the Java values that carry them.
 * First class to read: {@link io.convergence.schema.DataType}.
 */
@NullMarked
package io.convergence.schema;

import org.jspecify.annotations.NullMarked;
