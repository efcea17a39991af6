package io.convergence.store.internal;

import io.convergence.store.Capability;
import io.convergence.store.ETag;
import io.convergence.store.ListPage;
import io.convergence.store.ListRequest;
import io.convergence.store.MultipartUpload;
import io.convergence.store.ObjectStat;
import io.convergence.store.ObjectStore;
import io.convergence.store.StoredObject;
import io.convergence.store.WriteCondition;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A store that fetches whole small objects before they are asked for, in the order in which they will be. Everything else
 * it passes on. An object is fetched as {@link #read} would fetch it, so what is wrong with it is told when it is asked for, and the
 * last look at the raw files before a commit sees what happened since. For one reader; not thread-safe, unlike the store behind it.
 */
public final class ReadAheadStore implements ObjectStore, AutoCloseable {
    /** What waits for its turn at most, so that a small heap suffices. */
    static final long MOST_BYTES = 16L << 20;

    private final ObjectStore store;
    private final Queue<ObjectStat> expected;
    private final Upcoming<byte[]> contents;

    /** @param objects in the order in which they will be read whole, if at all; large ones are left out */
    public ReadAheadStore(ObjectStore store, Collection<ObjectStat> objects, ReadAhead ahead) {
        List<ObjectStat> small = objects.stream()
                .filter(object -> object.size() > 0 && object.size() <= ParquetInput.WHOLE)
                .toList();
        this.store = store;
        this.expected = new ArrayDeque<>(small);
        this.contents =
                ahead.each(small, object -> store.read(object, 0, (int) object.size()), ObjectStat::size, MOST_BYTES);
    }

    @Override
    public byte[] read(ObjectStat object, long offset, int length) {
        if (offset != 0 || length != object.size() || !object.equals(expected.peek())) {
            return store.read(object, offset, length);
        }

        expected.remove();
        return contents.next();
    }

    /** Nothing is fetched any more after this. */
    @Override
    public void close() {
        expected.clear();
        contents.close();
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
    public ObjectStat put(String key, byte[] content, WriteCondition condition) {
        return store.put(key, content, condition);
    }

    @Override
    public MultipartUpload startMultipart(String key) {
        return store.startMultipart(key);
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
