package io.convergence.store;

import static java.util.Objects.requireNonNull;

import java.time.Instant;

/**
 * An upload in parts that was begun and neither completed nor aborted. The store keeps its parts, and S3 bills them.
 *
 * @param id names the upload among those of its key
 * @param started by the store's clock
 */
public record OpenUpload(String key, String id, Instant started) {
    public OpenUpload {
        requireNonNull(key, "key");
        requireNonNull(id, "id");
        requireNonNull(started, "started");
    }
}
