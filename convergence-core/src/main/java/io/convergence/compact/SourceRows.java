package io.convergence.compact;

import io.convergence.raw.PlacedFile;
import io.convergence.store.ObjectStore;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The rows of raw files that follow each other, each file opened once and one at a time (rule L7). Not thread-safe. */
final class SourceRows implements AutoCloseable {
    private final ObjectStore store;
    private final Iterator<PlacedFile> left;
    private long bytesFromHere;
    private @Nullable PlacedFile source;
    private @Nullable OpenSource opened;

    SourceRows(ObjectStore store, List<PlacedFile> sources) {
        this.store = store;
        this.left = sources.iterator();
        this.bytesFromHere = sources.stream().mapToLong(CompactionPlan::size).sum();
    }

    /**
     * Closes the file at hand and opens the next; false after the last.
     *
     * @throws CompactionException if the file is not as it was placed
     */
    boolean next() {
        close();
        if (source != null) {
            bytesFromHere -= CompactionPlan.size(source);
        }
        if (!left.hasNext()) {
            source = null;
            return false;
        }

        PlacedFile next = left.next();
        source = next;
        OpenSource file = OpenSource.open(store, next.file().stat());
        opened = file;
        if (file.rows() != next.evidence().rows()) {
            throw CompactionException.unreadable(
                    next.key(),
                    "it has " + file.rows() + " rows, but it was placed with "
                            + next.evidence().rows(),
                    null);
        }

        return true;
    }

    PlacedFile source() {
        return present(source);
    }

    OpenSource opened() {
        return present(opened);
    }

    /** Size of the file at hand and of all after it. */
    long bytesFromHere() {
        return bytesFromHere;
    }

    private static <T> T present(@Nullable T atHand) {
        if (atHand == null) {
            throw new IllegalStateException("Cannot read rows: no raw file is open.");
        }

        return atHand;
    }

    @Override
    public void close() {
        OpenSource open = opened;
        opened = null;
        if (open != null) {
            open.close();
        }
    }
}
