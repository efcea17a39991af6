package io.convergence.ledger;

import static java.util.Objects.requireNonNull;

import io.convergence.store.ETag;
import io.convergence.store.ObjectStat;
import java.time.Instant;

/** An immutable file Convergence wrote and a commit refers to. */
public record LedgerFile(String key, ETag etag, Instant lastModified, long size, long rows) {
    public LedgerFile {
        requireNonNull(key, "key");
        requireNonNull(etag, "etag");
        requireNonNull(lastModified, "lastModified");
    }

    public static LedgerFile of(ObjectStat stat, long rows) {
        return new LedgerFile(stat.key(), stat.etag(), stat.lastModified(), stat.size(), rows);
    }

    public ObjectStat stat() {
        return ObjectStat.of(key, size, etag, lastModified);
    }
}
