package io.convergence.testkit.compact;

import io.convergence.store.Capability;
import io.convergence.store.ETag;
import io.convergence.store.ListPage;
import io.convergence.store.ListRequest;
import io.convergence.store.MultipartUpload;
import io.convergence.store.ObjectStat;
import io.convergence.store.ObjectStore;
import io.convergence.store.StoredObject;
import io.convergence.store.WriteCondition;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/** A store that breaks the promise no store may break: it changes one byte of the data of every Parquet file put into it. */
final class DamagingStore implements ObjectStore {
    private static final int DATA = 4;
    private static final int PAGE_HEADER = 60;

    private final ObjectStore store;
    private final Random random;
    private int damaged = -1;

    DamagingStore(ObjectStore store, Random random) {
        this.store = store;
        this.random = random;
    }

    int damaged() {
        return damaged;
    }

    @Override
    public ObjectStat put(String key, byte[] content, WriteCondition condition) {
        if (!key.endsWith(".parquet")) {
            return store.put(key, content, condition);
        }

        int footer = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN).getInt(content.length - 8);
        byte[] changed = content.clone();
        damaged = DATA + random.nextInt(Math.min(PAGE_HEADER, content.length - 8 - footer - DATA));
        changed[damaged] ^= (byte) (1 << random.nextInt(8));
        return store.put(key, changed, condition);
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
