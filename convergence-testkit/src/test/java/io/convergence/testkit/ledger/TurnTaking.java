package io.convergence.testkit.ledger;

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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Runs several processes against one store, one request at a time; whose request is next is drawn from a seed. Between
 * two requests of one process any others may come, so a process may sleep for as long as the seed likes.
 */
public final class TurnTaking {
    private final RandomGenerator random;
    private final Semaphore turnOver = new Semaphore(0);
    private final List<Actor> actors = new ArrayList<>();

    public TurnTaking(RandomGenerator random) {
        this.random = random;
    }

    private static final class Actor {
        private final Semaphore turn = new Semaphore(0);
        private boolean done;
        private @Nullable Throwable failure;
    }

    /** Adds a process; it gets its own view of the store. */
    public void add(ObjectStore store, Consumer<ObjectStore> process) {
        var actor = new Actor();
        actors.add(actor);
        var thread = new Thread(() -> {
            actor.turn.acquireUninterruptibly();
            try {
                process.accept(new View(store, actor));
            } catch (Throwable e) {
                actor.failure = e;
            } finally {
                actor.done = true;
                turnOver.release();
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    /** Until all processes have ended; the first failure is thrown. */
    public void run() {
        List<Actor> live = new ArrayList<>(actors);
        while (!live.isEmpty()) {
            Actor next = live.get(random.nextInt(live.size()));
            next.turn.release();
            turnOver.acquireUninterruptibly();
            if (next.done) {
                live.remove(next);
            }
        }
        for (Actor actor : actors) {
            if (actor.failure != null) {
                throw new AssertionError("a process failed", actor.failure);
            }
        }
    }

    private final class View implements ObjectStore {
        private final ObjectStore store;
        private final Actor actor;

        View(ObjectStore store, Actor actor) {
            this.store = store;
            this.actor = actor;
        }

        private ObjectStore next() {
            turnOver.release();
            actor.turn.acquireUninterruptibly();
            return store;
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
            return next().list(request);
        }

        @Override
        public Optional<ObjectStat> head(String key) {
            return next().head(key);
        }

        @Override
        public Optional<StoredObject> get(String key) {
            return next().get(key);
        }

        @Override
        public byte[] read(ObjectStat object, long offset, int length) {
            return next().read(object, offset, length);
        }

        @Override
        public ObjectStat put(String key, byte[] content, WriteCondition condition) {
            return next().put(key, content, condition);
        }

        @Override
        public MultipartUpload startMultipart(String key) {
            MultipartUpload upload = next().startMultipart(key);
            return new MultipartUpload() {
                @Override
                public String key() {
                    return upload.key();
                }

                @Override
                public void part(int number, byte[] content) {
                    next();
                    upload.part(number, content);
                }

                @Override
                public ObjectStat complete(WriteCondition condition) {
                    next();
                    return upload.complete(condition);
                }

                @Override
                public void abort() {
                    next();
                    upload.abort();
                }
            };
        }

        @Override
        public List<OpenUpload> openUploads(String prefix) {
            return next().openUploads(prefix);
        }

        @Override
        public void abortUpload(OpenUpload upload) {
            next().abortUpload(upload);
        }

        @Override
        public Map<String, String> tags(String key) {
            return next().tags(key);
        }

        @Override
        public void setTags(String key, Map<String, String> tags) {
            next().setTags(key, tags);
        }

        @Override
        public void delete(String key) {
            next().delete(key);
        }

        @Override
        public void deleteIfMatch(String key, ETag etag) {
            next().deleteIfMatch(key, etag);
        }
    }
}
