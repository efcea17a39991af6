package io.convergence.testkit.ledger.simulation;

import io.convergence.store.ListPage;
import io.convergence.store.ListRequest;
import io.convergence.store.ObjectStat;
import io.convergence.store.ObjectStore;
import io.convergence.store.PreconditionFailedException;
import io.convergence.store.StoreUnavailableException;
import io.convergence.store.StoredObject;
import io.convergence.store.WriteCondition;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
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
                    page.objects().stream().map(this::timeless).toList(), page.commonPrefixes(), page.next().orElse(null));
        }

        @Override
        public Optional<ObjectStat> head(String key) {
            return store.head(key).map(this::timeless);
        }

        private ObjectStat timeless(ObjectStat stat) {
            if (!stat.key().startsWith(World.RAW)) {
                return stat;
            }

            Instant first = firstSeen.computeIfAbsent(
                    stat.key() + " " + stat.etag().value(), unseen -> stat.lastModified());
            return ObjectStat.of(stat.key(), stat.size(), stat.etag(), first);
        }
    }
}
