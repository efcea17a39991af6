package io.convergence.testkit.ledger.simulation;

import io.convergence.store.Capability;
import io.convergence.store.ETag;
import io.convergence.store.ListPage;
import io.convergence.store.ListRequest;
import io.convergence.store.MultipartUpload;
import io.convergence.store.ObjectNotFoundException;
import io.convergence.store.ObjectStat;
import io.convergence.store.ObjectStore;
import io.convergence.store.OpenUpload;
import io.convergence.store.PreconditionFailedException;
import io.convergence.store.StoreAccessException;
import io.convergence.store.StoreException;
import io.convergence.store.StoreUnavailableException;
import io.convergence.store.StoredObject;
import io.convergence.store.WriteCondition;
import io.convergence.store.WriteConflictException;
import io.convergence.testkit.store.CrashSignal;
import io.convergence.testkit.store.Operation;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The store as one process sees it: each request is a step, and may fail or be the last thing the process does. A
 * process that has died can do nothing more, whatever its {@code finally} blocks try.
 */
final class ProcessView implements ObjectStore {
    /** Raw files of a schedule in which it is looked at are more than twice of this; a row group's are less. */
    private static final long MOST_HELD = 24_000;

    private static final int MEASURED_READS = 12;

    private final World world;
    private final Role role;
    private final int number;
    private final Scheduler.@Nullable Turn turn;
    private Instant answered;
    private boolean dead;
    private boolean lastRun;
    private boolean tried;
    private long workingOn = Long.MAX_VALUE;
    private final Looks looks = new Looks();
    private final HeldBytes held = new HeldBytes();
    private int reads;
    private @Nullable String nextPage;
    private int pageStep;
    private int deletes;
    /** The key under which its conditional requests go on racing, until it asks for something else. */
    private @Nullable String racing;

    /** @param turn null for a process that is alone */
    ProcessView(World world, Role role, int number, Scheduler.@Nullable Turn turn) {
        this.world = world;
        this.role = role;
        this.number = number;
        this.turn = turn;
        this.answered = world.now();
    }

    Role role() {
        return role;
    }

    /** Whether this process must not go on after what it is doing: another one takes over. */
    boolean isLastRun() {
        return lastRun;
    }

    /** Answers what the action asks as a store that was tried before, outside the schedule. */
    void tried(Runnable action) {
        tried = true;
        try {
            action.run();
        } finally {
            tried = false;
        }
    }

    /** Works from here on towards a commit based on this slot. */
    void workOn(long base) {
        workingOn = base;
    }

    void workDone() {
        workingOn = Long.MAX_VALUE;
    }

    /** Passes a point between two requests. */
    void at(CrashPoint point) {
        requireAlive();
        Optional<CrashPlan> plan = world.crashes().at(point);
        if (plan.isEmpty()) {
            return;
        }

        world.recordStep(number, point.ordinal(), "", plan.get().effect().ordinal());
        if (plan.get().effect() == Effect.SLEEP) {
            sleep();
        } else {
            die(plan.get());
        }
    }

    private <T> T request(Operation operation, String key, Supplier<T> effect) {
        requireAlive();
        if (turn != null) {
            turn.pass();
        }
        world.tick();
        answered = world.now();
        if (operation == Operation.DELETE || operation == Operation.DELETE_IF_MATCH) {
            deletes++;
        }
        if (racing != null) {
            if (operation.conditional() && key.equals(racing)) {
                world.recordStep(number, operation.ordinal(), key, StoreFault.CONFLICT.ordinal() + 1);
                throw conflict(key);
            }
            racing = null;
        }
        for (CrashPoint point : role.points(operation, key, deletes, workingOn < world.slot())) {
            Optional<CrashPlan> plan = world.crashes().at(point);
            if (plan.isPresent()) {
                return suffer(plan.get(), operation, key, effect);
            }
        }
        Optional<StoreFault> fault = role == Role.DMS
                ? Optional.empty()
                : world.fault(operation, key).filter(drawn -> drawn != StoreFault.NOT_FOUND || role != Role.READER);
        world.recordStep(
                number,
                operation.ordinal(),
                key,
                fault.map(f -> f.ordinal() + 1).orElse(0));
        return fault.isEmpty() ? answer(effect) : fail(fault.get(), key, effect);
    }

    /** What the store answers; a refusal is part of the schedule. */
    private <T> T answer(Supplier<T> effect) {
        try {
            return effect.get();
        } catch (StoreException refused) {
            world.recordStep(number, -1, "", 0);
            throw refused;
        }
    }

    private <T> T suffer(CrashPlan plan, Operation operation, String key, Supplier<T> effect) {
        world.recordStep(number, operation.ordinal(), key, 100 + plan.effect().ordinal());
        switch (plan.effect()) {
            case BEFORE -> die(plan);
            case AFTER -> {
                silently(effect);
                die(plan);
            }
            case LATE -> {
                world.later(() -> silently(effect));
                die(plan);
            }
            case UNANSWERED -> {
                silently(effect);
                lastRun = plan.recoverer() == CrashPlan.Recoverer.OTHER;
                throw timeout(key);
            }
            case REFUSED -> {
                lastRun = plan.recoverer() == CrashPlan.Recoverer.OTHER;
                throw new StoreAccessException(key, "Cannot use '" + key + "': 403, injected. Nothing to do.", null);
            }
            case SLEEP -> sleep();
        }
        return effect.get();
    }

    private <T> T fail(StoreFault fault, String key, Supplier<T> effect) {
        switch (fault) {
            case TIMEOUT_AFTER_EFFECT, TRUNCATED -> silently(effect);
            case TIMEOUT_AND_LATE_EFFECT -> world.later(() -> silently(effect));
            case PRECONDITION_FAILED_AFTER_EFFECT -> {
                silently(effect);
                throw new PreconditionFailedException(key, "Cannot write '" + key + "': 412, injected.", null);
            }
            case CONFLICT_AFTER_EFFECT -> {
                silently(effect);
                racing = key;
                throw conflict(key);
            }
            case CONFLICT -> throw conflict(key);
            case NOT_FOUND -> throw new ObjectNotFoundException(key, "Cannot read '" + key + "': 404, injected.", null);
            case DENIED -> throw new StoreAccessException(key, "Cannot use '" + key + "': 403, injected.", null);
            case SLOW_DOWN, INTERNAL_ERROR, TIMEOUT_BEFORE_EFFECT -> {}
        }
        throw timeout(key);
    }

    private static WriteConflictException conflict(String key) {
        return new WriteConflictException(key, "Cannot write '" + key + "': 409, injected.", null);
    }

    private static StoreUnavailableException timeout(String key) {
        return new StoreUnavailableException(key, "Cannot use '" + key + "': no answer, injected.", null);
    }

    private static void silently(Supplier<?> effect) {
        try {
            var unused = effect.get();
        } catch (StoreException | IllegalStateException nobodyHears) {
            // The store refused, for example an upload that has ended; the answer is lost all the same.
        }
    }

    private void die(CrashPlan plan) {
        dead = true;
        lastRun = plan.recoverer() == CrashPlan.Recoverer.OTHER;
        throw new CrashSignal(role + " " + number + " dies at " + plan.point());
    }

    private void sleep() {
        world.leap();
        if (turn != null) {
            turn.sleep(1 + world.random().nextInt(200));
        }
        world.wakes();
    }

    private void requireAlive() {
        if (dead) {
            throw new CrashSignal(role + " " + number + " is dead");
        }
    }

    @Override
    public Set<Capability> capabilities() {
        return world.truth().capabilities();
    }

    @Override
    public String description() {
        return world.truth().description();
    }

    /** As of the last answer: a process that slept does not know how long. */
    @Override
    public Instant now() {
        return answered;
    }

    @Override
    public ListPage list(ListRequest request) {
        ListRequest page = request.maxKeys(Math.min(request.maxKeys(), world.pageSize()));
        return request(Operation.LIST, page.prefix(), () -> {
            ListPage listed = world.truth().list(page);
            if (!page.startAfter().isEmpty() && page.startAfter().equals(nextPage)) {
                world.listsOn(this, page.prefix(), pageStep);
            }
            nextPage = listed.nextAfter();
            pageStep = world.step();
            looks.listed(page, listed, world.step());
            return listed;
        });
    }

    @Override
    public Optional<ObjectStat> head(String key) {
        if (tried) {
            return Optional.of(TriedStore.OBJECT);
        }

        return request(Operation.HEAD, key, () -> {
            looks.looked(key, world.step());
            return world.truth().head(key);
        });
    }

    @Override
    public Optional<StoredObject> get(String key) {
        return request(Operation.GET, key, () -> {
            if (key.startsWith(World.PROJECTIONS)) {
                looks.looked(key, world.step());
            }
            return world.truth().get(key);
        });
    }

    @Override
    public byte[] read(ObjectStat object, long offset, int length) {
        return request(Operation.READ, object.key(), () -> {
            byte[] bytes = world.truth().read(object, offset, length);
            return world.measuresHeap() && role != Role.READER ? measured(bytes) : bytes;
        });
    }

    private byte[] measured(byte[] bytes) {
        byte[] given = held.give(bytes);
        if (++reads % MEASURED_READS == 0) {
            world.count(WorldEvent.HEAP_MEASURED);
            long now = held.now();
            if (now > MOST_HELD) {
                throw new Violation(Invariant.I12_HEAP, role + " holds " + now + " bytes of what it read");
            }
        }
        return given;
    }

    @Override
    public ObjectStat put(String key, byte[] content, WriteCondition condition) {
        if (tried) {
            return TriedStore.put(condition);
        }

        Looks before = looks.copy();
        return request(
                Operation.PUT,
                key,
                () -> world.write(this, before, key, () -> world.truth().put(key, content, condition)));
    }

    @Override
    public MultipartUpload startMultipart(String key) {
        if (tried) {
            return TriedStore.upload();
        }

        return request(
                Operation.START_MULTIPART, key, () -> new Upload(world.truth().startMultipart(key)));
    }

    @Override
    public List<OpenUpload> openUploads(String prefix) {
        return request(Operation.LIST_UPLOADS, prefix, () -> world.truth().openUploads(prefix));
    }

    @Override
    public void abortUpload(OpenUpload upload) {
        request(Operation.ABORT_MULTIPART, upload.key(), () -> {
            world.truth().abortUpload(upload);
            return true;
        });
    }

    @Override
    public Map<String, String> tags(String key) {
        return request(Operation.READ_TAGS, key, () -> world.truth().tags(key));
    }

    @Override
    public void setTags(String key, Map<String, String> tags) {
        request(
                Operation.TAG,
                key,
                () -> world.tag(this, key, () -> world.truth().setTags(key, tags)));
    }

    @Override
    public void delete(String key) {
        Looks before = looks.copy();
        request(
                Operation.DELETE,
                key,
                () -> world.delete(this, before, key, () -> world.truth().delete(key)));
    }

    @Override
    public void deleteIfMatch(String key, ETag etag) {
        Looks before = looks.copy();
        request(
                Operation.DELETE_IF_MATCH,
                key,
                () -> world.delete(this, before, key, () -> world.truth().deleteIfMatch(key, etag)));
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
        public void part(int part, byte[] content) {
            var unused = request(Operation.UPLOAD_PART, key(), () -> {
                upload.part(part, content);
                return part;
            });
        }

        @Override
        public ObjectStat complete(WriteCondition condition) {
            Looks before = looks.copy();
            ObjectStat written = request(
                    Operation.COMPLETE_MULTIPART,
                    key(),
                    () -> world.write(ProcessView.this, before, key(), () -> upload.complete(condition)));
            ended = true;
            return written;
        }

        @Override
        public void abort() {
            if (!ended) {
                ended = true;
                var unused = request(Operation.ABORT_MULTIPART, key(), () -> {
                    upload.abort();
                    return true;
                });
            }
        }
    }
}
