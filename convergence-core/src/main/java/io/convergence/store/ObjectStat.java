package io.convergence.store;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a store says of one object. Key, ETag and last-modified time together identify a raw object (rule L3): an
 * unchanged reload can have the same ETag, and a listing gives no version id.
 *
 * @param size content length in bytes
 * @param lastModified by the store's clock
 * @param version the version id where the store has one and told it (never in a listing)
 */
public record ObjectStat(
        String key,
        long size,
        ETag etag,
        Instant lastModified,
        @Nullable String version) {
    public ObjectStat {
        requireNonNull(key, "key");
        requireNonNull(etag, "etag");
        requireNonNull(lastModified, "lastModified");
        if (size < 0) {
            throw new IllegalArgumentException(
                    "Cannot describe object '" + key + "': its size " + size + " is negative.");
        }
    }

    public static ObjectStat of(String key, long size, ETag etag, Instant lastModified) {
        return new ObjectStat(key, size, etag, lastModified, null);
    }

    public Optional<String> versionId() {
        return Optional.ofNullable(version);
    }
}
