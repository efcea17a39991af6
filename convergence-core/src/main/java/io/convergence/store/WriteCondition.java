package io.convergence.store;

import static java.util.Objects.requireNonNull;

/** What must hold of a key for a write to take effect. Closed: exactly the conditions S3 knows. */
public sealed interface WriteCondition {
    /** Overwrites whatever is there. */
    static WriteCondition none() {
        return Unconditional.INSTANCE;
    }

    /** The key must not exist (HTTP {@code If-None-Match: *}). */
    static WriteCondition ifAbsent() {
        return IfAbsent.INSTANCE;
    }

    /** The key must exist with this ETag (HTTP {@code If-Match}). */
    static WriteCondition ifMatch(ETag etag) {
        return new IfMatch(etag);
    }

    /** No condition. */
    enum Unconditional implements WriteCondition {
        INSTANCE
    }

    /** The key must be absent. */
    enum IfAbsent implements WriteCondition {
        INSTANCE
    }

    /** The key must hold this version. */
    record IfMatch(ETag etag) implements WriteCondition {
        public IfMatch {
            requireNonNull(etag, "etag");
        }
    }
}
