package io.convergence.store.internal;

import io.convergence.store.ObjectStat;
import io.convergence.store.ObjectStore;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.List;
import java.util.Queue;

/**
 * A store that fetches whole small objects before they are asked for, in the order in which they will be. Everything else
 * it passes on. An object is fetched as {@link #read} would fetch it, so what is wrong with it is told when it is asked for, and the
 * last look at the raw files before a commit sees what happened since. For one reader; not thread-safe, unlike the store behind it.
 */
public final class ReadAheadStore extends PassingStore implements AutoCloseable {
    /** What waits for its turn at most, so that a small heap suffices. */
    static final long MOST_BYTES = 16L << 20;

    private final Queue<ObjectStat> expected;
    private final Upcoming<byte[]> contents;

    /** @param objects in the order in which they will be read whole, if at all; large ones are left out */
    public ReadAheadStore(ObjectStore store, Collection<ObjectStat> objects, ReadAhead ahead) {
        super(store);
        List<ObjectStat> small = objects.stream()
                .filter(object -> object.size() > 0 && object.size() <= ParquetInput.WHOLE)
                .toList();
        this.expected = new ArrayDeque<>(small);
        this.contents =
                ahead.each(small, object -> store.read(object, 0, (int) object.size()), ObjectStat::size, MOST_BYTES);
    }

    @Override
    public byte[] read(ObjectStat object, long offset, int length) {
        if (offset != 0 || length != object.size() || !object.equals(expected.peek())) {
            return super.read(object, offset, length);
        }

        expected.remove();
        return contents.next();
    }

    /** Nothing is fetched any more after this. */
    @Override
    public void close() {
        expected.clear();
        contents.close();
    }
}
