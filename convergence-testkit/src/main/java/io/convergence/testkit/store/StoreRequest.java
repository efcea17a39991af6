package io.convergence.testkit.store;

import static java.util.Objects.requireNonNull;

/**
 * One request to a store.
 *
 * @param number among all requests, from 1
 * @param numberOfOperation among the requests of the same operation, from 1
 * @param key object key, or the prefix of a listing
 */
public record StoreRequest(long number, Operation operation, long numberOfOperation, String key) {
    public StoreRequest {
        requireNonNull(operation, "operation");
        requireNonNull(key, "key");
    }
}
