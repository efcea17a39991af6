package io.convergence.ledger;

import io.convergence.store.ObjectStat;

/** A raw object's identity (rule L3). */
record Identity(String key, String etag, long lastModifiedSecond) {
    static Identity of(ObjectStat stat) {
        // Stores tell times of different fineness in a listing and on a request for one object; S3 gives whole seconds.
        return new Identity(stat.key(), stat.etag().value(), stat.lastModified().getEpochSecond());
    }

    static Identity of(RawSource source) {
        return new Identity(
                source.key(), source.etag().value(), source.lastModified().getEpochSecond());
    }
}
