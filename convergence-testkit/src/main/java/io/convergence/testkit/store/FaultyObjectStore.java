package io.convergence.testkit.store;

import static java.util.Objects.requireNonNull;

import io.convergence.store.Capability;
import io.convergence.store.ETag;
import io.convergence.store.ListPage;
import io.convergence.store.ListRequest;
import io.convergence.store.MultipartUpload;
import io.convergence.store.ObjectStat;
import io.convergence.store.ObjectStore;
import io.convergence.store.OpenUpload;
import io.convergence.store.StoreException;
import io.convergence.store.StoredObject;
import io.convergence.store.WriteCondition;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * A store that fails as a plan says and counts what it is asked for. Stays within the port's contract: reads never give
 * wrong or short data. Thread-safe; which of several threads meets a fault is theirs to race for.
 */
public final class FaultyObjectStore implements ObjectStore {
    private final ObjectStore store;
    private final RequestLog log = new RequestLog();
    private FaultPlan plan;

    public FaultyObjectStore(ObjectStore store, FaultPlan plan) {
        this.store = requireNonNull(store, "store");
        this.plan = requireNonNull(plan, "plan");
    }

    /** A store that never fails, until it is given another plan; for counting requests. */
    public static FaultyObjectStore counting(ObjectStore store) {
        return new FaultyObjectStore(store, FaultPlan.none());
    }

    public RequestLog log() {
        return log;
    }

    /** Fails by this plan from now on. */
    public synchronized void plan(FaultPlan next) {
        this.plan = requireNonNull(next, "next");
    }

    @Override
    public Set<Capability> capabilities() {
        return store.capabilities();
    }

    @Override
    public String description() {
        return store.description();
    }

    /** Neither counted nor failed: a real store mostly knows the time from its last answer. */
    @Override
    public Instant now() {
        return store.now();
    }

    @Override
    public ListPage list(ListRequest request) {
        return run(Operation.LIST, request.prefix(), () -> store.list(request));
    }

    @Override
    public Optional<ObjectStat> head(String key) {
        return run(Operation.HEAD, key, () -> store.head(key));
    }

    @Override
    public Optional<StoredObject> get(String key) {
        return run(Operation.GET, key, () -> store.get(key));
    }

    @Override
    public byte[] read(ObjectStat object, long offset, int length) {
        return run(Operation.READ, object.key(), () -> store.read(object, offset, length));
    }

    @Override
    public ObjectStat put(String key, byte[] content, WriteCondition condition) {
        return run(Operation.PUT, key, () -> store.put(key, content, condition));
    }

    @Override
    public MultipartUpload startMultipart(String key) {
        return run(Operation.START_MULTIPART, key, () -> new Upload(store.startMultipart(key)));
    }

    @Override
    public List<OpenUpload> openUploads(String prefix) {
        return run(Operation.LIST_UPLOADS, prefix, () -> store.openUploads(prefix));
    }

    @Override
    public void abortUpload(OpenUpload upload) {
        run(Operation.ABORT_MULTIPART, upload.key(), () -> {
            store.abortUpload(upload);
            return upload;
        });
    }

    @Override
    public Map<String, String> tags(String key) {
        return run(Operation.READ_TAGS, key, () -> store.tags(key));
    }

    @Override
    public void setTags(String key, Map<String, String> tags) {
        run(Operation.TAG, key, () -> {
            store.setTags(key, tags);
            return key;
        });
    }

    @Override
    public void delete(String key) {
        run(Operation.DELETE, key, () -> {
            store.delete(key);
            return key;
        });
    }

    @Override
    public void deleteIfMatch(String key, ETag etag) {
        run(Operation.DELETE_IF_MATCH, key, () -> {
            store.deleteIfMatch(key, etag);
            return key;
        });
    }

    private <T> T run(Operation operation, String key, Supplier<T> effect) {
        StoreRequest request;
        Optional<Fault> fault;
        synchronized (this) {
            request = log.add(operation, key);
            fault = plan.faultFor(request);
        }

        if (fault.isEmpty()) {
            return effect.get();
        }

        throw failure(request, fault.get(), effect);
    }

    private static <T> RuntimeException failure(StoreRequest request, Fault fault, Supplier<T> effect) {
        if (!fault.appliesTo(request.operation())) {
            throw new IllegalArgumentException(
                    "Cannot inject " + fault + " into " + request.operation() + ": S3 never answers it so.");
        }

        Throwable failure = fault.failure(request);
        if (fault.afterEffect()) {
            try {
                var unused = effect.get();
            } catch (StoreException lost) {
                // The store refused, but that answer does not arrive either.
                failure.addSuppressed(lost);
            }
        }

        if (failure instanceof Error crash) {
            throw crash;
        }

        return (RuntimeException) failure;
    }

    private final class Upload implements MultipartUpload {
        private final MultipartUpload upload;
        private boolean ended;

        Upload(MultipartUpload upload) {
            this.upload = upload;
        }

        @Override
        public String key() {
            return upload.key();
        }

        @Override
        public void part(int number, byte[] content) {
            run(Operation.UPLOAD_PART, key(), () -> {
                upload.part(number, content);
                return number;
            });
        }

        @Override
        public ObjectStat complete(WriteCondition condition) {
            ObjectStat written = run(Operation.COMPLETE_MULTIPART, key(), () -> upload.complete(condition));
            ended = true;
            return written;
        }

        @Override
        public void abort() {
            if (!ended) {
                run(Operation.ABORT_MULTIPART, key(), () -> {
                    upload.abort();
                    return key();
                });
                ended = true;
            }
        }
    }
}
