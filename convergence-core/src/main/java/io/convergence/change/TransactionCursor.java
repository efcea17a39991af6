package io.convergence.change;

import io.convergence.TableId;
import java.util.Map;
import java.util.Optional;

/** Reads transaction files from the first change to the last, a transaction at a time, in bounded memory. Not thread-safe. Close it. */
public interface TransactionCursor extends AutoCloseable {
    /**
     * The changes of the next transaction, or a part of a large one; empty at the end.
     *
     * @throws RawFileException if a file is broken; changes delivered before stay valid
     */
    Optional<CommittedChanges> next();

    /** Rows passed over so far because their table has no shape, by table. */
    Map<TableId, Long> unread();

    /** What was passed over or could not be told in the rows read so far. */
    ReadCounts counts();

    @Override
    void close();
}
