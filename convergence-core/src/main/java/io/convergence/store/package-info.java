/**
 * Leaf: the port to object stores, with S3's exact semantics and declared {@link io.convergence.store.Capability capabilities}.
 * First class to read: {@link io.convergence.store.ObjectStore}; {@code InMemoryObjectStore} is its executable reference model.
 */
@NullMarked
package io.convergence.store;

import org.jspecify.annotations.NullMarked;
