package io.convergence.store.internal;

import io.convergence.store.ObjectStat;
import io.convergence.store.ObjectStore;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A store that keeps whole small objects which are looked into, until they are read once more, so that each is asked for
 * once (rule L7). It keeps only while a run is going on and as much as that run gives; what finds no room is asked for
 * again. What is kept is one pinned version; that an object is another by now is for the last look before a commit to
 * find (rule L4). Thread-safe.
 */
public final class KeptObjects extends PassingStore {
    private final Map<ObjectStat, byte[]> kept = new HashMap<>();
    private long room;
    private int runs;
    private int looks;

    public KeptObjects(ObjectStore store) {
        super(store);
    }

    /** Ends a run, or a look. */
    public interface Period extends AutoCloseable {
        @Override
        void close();
    }

    /** A run begins. With the last one that ends everything kept is given up. @param bytes of objects to keep */
    public synchronized Period run(long bytes) {
        runs++;
        room += bytes;
        return () -> ended(bytes);
    }

    private synchronized void ended(long bytes) {
        room -= bytes;
        if (--runs == 0) {
            kept.clear();
            room = 0;
        }
    }

    /** Objects are looked into from now on; outside of a look they are given away as they are read. */
    public synchronized Period look() {
        looks++;
        return this::looked;
    }

    private synchronized void looked() {
        looks--;
    }

    @Override
    public byte[] read(ObjectStat object, long offset, int length) {
        if (offset != 0 || length != object.size() || length > ParquetInput.WHOLE) {
            return super.read(object, offset, length);
        }

        byte[] known = known(object);
        if (known != null) {
            return known;
        }

        byte[] content = super.read(object, offset, length);
        keep(object, content);
        return content;
    }

    private synchronized byte @Nullable [] known(ObjectStat object) {
        if (looks > 0) {
            return kept.get(object);
        }

        byte[] content = kept.remove(object);
        room += content == null ? 0 : content.length;
        return content;
    }

    private synchronized void keep(ObjectStat object, byte[] content) {
        if (looks > 0 && runs > 0 && content.length <= room && kept.putIfAbsent(object, content) == null) {
            room -= content.length;
        }
    }
}
