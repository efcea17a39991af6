package io.convergence.store.internal;

import static java.util.Objects.requireNonNull;

import io.convergence.store.Capability;
import io.convergence.store.ETag;
import io.convergence.store.ListPage;
import io.convergence.store.ListRequest;
import io.convergence.store.MultipartUpload;
import io.convergence.store.ObjectStat;
import io.convergence.store.ObjectStore;
import io.convergence.store.OpenUpload;
import io.convergence.store.StoredObject;
import io.convergence.store.WriteCondition;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Passes everything on to a store. */
abstract class PassingStore implements ObjectStore {
    private final ObjectStore store;

    PassingStore(ObjectStore store) {
        this.store = requireNonNull(store, "store");
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
    public ObjectStat put(String key, byte[] content, WriteCondition condition) {
        return store.put(key, content, condition);
    }

    @Override
    public MultipartUpload startMultipart(String key) {
        return store.startMultipart(key);
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
