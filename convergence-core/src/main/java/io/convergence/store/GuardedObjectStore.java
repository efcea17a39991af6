package io.convergence.store;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A store that is tried, before the first object is written through it, for whether it keeps its word about the
 * conditional writes that commits and outputs rely on: {@link Capability#PUT_IF_ABSENT}, and
 * {@link Capability#MULTIPART_CONDITIONAL} where it is declared. That costs two puts and a head, or those and an upload
 * of one part (begin, part, completion, abort), once in the life of this object; who only reads is not
 * charged, and leaves no probe object. Deletes are passed on untried. Thread-safe.
 *
 * @see ConditionalWriteProbe
 */
public final class GuardedObjectStore implements ObjectStore {
    private final ObjectStore store;
    private final String probePrefix;
    private volatile boolean passed;

    private GuardedObjectStore(ObjectStore store, String probePrefix) {
        this.store = store;
        this.probePrefix = probePrefix;
    }

    /**
     * The store with the guard before it; the store itself if it has one already.
     *
     * @param probePrefix where the probe's object goes: empty, or a folder with its slash
     */
    public static GuardedObjectStore of(ObjectStore store, String probePrefix) {
        requireNonNull(probePrefix, "probePrefix");
        return requireNonNull(store, "store") instanceof GuardedObjectStore guarded
                ? guarded
                : new GuardedObjectStore(store, probePrefix);
    }

    /** Whether this is the given store, or the guard before it. */
    public boolean guards(ObjectStore other) {
        return this == other || store == other;
    }

    /**
     * Uploads that probes of this store began under {@link ConditionalWriteProbe#PROBE_NAME} and have not ended: those of
     * processes that died, and those of processes that probe now, of every process that probes at this place. One listing.
     *
     * @throws UnsupportedOperationException without {@link Capability#LIST_UPLOADS}
     */
    public List<OpenUpload> openProbes() {
        String key = probePrefix + ConditionalWriteProbe.PROBE_NAME;
        return store.openUploads(key).stream()
                .filter(upload -> upload.key().equals(key))
                .toList();
    }

    /**
     * Tries the store unless it has passed before.
     *
     * @throws UnsafeStoreException if it claims conditional writes and ignores them, or lacks {@link
     *     Capability#PUT_IF_ABSENT}; it is tried again at the next write
     */
    public void verify() {
        if (passed) {
            return;
        }

        synchronized (this) {
            if (!passed) {
                var needed = EnumSet.of(Capability.PUT_IF_ABSENT);
                if (capabilities().contains(Capability.MULTIPART_CONDITIONAL)) {
                    needed.add(Capability.MULTIPART_CONDITIONAL);
                }
                new ConditionalWriteProbe(store).verify(probePrefix, needed);
                passed = true;
            }
        }
    }

    @Override
    public ObjectStat put(String key, byte[] content, WriteCondition condition) {
        verify();
        return store.put(key, content, condition);
    }

    @Override
    public MultipartUpload startMultipart(String key) {
        verify();
        return store.startMultipart(key);
    }

    @Override
    public Set<Capability> capabilities() {
        return store.capabilities();
    }

    @Override
    public String description() {
        return store.description();
    }

    @Override
    public Instant now() {
        return store.now();
    }

    @Override
    public ListPage list(ListRequest request) {
        return store.list(request);
    }

    @Override
    public Stream<ObjectStat> listAll(String prefix) {
        return store.listAll(prefix);
    }

    @Override
    public Optional<ObjectStat> head(String key) {
        return store.head(key);
    }

    @Override
    public Optional<StoredObject> get(String key) {
        return store.get(key);
    }

    @Override
    public byte[] read(ObjectStat object, long offset, int length) {
        return store.read(object, offset, length);
    }

    @Override
    public List<OpenUpload> openUploads(String prefix) {
        return store.openUploads(prefix);
    }

    @Override
    public void abortUpload(OpenUpload upload) {
        store.abortUpload(upload);
    }

    @Override
    public Map<String, String> tags(String key) {
        return store.tags(key);
    }

    @Override
    public void setTags(String key, Map<String, String> tags) {
        store.setTags(key, tags);
    }

    @Override
    public void delete(String key) {
        store.delete(key);
    }

    @Override
    public void deleteIfMatch(String key, ETag etag) {
        store.deleteIfMatch(key, etag);
    }
}
