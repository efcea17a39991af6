package io.convergence.store;

import java.io.IOException;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** All objects under a prefix by one walk, which goes on as they are asked for. */
final class LocalObjects implements Iterator<ObjectStat> {
    private final LocalObjectStore store;
    private final LocalFiles files;
    private final String prefix;
    private @Nullable LocalWalk walk;
    private @Nullable ObjectStat next;
    private boolean ended;

    LocalObjects(LocalObjectStore store, LocalFiles files, String prefix) {
        this.store = store;
        this.files = files;
        this.prefix = prefix;
    }

    @Override
    public boolean hasNext() {
        if (next == null && !ended) {
            next = store.call("list", prefix, this::advance).orElse(null);
            ended = next == null;
        }

        return next != null;
    }

    private Optional<ObjectStat> advance() throws IOException {
        LocalWalk open = walk;
        if (open == null) {
            open = store.walk(prefix, "");
            walk = open;
        }

        while (true) {
            Optional<LocalWalk.Found> file = open.next(folder -> false);
            if (file.isEmpty()) {
                return Optional.empty();
            }

            // Empty if it has vanished since the folder was read.
            Optional<LocalFiles.Tagged> tagged = files.tag(file.get().path());
            if (tagged.isPresent()) {
                return Optional.of(tagged.get().stat(file.get().key()));
            }
        }
    }

    @Override
    public ObjectStat next() {
        if (!hasNext() || next == null) {
            throw new NoSuchElementException();
        }

        ObjectStat taken = next;
        next = null;
        return taken;
    }
}
