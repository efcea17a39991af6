package io.convergence.change;

import io.convergence.store.Capability;
import io.convergence.store.ETag;
import io.convergence.store.ListPage;
import io.convergence.store.ListRequest;
import io.convergence.store.MultipartUpload;
import io.convergence.store.ObjectNotFoundException;
import io.convergence.store.ObjectStat;
import io.convergence.store.ObjectStore;
import io.convergence.store.PreconditionFailedException;
import io.convergence.store.StoredObject;
import io.convergence.store.WriteCondition;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** A read-only store of a few files, which counts the reads. */
final class FileStore implements ObjectStore {
    private final TreeMap<String, byte[]> contents = new TreeMap<>();
    private final TreeMap<String, ObjectStat> stats = new TreeMap<>();
    private int reads;

    ObjectStat add(String key, byte[] content, Instant lastModified) {
        ObjectStat stat = ObjectStat.of(key, content.length, new ETag("e" + Arrays.hashCode(content)), lastModified);
        contents.put(key, content.clone());
        stats.put(key, stat);
        return stat;
    }

    int reads() {
        return reads;
    }

    @Override
    public Set<Capability> capabilities() {
        return Set.of();
    }

    @Override
    public String description() {
        return "test files";
    }

    @Override
    public Instant now() {
        return Instant.EPOCH;
    }

    @Override
    public ListPage list(ListRequest request) {
        List<ObjectStat> found = stats.tailMap(request.startAfter(), false).values().stream()
                .filter(stat -> stat.key().startsWith(request.prefix()))
                .limit(request.maxKeys() + 1L)
                .toList();
        boolean more = found.size() > request.maxKeys();
        List<ObjectStat> page = more ? found.subList(0, request.maxKeys()) : found;
        return new ListPage(page, List.of(), more ? page.get(page.size() - 1).key() : null);
    }

    @Override
    public Optional<ObjectStat> head(String key) {
        return Optional.ofNullable(stats.get(key));
    }

    @Override
    public Optional<StoredObject> get(String key) {
        return head(key).map(stat -> new StoredObject(stat, contents.get(key)));
    }

    @Override
    public byte[] read(ObjectStat object, long offset, int length) {
        reads++;
        ObjectStat current = stats.get(object.key());
        if (current == null) {
            throw new ObjectNotFoundException(object.key(), "gone", null);
        }
        if (!current.etag().equals(object.etag())) {
            throw new PreconditionFailedException(object.key(), "changed", null);
        }
        if (offset < 0 || length < 0 || offset + length > object.size()) {
            throw new IllegalArgumentException("range " + offset + "+" + length + " of " + object.size());
        }

        return Arrays.copyOfRange(contents.get(object.key()), (int) offset, (int) offset + length);
    }

    @Override
    public ObjectStat put(String key, byte[] content, WriteCondition condition) {
        throw new UnsupportedOperationException("read-only");
    }

    @Override
    public MultipartUpload startMultipart(String key) {
        throw new UnsupportedOperationException("read-only");
    }

    @Override
    public void delete(String key) {
        throw new UnsupportedOperationException("read-only");
    }

    @Override
    public void deleteIfMatch(String key, ETag etag) {
        throw new UnsupportedOperationException("read-only");
    }
}
