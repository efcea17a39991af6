package io.convergence.change;

import io.convergence.store.Capability;
import io.convergence.store.ETag;
import io.convergence.store.InMemoryObjectStore;
import io.convergence.store.ListPage;
import io.convergence.store.ListRequest;
import io.convergence.store.MultipartUpload;
import io.convergence.store.ObjectStat;
import io.convergence.store.ObjectStore;
import io.convergence.store.StoredObject;
import io.convergence.store.WriteCondition;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/** The reference store, with chosen times of storage and a count of ranged reads and their bytes. */
final class FileStore implements ObjectStore {
    private Instant time = Instant.EPOCH;
    private final ObjectStore objects = new InMemoryObjectStore(() -> time);
    private int reads;
    private long bytes;

    ObjectStat add(String key, byte[] content, Instant lastModified) {
        time = lastModified;
        return objects.put(key, content, WriteCondition.none());
    }

    int reads() {
        return reads;
    }

    long bytes() {
        return bytes;
    }

    @Override
    public byte[] read(ObjectStat object, long offset, int length) {
        reads++;
        bytes += length;
        return objects.read(object, offset, length);
    }

    @Override
    public Set<Capability> capabilities() {
        return objects.capabilities();
    }

    @Override
    public String description() {
        return objects.description();
    }

    @Override
    public Instant now() {
        return objects.now();
    }

    @Override
    public ListPage list(ListRequest request) {
        return objects.list(request);
    }

    @Override
    public Optional<ObjectStat> head(String key) {
        return objects.head(key);
    }

    @Override
    public Optional<StoredObject> get(String key) {
        return objects.get(key);
    }

    @Override
    public ObjectStat put(String key, byte[] content, WriteCondition condition) {
        return objects.put(key, content, condition);
    }

    @Override
    public MultipartUpload startMultipart(String key) {
        return objects.startMultipart(key);
    }

    @Override
    public void delete(String key) {
        objects.delete(key);
    }

    @Override
    public void deleteIfMatch(String key, ETag etag) {
        objects.deleteIfMatch(key, etag);
    }
}
