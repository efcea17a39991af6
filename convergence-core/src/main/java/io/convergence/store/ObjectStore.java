package io.convergence.store;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The port to an object store, with S3's semantics: strong read-after-write and listing, whole-object atomic writes
 * of one key at a time, nothing atomic across keys. Implementations are thread-safe.
 *
 * <p>All methods may throw {@link StoreException}: {@link ObjectNotFoundException} (404),
 * {@link PreconditionFailedException} (412), {@link WriteConflictException} (409: a racing write was in flight, repeat),
 * {@link StoreUnavailableException} (timeouts, 5xx, 503 SlowDown: for a write the outcome is then <em>unknown</em>) and
 * {@link StoreAccessException} (403, wrong bucket owner, key denied).
 */
public interface ObjectStore {
    /** What this store does beyond plain put, get, list and delete. Constant for the life of the object. */
    Set<Capability> capabilities();

    /** Where this store is, for messages, e.g. {@code s3://bucket}. No secrets. */
    String description();

    /** The store's own clock. Ages of objects are measured by it, never by the local one. */
    Instant now();

    ListPage list(ListRequest request);

    /** Every object under the prefix in key order; pages are fetched as the stream is read. */
    default Stream<ObjectStat> listAll(String prefix) {
        return Listings.all(this, ListRequest.of(prefix));
    }

    Optional<ObjectStat> head(String key);

    /** The whole object, for small ones such as control records; empty if there is none. */
    Optional<StoredObject> get(String key);

    /**
     * Reads {@code length} bytes from {@code offset} of exactly this version of the object.
     *
     * @return exactly {@code length} bytes
     * @throws PreconditionFailedException if the object has changed since {@code object} was taken
     * @throws ObjectNotFoundException if it is gone
     * @throws IllegalArgumentException if the range does not lie within {@code object.size()}
     */
    byte[] read(ObjectStat object, long offset, int length);

    /**
     * Writes a whole object in one request.
     *
     * @return key, size and ETag of what was written. S3 does not answer a write with the last-modified time, so it may
     *     differ by some seconds from what {@link #head} says: take the identity of rule L3 from a head or a listing
     * @throws PreconditionFailedException if the condition does not hold; nothing was written
     * @throws UnsupportedOperationException if the condition needs a {@link Capability} this store lacks
     */
    ObjectStat put(String key, byte[] content, WriteCondition condition);

    /** Begins an upload in parts. Nothing is visible under the key before {@link MultipartUpload#complete}. */
    MultipartUpload startMultipart(String key);

    /**
     * Uploads under the prefix, anybody's, that were begun and neither completed nor aborted, in key order.
     *
     * @throws UnsupportedOperationException without {@link Capability#LIST_UPLOADS}
     */
    default List<OpenUpload> openUploads(String prefix) {
        throw StoreErrors.unsupported("list open uploads under", prefix, description(), Capability.LIST_UPLOADS);
    }

    /**
     * Drops the parts of an upload, also of another process, which then cannot complete it. No error if it has ended.
     *
     * @throws UnsupportedOperationException without {@link Capability#LIST_UPLOADS}
     */
    default void abortUpload(OpenUpload upload) {
        throw StoreErrors.unsupported("abort an upload of", upload.key(), description(), Capability.LIST_UPLOADS);
    }

    /**
     * The tags of an object; a write of the key removes them.
     *
     * @throws ObjectNotFoundException if it is absent
     * @throws UnsupportedOperationException without {@link Capability#OBJECT_TAGS}
     */
    default Map<String, String> tags(String key) {
        throw StoreErrors.unsupported("read the tags of", key, description(), Capability.OBJECT_TAGS);
    }

    /**
     * Replaces all tags of an object. As on S3 it takes no condition: whatever stands under the key at this moment gets
     * them, and neither ETag nor last-modified time changes.
     *
     * @throws ObjectNotFoundException if it is absent
     * @throws UnsupportedOperationException without {@link Capability#OBJECT_TAGS}
     */
    default void setTags(String key, Map<String, String> tags) {
        throw StoreErrors.unsupported("tag", key, description(), Capability.OBJECT_TAGS);
    }

    /** Deletes the key; deleting an absent key is no error, as on S3. */
    void delete(String key);

    /**
     * Deletes the key if it holds this version.
     *
     * @throws PreconditionFailedException if it holds another version
     * @throws ObjectNotFoundException if it is absent
     * @throws UnsupportedOperationException without {@link Capability#DELETE_IF_MATCH}
     */
    void deleteIfMatch(String key, ETag etag);
}
