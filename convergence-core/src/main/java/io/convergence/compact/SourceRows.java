package io.convergence.compact;

import io.convergence.store.ObjectNotFoundException;
import io.convergence.store.ObjectStore;
import io.convergence.store.PreconditionFailedException;
import io.convergence.store.StoreException;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/** The files of a task, each opened once and one at a time (rule L7). Not thread-safe. */
final class SourceRows implements AutoCloseable {
    private final ObjectStore rawStore;
    private final ObjectStore lakeStore;
    private final CompactionTask task;
    private final Iterator<CompactionSource> remaining;
    private long bytesFromHere;
    private @Nullable CompactionSource source;
    private @Nullable OpenSource opened;

    SourceRows(ObjectStore rawStore, ObjectStore lakeStore, CompactionTask task) {
        this.rawStore = rawStore;
        this.lakeStore = lakeStore;
        this.task = task;
        this.remaining = task.sources().iterator();
        this.bytesFromHere = task.bytes();
    }

    /**
     * Closes the file at hand and opens the next; false after the last.
     *
     * @throws CompactionException if the file is not as it was planned
     */
    boolean next() {
        close();
        if (source != null) {
            bytesFromHere -= source.bytes();
        }
        if (!remaining.hasNext()) {
            source = null;
            return false;
        }

        CompactionSource next = remaining.next();
        source = next;
        opened = again(next);
        return true;
    }

    /** Opens a file of the task, which the caller closes. */
    OpenSource again(CompactionSource next) {
        return reading(next, () -> open(next));
    }

    private OpenSource open(CompactionSource next) {
        return next instanceof CompactionSource.Raw raw
                ? OpenSource.raw(rawStore, raw)
                : OpenSource.compacted(lakeStore, (CompactionSource.Compacted) next);
    }

    interface Step<T> {
        T run();
    }

    /** Runs a step that reads a file; that it is gone or another is told as what it means for a compaction. */
    <T> T reading(CompactionSource atHand, Step<T> step) {
        try {
            return step.run();
        } catch (ObjectNotFoundException | PreconditionFailedException e) {
            throw changed(atHand, e);
        }
    }

    private RuntimeException changed(CompactionSource atHand, StoreException e) {
        if (!atHand.key().equals(e.key())) {
            return e;
        }

        String why = e instanceof ObjectNotFoundException ? "vanished" : "was written anew";
        if (atHand instanceof CompactionSource.Compacted) {
            return CompactionException.lost(e.key(), why, e);
        }

        return new SourceChangedException(task.table(), e.key(), why, e);
    }

    CompactionSource source() {
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
            throw new IllegalStateException("Cannot read rows: no file is open.");
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
