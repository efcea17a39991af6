package io.convergence.ledger;

import io.convergence.TableId;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What objects of a table's log say, so that the same content is parsed once: a slot never changes, and a clean-up or a
 * retirement reads the same ones several times. Whether an object may be believed is asked each time. Thread-safe.
 */
final class ParsedTexts {
    /** Characters of slots, and bytes of packed checkpoints and tails, that are remembered; those used last stay. */
    private static final long MOST = 1 << 20;

    final TableId table;
    final Memo<String, LedgerJson.Slot> slots = new Memo<>();
    final Memo<ByteBuffer, Checkpoints.Checkpoint> checkpoints = new Memo<>();
    final Memo<ByteBuffer, List<Tails.SlotText>> tails = new Memo<>();

    ParsedTexts(TableId table) {
        this.table = table;
    }

    /** What the objects of keys said when they had some content. */
    static final class Memo<C, V> {
        /** Guarded by this; the one used longest ago first. */
        private final Map<String, Known<C, V>> known = new LinkedHashMap<>(16, 0.75f, true);

        private long sum;

        private record Known<C, V>(C content, V value, long size) {}

        /** Empty if the object is not known, or with another content. */
        synchronized Optional<V> find(String key, C content) {
            Known<C, V> found = known.get(key);
            return found != null && found.content().equals(content) ? Optional.of(found.value()) : Optional.empty();
        }

        /**
         * @param content is not changed by anybody
         * @param size of the content; a large one is not kept
         */
        synchronized void keep(String key, C content, long size, V value) {
            if (size > MOST / 4) {
                return;
            }

            Known<C, V> before = known.put(key, new Known<>(content, value, size));
            sum += size - (before == null ? 0 : before.size());
            for (Iterator<Known<C, V>> oldest = known.values().iterator(); sum > MOST; oldest.remove()) {
                sum -= oldest.next().size();
            }
        }
    }
}
