package io.convergence.pipeline;

import io.convergence.change.ChangeBatch;
import io.convergence.change.ChangeCursor;
import io.convergence.store.internal.ReadAhead;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The batches of a cursor; where files are read ahead, the next one is read while the one before is being taken. A thread that is busy with
 * other things is not waited for. Close it before the cursor. Not thread-safe.
 */
final class BatchesAhead implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BatchesAhead.class);

    private final ChangeCursor cursor;
    private final ReadAhead readAhead;
    private @Nullable FutureTask<Optional<ChangeBatch>> upcoming;

    BatchesAhead(ChangeCursor cursor, ReadAhead readAhead) {
        this.cursor = cursor;
        this.readAhead = readAhead;
    }

    /** As {@link ChangeCursor#next}. */
    Optional<ChangeBatch> next() {
        FutureTask<Optional<ChangeBatch>> begun = upcoming;
        upcoming = null;
        Optional<ChangeBatch> batch = begun == null ? cursor.next() : result(begun);
        if (batch.isPresent() && readAhead.reads()) {
            var task = new FutureTask<>(cursor::next);
            try {
                readAhead.executor().execute(task);
                upcoming = task;
            } catch (RejectedExecutionException e) {
                // It is read in its turn.
                upcoming = null;
            }
        }
        return batch;
    }

    private static Optional<ChangeBatch> result(FutureTask<Optional<ChangeBatch>> task) {
        // Does nothing if another thread has begun it.
        task.run();
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return task.get();
                } catch (InterruptedException e) {
                    // The cursor cannot be left to another thread.
                    interrupted = true;
                } catch (ExecutionException e) {
                    if (e.getCause() instanceof Error error) {
                        throw error;
                    }
                    throw e.getCause() instanceof RuntimeException known
                            ? known
                            : new IllegalStateException(e.getCause());
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** After this no other thread reads from the cursor. */
    @Override
    public void close() {
        FutureTask<Optional<ChangeBatch>> begun = upcoming;
        upcoming = null;
        if (begun != null) {
            try {
                result(begun);
            } catch (RuntimeException e) {
                // Nobody asked for it: reading ended with the failure of what was read before.
                LOG.debug("A batch read ahead is not taken", e);
            }
        }
    }
}
