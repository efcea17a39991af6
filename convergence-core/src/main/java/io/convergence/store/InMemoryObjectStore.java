package io.convergence.store;

import static java.util.Objects.requireNonNull;

import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The executable reference model of S3: what every other store is compared with, and the store of simulations.
 * It knows no versions, never answers 409, and every call is atomic. Last-modified times have S3's resolution of one
 * second, so two writes of the same bytes within a second cannot be told apart, as on S3. Thread-safe.
 */
public final class InMemoryObjectStore implements ObjectStore {
    private final InstantSource clock;
    private final String description;

    // Guarded by this.
    private final TreeMap<String, StoredContent> objects = new TreeMap<>(ObjectKeys.order());
    private final Map<String, Upload> uploads = new LinkedHashMap<>();
    private long nextUpload = 1;

    /** An empty store whose objects take their last-modified time from the clock. */
    public InMemoryObjectStore(InstantSource clock) {
        this(clock, "memory://store");
    }

    /** An empty store that calls itself {@code description} in messages. */
    public InMemoryObjectStore(InstantSource clock, String description) {
        this.clock = requireNonNull(clock, "clock");
        this.description = requireNonNull(description, "description");
    }

    @Override
    public Set<Capability> capabilities() {
        return EnumSet.allOf(Capability.class);
    }

    @Override
    public String description() {
        return description;
    }

    @Override
    public Instant now() {
        return clock.instant();
    }

    @Override
    public synchronized ListPage list(ListRequest request) {
        var page = new ListPageBuilder(request);
        String from = ObjectKeys.order().compare(request.prefix(), request.startAfter()) > 0
                ? request.prefix()
                : request.startAfter();
        for (var entry : objects.tailMap(from, true).entrySet()) {
            boolean past = !entry.getKey().startsWith(request.prefix());
            if (past
                    || !page.offer(
                            entry.getKey(), () -> Optional.of(entry.getValue().stat()))) {
                break;
            }
        }

        return page.build();
    }

    @Override
    public synchronized Optional<ObjectStat> head(String key) {
        return Optional.ofNullable(objects.get(ObjectKeys.check(key))).map(StoredContent::stat);
    }

    @Override
    public synchronized Optional<StoredObject> get(String key) {
        return Optional.ofNullable(objects.get(ObjectKeys.check(key)))
                .map(found -> new StoredObject(found.stat(), found.bytes()));
    }

    @Override
    public synchronized byte[] read(ObjectStat object, long offset, int length) {
        Ranges.check(object, offset, length);
        StoredContent found = objects.get(object.key());
        if (found == null) {
            throw StoreErrors.absent("read", object.key(), description);
        }

        requireMatch("read", found.stat(), object.etag());
        return Arrays.copyOfRange(found.bytes(), (int) offset, (int) offset + length);
    }

    @Override
    public synchronized ObjectStat put(String key, byte[] content, WriteCondition condition) {
        ObjectKeys.check(key);
        return store(key, content.clone(), Checksums.etag(content), second(clock.instant()), condition);
    }

    @Override
    public synchronized MultipartUpload startMultipart(String key) {
        ObjectKeys.check(key);
        var upload = new Upload(key, "upload-" + nextUpload++, second(clock.instant()));
        uploads.put(upload.id, upload);
        return upload;
    }

    @Override
    public synchronized void delete(String key) {
        objects.remove(ObjectKeys.check(key));
    }

    @Override
    public synchronized void deleteIfMatch(String key, ETag etag) {
        StoredContent found = objects.get(ObjectKeys.check(key));
        if (found == null) {
            throw StoreErrors.absent("delete", key, description);
        }

        requireMatch("delete", found.stat(), etag);
        objects.remove(key);
    }

    /** All open uploads, oldest first. */
    public synchronized List<OpenUpload> openUploads() {
        return uploads.values().stream()
                .map(upload -> new OpenUpload(upload.key, upload.id, upload.started))
                .toList();
    }

    @Override
    public synchronized List<OpenUpload> openUploads(String prefix) {
        return openUploads().stream()
                .filter(upload -> upload.key().startsWith(prefix))
                .sorted(Comparator.comparing(OpenUpload::key, ObjectKeys.order()))
                .toList();
    }

    @Override
    public synchronized void abortUpload(OpenUpload upload) {
        uploads.remove(upload.id());
    }

    @Override
    public synchronized Map<String, String> tags(String key) {
        return tagged("read the tags of", key).tags();
    }

    @Override
    public synchronized void setTags(String key, Map<String, String> tags) {
        StoredContent found = tagged("tag", key);
        objects.put(key, new StoredContent(found.stat(), found.bytes(), Map.copyOf(tags)));
    }

    private StoredContent tagged(String action, String key) {
        StoredContent found = objects.get(ObjectKeys.check(key));
        if (found == null) {
            throw StoreErrors.absent(action, key, description);
        }

        return found;
    }

    private ObjectStat store(String key, byte[] bytes, ETag etag, Instant lastModified, WriteCondition condition) {
        StoredContent found = objects.get(key);
        if (condition instanceof WriteCondition.IfAbsent && found != null) {
            throw StoreErrors.exists(key, description);
        }

        if (condition instanceof WriteCondition.IfMatch wanted) {
            if (found == null) {
                throw StoreErrors.absent("overwrite", key, description);
            }

            requireMatch("overwrite", found.stat(), wanted.etag());
        }

        var stat = ObjectStat.of(key, bytes.length, etag, lastModified);
        objects.put(key, new StoredContent(stat, bytes, Map.of()));
        return stat;
    }

    private void requireMatch(String action, ObjectStat found, ETag wanted) {
        if (!found.etag().equals(wanted)) {
            throw StoreErrors.changed(action, found.key(), description, wanted, found.etag());
        }
    }

    private static Instant second(Instant instant) {
        return instant.truncatedTo(ChronoUnit.SECONDS);
    }

    private record StoredContent(ObjectStat stat, byte[] bytes, Map<String, String> tags) {}

    private final class Upload implements MultipartUpload {
        private final String key;
        private final String id;
        private final Instant started;
        private final TreeMap<Integer, byte[]> parts = new TreeMap<>(Comparator.naturalOrder());
        private boolean ended;

        Upload(String key, String id, Instant started) {
            this.key = key;
            this.id = id;
            this.started = started;
        }

        @Override
        public String key() {
            return key;
        }

        @Override
        public void part(int number, byte[] content) {
            if (number < 1 || number > MAX_PARTS) {
                throw StoreErrors.partNumber(key, number);
            }

            synchronized (InMemoryObjectStore.this) {
                requireOpen();
                parts.put(number, content.clone());
            }
        }

        @Override
        public ObjectStat complete(WriteCondition condition) {
            synchronized (InMemoryObjectStore.this) {
                requireOpen();
                requireSizes();
                var ordered = new ArrayList<>(parts.values());
                var whole = new ByteArrayOutputStream();
                ordered.forEach(whole::writeBytes);
                ObjectStat stat = store(key, whole.toByteArray(), Checksums.multipartEtag(ordered), started, condition);
                uploads.remove(id);
                ended = true;
                return stat;
            }
        }

        @Override
        public void abort() {
            synchronized (InMemoryObjectStore.this) {
                ended = true;
                uploads.remove(id);
            }
        }

        private void requireOpen() {
            if (ended) {
                throw StoreErrors.uploadEnded(key);
            }
            if (!uploads.containsKey(id)) {
                throw StoreErrors.uploadGone(key, description);
            }
        }

        private void requireSizes() {
            if (parts.isEmpty()) {
                throw StoreErrors.noParts(key);
            }

            parts.headMap(parts.lastKey()).forEach((number, content) -> {
                if (content.length < MIN_PART_BYTES) {
                    throw StoreErrors.partTooSmall(key, number, content.length);
                }
            });
        }
    }
}
