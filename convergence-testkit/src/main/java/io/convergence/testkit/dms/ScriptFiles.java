package io.convergence.testkit.dms;

import io.convergence.store.InMemoryObjectStore;
import io.convergence.store.ObjectStore;
import io.convergence.store.WriteCondition;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A script's time, and what DMS does to the store in it: written beside it first, and told in order to a store later. */
final class ScriptFiles {
    private static final Duration STORING = Duration.ofMillis(50);

    private final List<Delivery> pending = new ArrayList<>();
    private final List<Delivery> late = new ArrayList<>();
    private final Set<String> keys = new TreeSet<>();
    private Instant now;
    private @Nullable Instant playing;

    /** What stores written files takes from here. */
    final InstantSource clock = this::now;

    /** The desk of the writers. */
    final InMemoryObjectStore desk = new InMemoryObjectStore(clock);

    private sealed interface Delivery {}

    private record Stored(String key, Instant at, byte[] content) implements Delivery {
        @Override
        public String toString() {
            return key + " at " + at;
        }
    }

    private record Deleted(String key, Instant at) implements Delivery {}

    ScriptFiles(Instant start) {
        now = start;
    }

    Instant now() {
        return playing == null ? now : playing;
    }

    void pass(Duration time) {
        now = now.plus(time);
    }

    void setTime(Instant time) {
        now = time;
    }

    /** A file that the writers finished. */
    void written(String key, boolean isLate) {
        pass(STORING);
        byte[] content = desk.get(key).orElseThrow().content();
        (isLate ? late : pending).add(new Stored(key, now, content));
        keys.add(key);
    }

    /** Late files are stored now. */
    void arrive() {
        for (Delivery delivery : late) {
            pass(STORING);
            pending.add(new Stored(((Stored) delivery).key(), now, ((Stored) delivery).content()));
        }
        late.clear();
    }

    int lateFiles() {
        return late.size();
    }

    /** Deletes all that is under a prefix. */
    void empty(String prefix) {
        pass(STORING);
        List<String> gone = keys.stream().filter(key -> key.startsWith(prefix)).toList();
        gone.forEach(key -> pending.add(new Deleted(key, now)));
        keys.removeAll(gone);
    }

    List<String> keys() {
        return List.copyOf(keys);
    }

    /** Does to the store what was not done to it yet; a store with this clock sees each object at its time. */
    void playInto(ObjectStore store) {
        try {
            for (Delivery delivery : pending) {
                if (delivery instanceof Stored stored) {
                    playing = stored.at();
                    store.put(stored.key(), stored.content(), WriteCondition.none());
                } else if (delivery instanceof Deleted deleted) {
                    playing = deleted.at();
                    store.delete(deleted.key());
                }
            }
        } finally {
            playing = null;
        }
        pending.clear();
    }
}
