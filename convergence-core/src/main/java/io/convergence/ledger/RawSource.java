package io.convergence.ledger;

import static java.util.Objects.requireNonNull;

import io.convergence.raw.FileEvidence;
import io.convergence.store.ETag;
import io.convergence.store.ObjectStat;
import java.time.Instant;

/** A raw object a commit used, by its identity (rule L3), with what its content told about its place in time. */
public record RawSource(String key, ETag etag, Instant lastModified, long size, FileEvidence evidence) {
    public RawSource {
        requireNonNull(key, "key");
        requireNonNull(etag, "etag");
        requireNonNull(lastModified, "lastModified");
        requireNonNull(evidence, "evidence");
    }

    public static RawSource of(ObjectStat stat, FileEvidence evidence) {
        return new RawSource(stat.key(), stat.etag(), stat.lastModified(), stat.size(), evidence);
    }

    public ObjectStat stat() {
        return ObjectStat.of(key, size, etag, lastModified);
    }

    /** Whether this is the same object: key, ETag and last-modified time, to the second as S3 tells it, agree. */
    public boolean same(ObjectStat stat) {
        return key.equals(stat.key())
                && etag.equals(stat.etag())
                && lastModified.getEpochSecond() == stat.lastModified().getEpochSecond();
    }
}
