package io.convergence.testkit.ledger.simulation;

import io.convergence.store.ETag;
import io.convergence.store.ListPage;
import io.convergence.store.ListRequest;
import io.convergence.store.ObjectStat;
import io.convergence.store.ObjectStore;
import io.convergence.store.PreconditionFailedException;
import io.convergence.store.StoreAccessException;
import io.convergence.store.StoreUnavailableException;
import io.convergence.store.StoredObject;
import io.convergence.store.WriteCondition;
import io.convergence.store.WriteConflictException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Between the code under test and the store: what makes right requests wrong ones. */
final class MutantStores {
    private MutantStores() {}

    static boolean isSlot(String key) {
        return key.startsWith(World.LOG);
    }

    static final class NoCas extends ForwardingStore {
        NoCas(ObjectStore store) {
            super(store);
        }

        @Override
        public ObjectStat put(String key, byte[] content, WriteCondition condition) {
            return store.put(key, content, isSlot(key) ? WriteCondition.none() : condition);
        }
    }

    static final class LaterSlot extends ForwardingStore {
        private final Cause cause;

        enum Cause {
            TAKEN,
            UNANSWERED
        }

        LaterSlot(ObjectStore store, Cause cause) {
            super(store);
            this.cause = cause;
        }

        @Override
        public ObjectStat put(String key, byte[] content, WriteCondition condition) {
            if (!isSlot(key)) {
                return store.put(key, content, condition);
            }

            String slotKey = key;
            byte[] body = content;
            while (true) {
                try {
                    return store.put(slotKey, body, condition);
                } catch (PreconditionFailedException taken) {
                    if (cause != Cause.TAKEN) {
                        throw taken;
                    }
                } catch (StoreUnavailableException unanswered) {
                    if (cause != Cause.UNANSWERED) {
                        throw unanswered;
                    }
                }
                long slot = number(slotKey);
                body = moved(body, slot);
                slotKey = key(slot + 1);
            }
        }

        private static byte[] moved(byte[] body, long base) {
            String text = new String(body, StandardCharsets.UTF_8);
            return text.replaceFirst("\"base\"(\\s*):(\\s*)-?\\d+", "\"base\"$1:$2" + base)
                    .getBytes(StandardCharsets.UTF_8);
        }

        private static long number(String key) {
            return Long.parseLong(key.substring(World.LOG.length(), key.indexOf('.', World.LOG.length())));
        }

        private static String key(long slot) {
            return World.LOG + String.format(Locale.ROOT, "%020d.json", slot);
        }
    }

    /** What raced is refused. */
    static final class Refusing extends ForwardingStore {
        Refusing(ObjectStore store) {
            super(store);
        }

        @Override
        public ObjectStat put(String key, byte[] content, WriteCondition condition) {
            try {
                return store.put(key, content, condition);
            } catch (WriteConflictException racing) {
                if (!isSlot(key)) {
                    throw racing;
                }
                throw new StoreAccessException(key, "Cannot write '" + key + "': it is refused.", racing);
            }
        }
    }

    static final class Unpinned extends ForwardingStore {
        Unpinned(ObjectStore store) {
            super(store);
        }

        @Override
        public byte[] read(ObjectStat object, long offset, int length) {
            if (!object.key().startsWith(World.RAW)) {
                return store.read(object, offset, length);
            }

            byte[] now = store.get(object.key()).map(StoredObject::content).orElse(new byte[0]);
            int from = Math.toIntExact(Math.min(offset, now.length));
            return Arrays.copyOfRange(now, from, Math.min(now.length, from + length));
        }
    }

    static final class Timeless extends ForwardingStore {
        private final Map<String, Instant> firstSeen;

        /** @param firstSeen shared by all processes: they must agree on what is the same */
        Timeless(ObjectStore store, Map<String, Instant> firstSeen) {
            super(store);
            this.firstSeen = firstSeen;
        }

        @Override
        public ListPage list(ListRequest request) {
            ListPage page = store.list(request);
            return new ListPage(
                    page.objects().stream().map(this::timeless).toList(),
                    page.commonPrefixes(),
                    page.next().orElse(null));
        }

        @Override
        public Optional<ObjectStat> head(String key) {
            return store.head(key).map(this::timeless);
        }

        private ObjectStat timeless(ObjectStat stat) {
            if (!stat.key().startsWith(World.RAW)) {
                return stat;
            }

            Instant first =
                    firstSeen.computeIfAbsent(stat.key() + " " + stat.etag().value(), unseen -> stat.lastModified());
            return ObjectStat.of(stat.key(), stat.size(), stat.etag(), first);
        }
    }

    /** The slot of a fence is not taken, but clean-up goes on. */
    static final class NoFence extends ForwardingStore {
        NoFence(ObjectStore store) {
            super(store);
        }

        @Override
        public ObjectStat put(String key, byte[] content, WriteCondition condition) {
            return isSlot(key)
                    ? ObjectStat.of(key, content.length, new ETag("none"), store.now())
                    : store.put(key, content, condition);
        }
    }

    /** Every output looks as if it were planned on an empty log. */
    static final class NoBase extends ForwardingStore {
        private final Map<String, String> names = new HashMap<>();

        NoBase(ObjectStore store) {
            super(store);
        }

        @Override
        public ListPage list(ListRequest request) {
            ListPage page = store.list(request);
            if (!request.prefix().startsWith(World.OUTPUTS) && !request.prefix().startsWith(World.CURATED)) {
                return page;
            }

            List<ObjectStat> old = page.objects().stream().map(this::old).toList();
            return new ListPage(old, page.commonPrefixes(), page.next().orElse(null));
        }

        private ObjectStat old(ObjectStat stat) {
            // Those the log refers to are known by name.
            if (store.listAll(World.LOG)
                    .anyMatch(slot -> store.get(slot.key()).orElseThrow().text().contains(stat.key()))) {
                return stat;
            }
            String name = stat.key().replaceFirst("gen-\\d+-", "gen-0-");
            names.put(name, stat.key());
            return ObjectStat.of(name, stat.size(), stat.etag(), stat.lastModified());
        }

        @Override
        public void deleteIfMatch(String key, ETag etag) {
            store.deleteIfMatch(names.getOrDefault(key, key), etag);
        }
    }

    static final class FastClock extends ForwardingStore {
        private final Duration ahead;

        FastClock(ObjectStore store, Duration ahead) {
            super(store);
            this.ahead = ahead;
        }

        @Override
        public Instant now() {
            return store.now().plus(ahead);
        }
    }

    /** Finds every raw file as it was when it was compacted. */
    static class Blind extends ForwardingStore {
        private final World world;

        Blind(ObjectStore store, World world) {
            super(store);
            this.world = world;
        }

        @Override
        public Optional<ObjectStat> head(String key) {
            Optional<ObjectStat> found = store.head(key);
            Optional<RawHistory.RawId> wanted =
                    key.startsWith(World.RAW) ? world.judge().covered(key) : Optional.empty();
            return wanted.isEmpty()
                    ? found
                    : wanted.map(id -> ObjectStat.of(
                            key, world.raw().rows(id).length(), id.etag(), Instant.ofEpochSecond(id.second())));
        }
    }

    static final class NoEtag extends ForwardingStore {
        private final Blind blind;

        NoEtag(ObjectStore store, World world) {
            super(store);
            this.blind = new Blind(store, world);
        }

        @Override
        public Optional<ObjectStat> head(String key) {
            return blind.head(key);
        }

        @Override
        public void deleteIfMatch(String key, ETag etag) {
            store.delete(key);
        }
    }

    static final class NoMatch extends ForwardingStore {
        NoMatch(ObjectStore store) {
            super(store);
        }

        @Override
        public ObjectStat put(String key, byte[] content, WriteCondition condition) {
            return store.put(key, content, key.startsWith(World.PROJECTIONS) ? WriteCondition.none() : condition);
        }
    }

    /** Whoever hears nothing of a commit takes back what it wrote for it. */
    static final class Tidy extends ForwardingStore {
        private final List<String> outputs = new ArrayList<>();

        Tidy(ObjectStore store) {
            super(store);
        }

        @Override
        public ObjectStat put(String key, byte[] content, WriteCondition condition) {
            if (key.startsWith(World.OUTPUTS)) {
                outputs.add(key);
            }
            try {
                return store.put(key, content, condition);
            } catch (StoreUnavailableException unanswered) {
                if (isSlot(key)) {
                    outputs.forEach(store::delete);
                }
                throw unanswered;
            }
        }
    }
}
